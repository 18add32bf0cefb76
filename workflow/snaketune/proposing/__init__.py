"""Proposing: what a round of a search runs, when a search stops, and which trial it recommends."""
