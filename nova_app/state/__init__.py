"""Thin Reflex state for requests and responses; nothing that a user typed is kept here."""
