"""The clustered store: PostgreSQL, shared by any number of nodes."""
