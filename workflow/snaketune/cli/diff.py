"""`snaketune diff`: in what two trials differ."""

import click

from snaketune.cli.console import json_option, notice, print_json
from snaketune.cli.showing import complete_trial, print_table, remark, seen_trials
from snaketune.cli.studies import study_option

__all__ = ["command"]


@click.command("diff", epilog="For example: snaketune diff best grid-3; snaketune diff digits/best digits-v2/best")
@click.argument("a", shell_complete=complete_trial)
@click.argument("b", shell_complete=complete_trial)
@study_option
@json_option
def command(a: str, b: str, study: str | None, as_json: bool) -> None:
    """The parameters and metrics in which two trials differ.

    A and B are ids, names, numbers or best; of trials of other studies STUDY/TRIAL.
    """
    from snaketune.looking.differing import columns_of_differences, differences
    from snaketune.looking.documents import document_of_differences
    from snaketune.looking.shown import shown

    (of_a, trial_a), (of_b, trial_b) = seen_trials([a, b], study)
    first, second = shown(of_a.results, trial_a), shown(of_b.results, trial_b)
    for seen in {each.study.name: each for each in (of_a, of_b)}.values():
        remark(seen)
    found = differences(first, second)
    if as_json:
        print_json(document_of_differences(first, second, found))
    elif found:
        print_table(columns_of_differences(first, second, found))
    else:
        notice(f"{first.study}/{first.trial} and {second.study}/{second.trial} do not differ")
