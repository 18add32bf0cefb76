"""Results: a run's record, a trial from its runs, a round's tables, and the tables and texts that people read."""
