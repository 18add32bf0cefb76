"""Importing: what other tools have kept becomes a table in our own form, and the lines of a study that use it."""
