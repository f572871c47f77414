"""The server: gateway, sessions, services, delivery, and the ports they stand on."""
