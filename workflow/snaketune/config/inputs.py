"""Files that rules make before the search begins (`objective.inputs`), whose content results depend on.

What they hold is not known when the configuration is read, since they may be made, or made anew, after that. So it is
not read there: a job notes it once they are there, and what it has noted becomes part of the study's contract.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from snaketune.config.contract import contents_of, contract_of
from snaketune.config.study import Study
from snaketune.files import write_text
from snaketune.runner.spec import RunSpec
from snaketune.sums import DamagedFile, read_whole

__all__ = ["note_inputs", "noted_inputs", "with_inputs"]


def with_inputs(study: Study, noted: Mapping[str, str]) -> Study:
    """The study with the contract that follows from what its inputs hold, by path, as far as that is known."""
    if not study.inputs:
        return study
    contents = {path: noted.get(path, "") for path in study.inputs}
    spec = study.run_spec.to_json()
    digests = {key: contract_of({key: spec[key]}, contents) for key in ("contract", "training")}
    return replace(study, run_spec=RunSpec(**{**spec, **digests}))


def note_inputs(paths: Iterable[str], note: Path, cache: Path) -> None:
    """Notes what files and folders hold; digests of large files are kept in `cache`.

    Raises:
        OSError: one can't be read, or the note can't be written.
    """
    write_text(note, json.dumps(contents_of(paths, Path(), cache), indent=1) + "\n")


def noted_inputs(note: Path) -> dict[str, str]:
    """What was noted, by path; nothing if none was, or if the note is not what was written."""
    try:
        return {str(path): str(content) for path, content in json.loads(read_whole(note)).items()}
    except (FileNotFoundError, DamagedFile, ValueError, AttributeError):
        return {}
