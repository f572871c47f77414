"""The door: HTTP and WebSocket on one port, who may come in, and one bounded writer a socket."""
