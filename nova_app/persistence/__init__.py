"""The database, its one writer, and the repositories over it."""
