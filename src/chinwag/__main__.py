"""`python -m chinwag`: the `chinwag` command."""

from chinwag.cli.main import main

main()
