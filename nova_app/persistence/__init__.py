"""What Nova keeps: the database, its one writer, and the repositories over it."""
