"""What cannot be had on this machine."""

from __future__ import annotations


class Absent(Exception):
    """A peer or a figure cannot be had here; the text says why, and stands in the table."""
