"""The floor of the house: models, events, errors and ports; no I/O."""
