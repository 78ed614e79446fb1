"""`python -m indicator_engine` is `indicators`."""

from indicator_engine.cli import main

if __name__ == "__main__":
    main()
