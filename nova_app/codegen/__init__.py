"""Writes the generated files: the tables of the browser runtime and of the documentation."""
