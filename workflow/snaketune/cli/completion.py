"""`snaketune completion`: what a shell needs to complete commands, options, studies and trials."""

import click

__all__ = ["command"]

_HOW = {
    "bash": 'eval "$(snaketune completion bash)"  in ~/.bashrc',
    "zsh": 'eval "$(snaketune completion zsh)"  in ~/.zshrc',
    "fish": "snaketune completion fish > ~/.config/fish/completions/snaketune.fish",
}


@click.command("completion", epilog="; ".join(_HOW.values()))
@click.argument("shell", type=click.Choice(sorted(_HOW)))
def command(shell: str) -> None:
    """Print the lines that make a shell complete commands, options, studies and trials."""
    from click.shell_completion import get_completion_class

    from snaketune.cli.group import group

    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"{shell} is not known")
    click.echo(made(group, {}, "snaketune", "_SNAKETUNE_COMPLETE").source())
