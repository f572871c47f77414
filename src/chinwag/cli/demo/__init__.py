"""What the demo's people do once their server runs: they get faces, and send one another files."""
