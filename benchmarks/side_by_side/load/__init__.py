"""The load generator: compiled once, told by a plan what each connection says."""
