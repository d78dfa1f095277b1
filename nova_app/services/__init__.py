"""What Nova does: one method per use case, over ports."""
