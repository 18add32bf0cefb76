"""A copy of the project that a test extends from outside, counting the files that it touches."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import copyfile

ROOT = Path(__file__).parents[2]
_COPIED = ("Snakefile", "pyproject.toml", "workflow", "scripts", "config")


class Copy:
    """The project below `root`, as the working tree has it; `touched` are the files that were added or edited."""

    def __init__(self, root: Path):
        self.root = root
        self.touched: set[str] = set()
        for name in _COPIED:
            place = ROOT / name
            files = [place] if place.is_file() else [file for file in place.rglob("*") if file.is_file()]
            for file in files:
                if "__pycache__" not in file.parts:
                    copy = root / file.relative_to(ROOT)
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    copyfile(file, copy)

    def add(self, path: str, text: str) -> None:
        """Adds a file."""
        assert not (self.root / path).exists(), f"{path} is there already"
        (self.root / path).write_text(text, encoding="utf-8")
        self.touched.add(path)

    def edit(self, path: str, old: str, new: str) -> None:
        """Replaces `old`, which stands in the file once, by `new`."""
        text = (self.root / path).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        (self.root / path).write_text(text.replace(old, new), encoding="utf-8")
        self.touched.add(path)

    def run(self, *command: str) -> str:
        """What a command prints that is run in the copy, with the copy's package; it has to succeed."""
        environment = {**os.environ, "PYTHONPATH": str(self.root / "workflow"), "OMP_NUM_THREADS": "1"}
        done = subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def snakemake(self, *options: str) -> str:
        """What a real workflow in the copy prints."""
        return self.run(sys.executable, "-m", "snakemake", "--cores", "2", *options)
