"""Implementations of the ports, named for their technology."""
