"""The use cases, one method each, over ports."""
