"""Live delivery: the hub, what each socket still has to send, and the socket itself."""
