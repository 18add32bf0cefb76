"""`snaketune best`: the configuration of the best trial."""

import json
import shlex

import click

from snaketune.cli.console import json_option, notice, print_json
from snaketune.cli.studies import study_argument

__all__ = ["command"]


@click.command("best", epilog="For example: python train.py $(snaketune best --format args)")
@study_argument
@click.option("--search", metavar="SEARCH", help="The best of one search.")
@click.option(
    "--format", "form", type=click.Choice(["yaml", "json", "args", "env"]), default="yaml", show_default=True,
    help="yaml, json: the full configuration, as in best.yaml; args: what the program was called with; env: a line "
    "NAME=value for each parameter.",
)  # fmt: skip
@json_option
def command(study: str | None, search: str | None, form: str, as_json: bool) -> None:
    """The full configuration of the best trial, to go on working with.

    Words are quoted for a shell where they have to be; with such words, type
    eval "python train.py $(snaketune best --format args)".
    """
    from snaketune.cli.showing import remark, seen_study
    from snaketune.errors import StudyError
    from snaketune.looking.configured import (
        arguments_of,
        as_environment,
        best_text,
        configuration,
        files_named,
        first_run,
    )
    from snaketune.looking.seen import of_search
    from snaketune.results.ranking import ranked

    seen = seen_study(study)
    results = of_search(seen.results, search)
    best = next(iter(ranked(results.trials, results.study)), None)
    remark(seen)
    if best is None:
        raise StudyError(f"No trial of {results.study.name} is complete, so there is no best one")
    if len(results.study.metrics) > 1:
        notice(f"The best by the first objective, {results.study.metric.name}; the Pareto set: snaketune top")
    run = first_run(results, best.trial)
    words = arguments_of(run, best.params, results.study)
    if as_json:
        value = {metric.name: best.metrics[metric.name] for metric in results.study.metrics}
        about = {"study": results.study.name, "trial": best.trial, "values": value, "budget": best.budget}
        config = configuration(best.params, results.study)
        print_json(about | {"params": best.params, "configuration": config, "args": words})
        return
    if form == "yaml":
        click.echo(best_text(seen, search), nl=False)
    elif form == "json":
        click.echo(json.dumps(configuration(best.params, results.study), ensure_ascii=False, indent=1))
    elif form == "env":
        click.echo("\n".join(as_environment(best.params)))
    else:
        click.echo(shlex.join(words))
        if run and (named := files_named(words, results.layout.run(run.trial, run.run))):
            notice(f"{named[0]} is of the run itself; to have its configuration in a file: snaketune best > best.yaml")
        if any(shlex.quote(word) != word for word in words):
            notice('Some words are quoted: eval "python train.py $(snaketune best --format args)"')
