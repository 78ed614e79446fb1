"""From the TOML of a pack to a statement, and every problem on the way."""
