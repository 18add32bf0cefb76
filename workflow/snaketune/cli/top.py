"""`snaketune top`: the best trials of a study as a table."""

import click

from snaketune.cli.console import json_option, notice, print_json
from snaketune.cli.studies import study_argument
from snaketune.runner.status import COMPLETE, STATUSES

__all__ = ["command"]

_ALL = "all"


@click.command("top", epilog="For example: snaketune top --where 'lr < 0.01' --sort seconds -n 5")
@study_argument
@click.option("-n", "most", type=click.IntRange(min=1), default=10, show_default=True, help="How many at most.")
@click.option("--search", metavar="SEARCH", help="Of one search alone, with the ranks that they have there.")
@click.option(
    "--sort", metavar="COLUMN",
    help="By a metric, a parameter or another column of results.csv; -COLUMN has the largest first. Objectives come "
    "best first.",
)  # fmt: skip
@click.option("--where", metavar="EXPRESSION", help="Those for which it holds, as in 'lr < 0.01 and kind == \"a\"'.")
@click.option(
    "--status", "statuses", multiple=True, type=click.Choice([*STATUSES, _ALL]),
    help=f"Those of that status (several times: of these); {COMPLETE} ones by default.",
)  # fmt: skip
@json_option
def command(
    study: str | None,
    most: int,
    search: str | None,
    sort: str | None,
    where: str | None,
    statuses: tuple[str, ...],
    as_json: bool,
) -> None:
    """The best trials so far, or of a finished study: values, parameters, status, time.

    Of several objectives the Pareto set. What is trained further comes first: values of different budgets are not
    compared.
    """
    from snaketune.cli.showing import print_table, remark, seen_study
    from snaketune.looking.columns import columns_of, shared_parameters
    from snaketune.looking.documents import document_of_best
    from snaketune.looking.seen import of_search
    from snaketune.looking.top import Wish, best_trials

    seen = seen_study(study)
    results = of_search(seen.results, search)
    wanted = STATUSES if _ALL in statuses else statuses or (COMPLETE,)
    best = best_trials(results, Wish(most, tuple(wanted), where, sort))
    remark(seen)
    if as_json:
        print_json(document_of_best(results, best))
        return
    if not best.listed:
        kept = " and keeps --where" if where else ""
        notice(f"No trial of {results.study.name} is {' or '.join(wanted)}{kept}")
        return
    if best.front:
        notice(f"The Pareto set: {best.count} trials that no other one beats in every objective")
    print_table(columns_of(best.listed, results.study))
    if shared := shared_parameters(best.listed, results.study):
        notice(f"In all of these: {', '.join(f'{name} = {cell}' for name, cell in shared.items())}")
