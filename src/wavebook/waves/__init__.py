"""Respondent files in: reading, coding and checking them, where they lie and how they are fetched."""
