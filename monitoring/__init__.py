"""The sources of Nova's monitoring; ``python -m monitoring.generate`` writes the files from them."""
