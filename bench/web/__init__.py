"""The web client measured in a real browser, on the real server: `python -m bench.web`."""
