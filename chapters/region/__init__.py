"""What was asked in several countries, or by several houses, and set beside each other but never joined."""
