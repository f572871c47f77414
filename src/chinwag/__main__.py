"""`python -m chinwag` is `chinwag`."""

from chinwag.cli.main import main

if __name__ == "__main__":
    main()
