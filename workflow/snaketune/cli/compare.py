"""`snaketune compare`: finished studies side by side."""

import click

from snaketune.cli.console import json_option, print_json
from snaketune.cli.studies import complete_study, found
from snaketune.errors import StudyError

__all__ = ["command"]


@click.command("compare", epilog="For example: snaketune compare digits digits-v2")
@click.argument("studies", nargs=-1, required=True, metavar="STUDY STUDY...", shell_complete=complete_study)
@json_option
def command(studies: tuple[str, ...], as_json: bool) -> None:
    """Finished studies side by side: a row for each search with its best trial, the best search first.

    The studies must have the same metrics, directions and outcome constraints. Tables and plots of a comparison are
    made by: snakemake --cores 1 compare --config 'studies=[digits, digits-v2]'
    """
    from snaketune.cli.showing import print_table
    from snaketune.looking.documents import document_of_comparison
    from snaketune.looking.side_by_side import columns_of_searches, compared_searches

    roots = {found(study).root: None for study in studies}
    if len(roots) < 2:
        raise click.UsageError("Name two studies or more: snaketune compare STUDY STUDY")
    folders = {root.parent.resolve(): root.parent for root in roots}
    if len(folders) > 1:
        raise StudyError(f"Studies are compared within one folder; these are in {', '.join(map(str, folders))}")
    joined, searches = compared_searches([root.name for root in roots], next(iter(folders.values())))
    if as_json:
        print_json(document_of_comparison(joined, searches))
    else:
        print_table(columns_of_searches(searches, joined))
