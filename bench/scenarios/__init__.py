"""What is measured, one question a module."""
