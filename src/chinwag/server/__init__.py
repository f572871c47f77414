"""The server: what runs behind `chinwag serve`."""
