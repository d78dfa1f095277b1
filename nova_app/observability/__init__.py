"""What operators see: logs (and, later, metrics). Knows nothing of Nova's rooms."""
