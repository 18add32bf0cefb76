"""How a study was started, so that other commands need not name its configuration again."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from snaketune.cli.engine import SnakemakeOptions
from snaketune.errors import StudyError
from snaketune.layout import Layout

__all__ = ["Started", "started"]

_FILES = "--configfile"
_DEFAULT = "config/config.yaml"


@dataclass(frozen=True)
class Started:
    """The words that go on with a study: `snaketune run mine.yaml …`, or `snakemake --cores 1 …`."""

    words: Sequence[str]

    @property
    def by_us(self) -> bool:
        """Whether it was the command line that was typed."""
        return list(self.words[:2]) == ["snaketune", "run"]

    @property
    def configuration(self) -> str | None:
        """The configuration file; None if there are several."""
        if self.by_us:
            return self.words[2]
        behind = self.words[self.words.index(_FILES) + 1 :] if _FILES in self.words else [_DEFAULT]
        end = next((i for i, word in enumerate(behind) if word.startswith("-")), len(behind))
        return behind[0] if end == 1 else None

    @property
    def _names_cores(self) -> bool:
        return list(self.words[1:3]) == ["--cores", "1"]

    @property
    def options(self) -> SnakemakeOptions:
        """What was for Snakemake."""
        if not self.by_us:
            return SnakemakeOptions(self.words[3 if self._names_cores else 1 :])
        return SnakemakeOptions(self.words[self.words.index("--") + 1 :] if "--" in self.words else ())

    @property
    def cores(self) -> int | None:
        """The cores that were asked for, None if nobody did."""
        return int(self.words[4]) if self.by_us and self.words[3:4] == ["--cores"] else None


def started(layout: Layout) -> Started:
    """How a study was started last.

    Raises:
        StudyError: nobody has noted that, or it was in another folder than this one.
    """
    from snaketune.session.again import again, place_of

    name, place = layout.root.name, place_of(layout)
    if place != Path.cwd():
        raise StudyError(f"The study {name} was started in {place}; go there first")
    if words := again(layout):
        return Started(words)
    raise StudyError(
        f"How the study {name} was started is not noted; start it once more with: snaketune run STUDY.yaml"
    )
