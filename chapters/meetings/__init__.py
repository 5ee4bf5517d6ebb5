"""Whom the five states of Central Asia met: the record, the article's list, what is shown of both, and conditions on it."""
