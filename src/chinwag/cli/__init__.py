"""The command line: what people and scripts type. Sub-commands are imported only when used."""
