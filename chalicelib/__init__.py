"""Tallyhook: pushes and forms become time entries, each piece of work exactly once."""

__version__ = "0.1.0"
