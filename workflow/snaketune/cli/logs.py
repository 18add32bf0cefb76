"""`snaketune logs`: what a trial's program has printed."""

import sys
from collections.abc import Mapping, Sequence

import click

from snaketune.cli.console import json_option, notice, print_json
from snaketune.cli.showing import complete_trial, seen_trial
from snaketune.cli.studies import study_option
from snaketune.errors import StudyError

__all__ = ["command"]

_STREAMS = ("stdout", "stderr")
_FOLLOWED = 10  # lines that are shown of what there is


@click.command("logs", epilog="For example: snaketune logs best -n 20; snaketune logs t5041 --run r0 --follow")
@click.argument("trial", shell_complete=complete_trial)
@study_option
@click.option("--run", "run", metavar="RUN", help="One of its runs, such as r0 or r1f2; by default all of them.")
@click.option("--stdout", "streams", flag_value="stdout", help="Standard output alone.")
@click.option("--stderr", "streams", flag_value="stderr", help="Standard error alone, on standard output.")
@click.option("-n", "lines", metavar="LINES", type=click.IntRange(min=0), help="The last lines alone.")
@click.option("--follow", "-f", is_flag=True, help="Go on with what it prints until it has ended.")
@json_option
def command(
    trial: str, study: str | None, run: str | None, streams: str | None, lines: int | None, follow: bool, as_json: bool
) -> None:
    """What a trial's program has printed, its errors on standard error, also of runs that are kept in records.

    TRIAL is its id, the beginning of that, its name, its number, or best; also STUDY/TRIAL.
    """
    from snaketune.looking.printed import chosen_runs, has_begun, kept_of
    from snaketune.looking.printed import follow as followed

    if follow and as_json:
        raise click.UsageError("--follow prints as it comes; --json is one document")
    seen, found = seen_trial(trial, study)
    runs = chosen_runs(seen.results, found, run)
    store, wanted = seen.results.store, [streams] if streams else list(_STREAMS)
    if follow:
        if len(runs) > 1:
            raise click.UsageError(f"{found} has several runs; --run names one of {', '.join(map(str, runs))}")
        if not has_begun(store, found, runs[0]):
            notice(f"{found}/{runs[0]} has not begun; as soon as it does, what it prints comes here (Ctrl-C ends this)")
        for stream, content in followed(store, found, runs[0], wanted, _FOLLOWED if lines is None else lines):
            _write(content, stream, wanted)
        return
    kept = {each: kept_of(store, found, each, wanted, lines) for each in runs}
    if as_json:
        listed = [{"run": str(each), **_texts(wanted, contents)} for each, contents in kept.items()]
        print_json({"study": seen.study.name, "trial": found, "runs": listed})
        return
    if not any(kept.values()):
        raise StudyError(f"Nothing that {found} printed is there: it has not begun, or its logs were removed")
    for each, contents in kept.items():
        if len(runs) > 1:
            click.echo(f"==> {found}/{each} <==")
        if not any(contents.values()):
            notice(f"{found}/{each} has printed nothing" if contents else f"Of {found}/{each} there is no log (yet)")
        for stream, content in contents.items():
            _write(content, stream, wanted)


def _texts(wanted: Sequence[str], contents: Mapping[str, bytes]) -> dict[str, str | None]:
    """What was printed as text, None of a stream of which nothing is kept."""
    return {name: contents[name].decode("utf-8", "replace") if name in contents else None for name in wanted}


def _write(content: bytes, stream: str, wanted: list[str]) -> None:
    """Writes what a stream printed on the same one; on standard output where only one is wanted."""
    click.echo(content, nl=False, err=stream == "stderr" and len(wanted) > 1)
    sys.stdout.flush()
