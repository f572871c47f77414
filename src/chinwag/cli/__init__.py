"""The command line: the server, its administration, and the terminal client."""
