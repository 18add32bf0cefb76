"""Sweeps of scripts without a configuration: reads what a script takes and prints, and writes the study that is meant.

Scripts are read as syntax trees; nothing of the user's is run or imported (but `--help`, where that is asked for).
"""
