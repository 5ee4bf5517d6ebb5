"""Lets the commands run as ``python -m wavebook``."""

from wavebook.cli import main

main()
