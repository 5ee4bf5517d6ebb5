"""What the formats of respondent files are, and how they become columns; run in a process of its own."""
