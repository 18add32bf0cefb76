"""What is said of a search that was stopped because its first runs all ended in the same way, and how it goes on."""

import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from snaketune.command import command_with
from snaketune.config.study import Study
from snaketune.files import write_text
from snaketune.layout import Layout
from snaketune.runner.seal import sealed
from snaketune.runner.status import INVALID
from snaketune.runner.stopping import LEAST_PATIENCE, config_key_of, hopeless, session_of
from snaketune.session.remedies import remedy_for
from snaketune.values import digest

__all__ = ["hopeless_text", "note_session"]

_LINES = 8  # of a log
_WIDTH = 160  # characters of such a line
# Keys of the objective whose change mends nothing by itself: results are judged by them anew.
_JUDGING = ("metric", "direction", "aggregate", "min_runs")


def note_session(
    layout: Layout,
    study: Study,
    at_once: int,
    *,
    here: bool,
    again: Sequence[str] = (),
    config_key: str | None = "",
) -> None:
    """Writes session.json: how long the runner is patient with a search whose runs all fail (see runner.stopping).

    `at_once` is how many runs may go on at the same time, and `here` whether they do so on this machine, which stages
    are to know too (`proposing.waves`); `again` are the words of the command that goes on with the study, and below
    `config_key` --config has settings of it (None: nowhere). An earlier session's patience holds as long as the search
    is hopeless by it: a start with more cores is no reason to run more.
    """
    session = {
        "patience": max(LEAST_PATIENCE, at_once),
        "setting": _setting(study),
        "at_once": at_once,
        "here": here,
        "contract": study.run_spec.contract,  # of which results count from now on (see results.store)
        "again": [*again],
        "config_key": config_key,
        "place": os.path.relpath(Path.cwd(), layout.root),  # from where
    }
    earlier = session_of(str(layout.root))
    if earlier.get("setting") == session["setting"] and hopeless(str(layout.root), study.run_spec):
        session["patience"] = min(session["patience"], earlier["patience"])
    if session != earlier:
        write_text(layout.session, sealed(session))


def hopeless_text(layout: Layout, study: Study, command: Sequence[str]) -> str | None:
    """Why the search is stopped, what to change and what to type then; None if it is not hopeless.

    `command` are the words of the command that started this workflow.
    """
    alike = hopeless(str(layout.root), study.run_spec)
    if not alike:
        return None
    last = alike[-1]
    what, again = remedy_for(last, study.run_spec)
    key = config_key_of(str(layout.root))
    retry = None if key is None else command_with(command, f"retry={last['status']}", below=key)
    parts = [
        f"Stopped: all {len(alike)} runs so far ended without success and for the same reason:",
        f"  {last['status']}: {last['reason']}",
        *_log_lines(last),
        f"What to do: {what.rstrip('.')}.",
        f"Then go on with: {shlex.join(retry if again and retry else command)}",
    ]
    if retry and not again and last["status"] != INVALID:  # whether a metric is there is judged anew in any case
        parts.append(f"(if neither code nor configuration has changed: {shlex.join(retry)})")
    parts.append("Results stay. To run all trials whatever becomes of them: on_failure: continue")
    return "\n".join(parts)


def _setting(study: Study) -> str:
    """A digest of what the user may have mended besides the code and the metric."""
    config = study.config
    objective = {key: value for key, value in config["objective"].items() if key not in _JUDGING}
    keys = ("space", "constraints", "zip")
    searches = {
        name: [study.searches[name].options.get("points"), {key: raw[key] for key in keys if key in raw}]
        for name, raw in config["searches"].items()
    }
    return digest([objective, config["space"], config["constraints"], config["zip"], searches])


def _log_lines(record: Mapping[str, Any]) -> list[str]:
    """The last lines that a run printed, with the place of its log."""
    folder = Path(str(record.get("log") or ""))
    lines = record.get("stderr_tail") or []
    name = "stderr.log"
    if not any(line.strip() for line in lines):
        name = "stdout.log"
        try:
            with (folder / name).open("rb") as file:
                file.seek(max(0, file.seek(0, 2) - 10_000))
                lines = file.read().decode("utf-8", "replace").splitlines()
        except OSError:  # logs may be cleaned away while results are kept
            lines = []
    shown = [line.rstrip() for line in lines if line.strip()][-_LINES:]
    if not shown:
        return [f"  (it printed nothing; its logs: {folder}/)"]
    cut = (line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…" for line in shown)
    return [f"  {folder / name} ends with:", *(f"    {line}" for line in cut)]
