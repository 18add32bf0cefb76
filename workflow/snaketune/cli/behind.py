"""Commands behind whose script anything may stand: which words are ours is decided before click reads them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click
from click.shell_completion import CompletionItem

from snaketune.errors import StudyError
from snaketune.sweeping.asked import DEFAULT_STRATEGY, DEFAULT_TRIALS, Asked
from snaketune.sweeping.divided import Divided, divided

__all__ = ["BEHIND", "Behind", "asked_from", "line_of", "search_options", "with_values"]

# Ours behind the script, too: words that hardly any script has for options of its own.
BEHIND = ("--strategy", "--trials", "--metric", "--minimize", "--maximize", "--study", "--help")
_LINE = "snaketune.line"


class Behind(click.Command):
    """A command with a script among its words; behind that, those of `BEHIND` and `more` are its options.

    `target` is how the script is called in its help.
    """

    def __init__(self, *arguments: Any, target: str = "SCRIPT", more: Sequence[str] = (), **options: Any):
        super().__init__(*arguments, **options)
        self.target = target
        self.behind = (*BEHIND, *more)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            line = divided(args, with_values(self.params), self.behind)
        except StudyError as error:
            raise click.UsageError(str(error), ctx) from None
        ctx.meta[_LINE] = line
        super().parse_args(ctx, list(line.own))
        if line.target is None and not ctx.resilient_parsing:
            raise click.UsageError(f"Name {self.target}.", ctx)
        return []

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        return [CompletionItem(incomplete, type="file")]

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [f"[OPTIONS] {self.target} [OPTIONS AND VALUES OF THE SCRIPT]"]


def line_of(ctx: click.Context) -> tuple[str, Divided]:
    """The script and the words around it."""
    line: Divided = ctx.meta[_LINE]
    return line.target or "", line


def with_values(parameters: Sequence[click.Parameter]) -> Mapping[str, bool]:
    """The options among a command's parameters by their names, with whether they take a value."""
    return {
        name: not (it.is_flag or it.count)
        for it in parameters
        if isinstance(it, click.Option)
        for name in (*it.opts, *it.secondary_opts)
    }


def search_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the options that say what search is meant; `asked_from` makes an `Asked` of them."""
    options = [
        click.option("--strategy", default=DEFAULT_STRATEGY, show_default=True, metavar="NAME",
                     help="bayes, random, grid, sobol, halton, lhs; with --budget also hyperband, halving, asha."),
        click.option("--trials", type=click.IntRange(min=1), metavar="N",
                     help=f"How many trials; {DEFAULT_TRIALS} by default. A grid has all combinations."),
        click.option("--metric", metavar="NAME", help="What counts; by default the one that the script's text shows."),
        click.option("--minimize", "direction", flag_value="minimize", help="Less is better."),
        click.option("--maximize", "direction", flag_value="maximize",
                     help="More is better. By default its name decides (loss, error: less; acc, f1, score: more)."),
        click.option("--study", metavar="NAME", help="Its name, also that of its file; by default the script's."),
        click.option("--seed", type=click.IntRange(min=0), metavar="N", help="The study's seed. (Before the script.)"),
        click.option("--batch-size", type=click.IntRange(min=1), metavar="N",
                     help="Trials that are proposed together. (Before the script.)"),
        click.option("--budget", metavar="EPOCHS=1:27",
                     help="The option that says how long it trains, the least and the most. (Before the script.)"),
        click.option("--timeout", metavar="TIME", help="How long a trial may take, such as 30m. (Before the script.)"),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def asked_from(options: Mapping[str, Any]) -> Asked:
    """What is asked for by the options that `search_options` gives."""
    return Asked(**{name: options[name] for name in Asked.__dataclass_fields__})
