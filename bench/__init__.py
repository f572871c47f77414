"""How fast chinwag is, against its targets: `python -m bench`. See docs/benchmarks.md."""
