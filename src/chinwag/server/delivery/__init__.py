"""From committed events to live sessions, and the ladder for what does not arrive."""
