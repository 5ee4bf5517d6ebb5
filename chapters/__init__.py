"""What this book argues: plain modules that its notebooks import, on top of the engine."""
