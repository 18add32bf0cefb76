"""A copy of the project that a test extends from outside, counting the files that it touches."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import copyfile

ROOT = Path(__file__).parents[2]
_COPIED = ("Snakefile", "pyproject.toml", "workflow", "scripts", "config")


class Copy:
    """A copy of the project below `root`."""

    def __init__(self, root: Path):
        self.root = root

    @classmethod
    def new(cls, root: Path) -> "Copy":
        """The project as the working tree has it."""
        for file in _files(ROOT):
            copy = root / file.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copyfile(file, copy)
        return cls(root)

    @property
    def touched(self) -> set[str]:
        """The files that were added or edited."""
        pairs = {file.relative_to(self.root): file for file in _files(self.root)}
        return {
            name.as_posix()
            for name, file in pairs.items()
            if not (ROOT / name).exists() or (ROOT / name).read_bytes() != file.read_bytes()
        }

    def add(self, path: str, text: str) -> None:
        """Adds a file."""
        assert not (self.root / path).exists(), f"{path} is there already"
        (self.root / path).write_text(text, encoding="utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        """Replaces `old`, which stands in the file once, by `new`."""
        text = (self.root / path).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        (self.root / path).write_text(text.replace(old, new), encoding="utf-8")

    def run(self, *command: str) -> str:
        """What a command prints that is run in the copy, with the copy's package; it has to succeed."""
        environment = {**os.environ, "PYTHONPATH": str(self.root / "workflow"), "OMP_NUM_THREADS": "1"}
        done = subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def snakemake(self, *options: str) -> str:
        """What a real workflow in the copy prints."""
        return self.run(sys.executable, "-m", "snakemake", "--cores", "2", *options)


def _files(root: Path) -> list[Path]:
    places = [root / name for name in _COPIED]
    found = [file for place in places for file in ([place] if place.is_file() else place.rglob("*"))]
    return [file for file in found if file.is_file() and "__pycache__" not in file.parts]
