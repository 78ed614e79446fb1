"""The expressions: text, syntax, kinds, query trees, and back to text and English."""
