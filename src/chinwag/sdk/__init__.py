"""The async Python SDK."""
