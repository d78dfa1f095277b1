"""Nova beside its peers: the same work, the same cores, rounds in turns."""
