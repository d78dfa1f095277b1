"""The wire protocol: frames, codes and the sans-I/O session."""
