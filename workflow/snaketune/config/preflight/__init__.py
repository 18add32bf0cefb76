"""What is certain to fail in every run, found before the first: the program, its imports, its options, libraries.

Nothing of the user's is run or imported: programs are looked up, scripts are read as syntax trees. Where these leave a
doubt, nothing is said.
"""

from snaketune.config.preflight.check import preflight

__all__ = ["preflight"]
