"""Checks over a whole statement, one in each module; `all.py` lists and runs them."""
