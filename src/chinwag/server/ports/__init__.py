"""What the rules need of the world, as narrow protocols; adapters implement them."""
