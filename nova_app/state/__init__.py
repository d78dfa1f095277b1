"""Thin Reflex state for what is request and response; nothing a person typed lives here."""
