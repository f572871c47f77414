"""The door: one port for HTTP and WebSockets, and one bounded writer a socket.

The socket layer knows nothing of chat. Its files, from the bottom up: `limits`, `frames`, `outbox`,
`fragments`, `linger`, `parser`, `socket`, `upgrade`, `oneport`.
"""
