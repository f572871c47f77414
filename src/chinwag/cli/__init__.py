"""The `chinwag` command."""
