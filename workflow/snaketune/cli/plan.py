"""`snaketune plan`: what a study would run, before anything is run."""

from pathlib import Path

import click

from snaketune.cli.console import json_option, print_json
from snaketune.cli.started import started
from snaketune.cli.studies import CONFIGURATIONS, found, study_argument

__all__ = ["command"]


@click.command("plan", epilog="For example: snaketune plan mine.yaml")
@study_argument
@json_option
def command(study: str | None, as_json: bool) -> None:
    """What a study would run: how many trials and runs, what of them is done, what jobs they come to.

    STUDY is a configuration file, or a study that has begun, of which the file is read that it was started with.
    """
    from snaketune.config import load_study
    from snaketune.driving.configured import configured, raw_configuration
    from snaketune.driving.plan import document_of_plan, planned

    cluster = False
    if study is not None and study.endswith(CONFIGURATIONS):
        planned_study, layout = configured(Path(study), (), cluster=False)
    else:
        layout = found(study)
        before = started(layout)
        path, entries, cluster = before.configuration, before.options.configuration, before.options.cluster
        if path is not None and raw_configuration(Path(path)).get("study") == layout.root.name:
            planned_study, layout = configured(Path(path), entries, cluster=cluster)
        else:  # it is a part of another workflow, or of several files
            planned_study = load_study(layout.study)
    if as_json:
        print_json(document_of_plan(planned_study, layout))
    else:
        click.echo(planned(planned_study, layout, cluster=cluster))
