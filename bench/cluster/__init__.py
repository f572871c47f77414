"""Many machines, measured on one: `python -m bench.cluster`. See docs/benchmarks.md."""
