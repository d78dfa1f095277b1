"""The servers that are measured: how each is started, and how its protocol says "a message to this room"."""
