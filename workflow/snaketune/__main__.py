"""`python -m snaketune` is the command `snaketune`."""

from snaketune.cli import main

if __name__ == "__main__":
    main()
