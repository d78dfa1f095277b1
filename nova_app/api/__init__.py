"""The HTTP API: routes, the gate before them, and how refusals are written."""
