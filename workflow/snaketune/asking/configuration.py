"""Where a study in Python comes from: a configuration file, a dictionary, or the folder of its results."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from snaketune.config.read import read_saved
from snaketune.driving.configured import raw_configuration
from snaketune.errors import StudyError
from snaketune.layout import Layout

__all__ = ["config_in", "written"]

_READ_IN = ("told",)  # what study.json has besides the configuration
_NOTE = "# The configuration as Python gave it; the command that goes on with the study names it.\n"


def config_in(source: Path) -> dict[str, Any]:
    """The configuration in a file, or that of the study in a folder such as results/mine.

    Raises:
        StudyError: there is no file, or it holds no configuration.
    """
    if source.is_dir():
        return _saved(source)
    return raw_configuration(source)


def _saved(folder: Path) -> dict[str, Any]:
    saved = folder / "study.json"
    if not saved.is_file():
        raise StudyError(f"{folder} holds no study.json; give a configuration file, or the folder of a study's results")
    config = {name: value for name, value in read_saved(saved)["config"].items() if name not in _READ_IN}
    if "imported" in config:  # the files are read again
        config["imported"] = [{k: v for k, v in source.items() if k != "rows"} for source in config["imported"]]
    return config


def written(config: Mapping[str, Any], layout: Layout) -> Path:
    """The file in the study's folder that holds a configuration which came from no file; it is written."""
    import yaml

    from snaketune.files import write_text

    layout.root.mkdir(parents=True, exist_ok=True)
    text = _NOTE + yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True)
    if not layout.given.exists() or layout.given.read_text(encoding="utf-8") != text:
        write_text(layout.given, text)
    return layout.given
