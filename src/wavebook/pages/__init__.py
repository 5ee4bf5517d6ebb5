"""From notebooks and parameters to executed pages."""
