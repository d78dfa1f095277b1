"""All that crosses the wire: frames, bodies, codes and the sans-I/O session."""
