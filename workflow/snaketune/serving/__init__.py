"""Serving: a process that has imported what the stages need, so that each of them starts in milliseconds."""
