"""The lowest layer: models, events, errors and ports; no I/O."""
