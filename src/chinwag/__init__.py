"""chinwag: self-hosted messaging."""

__version__ = "0.1.0"
