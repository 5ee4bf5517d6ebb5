"""Credit and citations: of the book, of a figure and of its sources, for people, programs and archives."""
