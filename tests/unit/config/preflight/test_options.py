"""Options are read from a script's syntax tree where that is conclusive; else nothing is known."""

import ast

import pytest
from snaketune.config.preflight.argparse_options import argparse_options
from snaketune.config.preflight.click_options import click_options, typer_options

PARSER = """
import argparse, sys
parser = argparse.ArgumentParser(description="x")
parser.add_argument("data")
parser.add_argument("--lr", "-l", type=float, default=0.1)
parser.add_argument("--batch-size", type=int, required=True)
parser.add_argument("--amp", action=argparse.BooleanOptionalAction)
args = parser.parse_args()
"""
NAMES = {"-h", "--help", "--lr", "-l", "--batch-size", "--amp", "--no-amp"}


def test_a_plain_parser():
    options = argparse_options(ast.parse(PARSER))
    assert options.names == NAMES
    assert options.required == [("--batch-size",)]
    assert options.knows("--batch"), "argparse takes the beginning of a name"
    assert not options.knows("--batch_size")
    assert options.lacking({"--lr"}) == [("--batch-size",)]
    assert options.lacking({"--batch"}) == []


@pytest.mark.parametrize(
    "script",
    [
        PARSER.replace("parse_args()", "parse_args(sys.argv[1:])"),
        PARSER.replace('parser.add_argument("data")', "g = parser.add_argument_group('a')\ng.add_argument('data')"),
        "def get():\n" + PARSER.replace("\n", "\n  ").replace("args = parser.parse_args()", "return parser")
        + "\nargs = get().parse_args()",
        "def main(argv=None):\n" + PARSER.replace("\n", "\n  ").replace("parse_args()", "parse_args(argv)")
        + "\nif __name__ == '__main__': main()",
    ],
)  # fmt: skip
def test_other_ways_to_write_it(script):
    assert argparse_options(ast.parse(script)).names == NAMES


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("parser.parse_args()", "parser.parse_known_args()"),
        ("parser.parse_args()", "parser.parse_args(words)"),
        ("parser.parse_args()", "parser.parse_args(sys.argv[2:])"),
        ("args =", "sys.argv.pop()\nargs ="),
        ("args =", "from sys import argv\nargs ="),
        ("args =", "parser.add_subparsers()\nargs ="),
        ("args =", "add_more(parser)\nargs ="),
        ("args =", "other = parser\nargs ="),
        ("args =", "parser.add_argument(f'--{name}')\nargs ="),
        ("args =", "for name in names: parser.add_argument('--' + name)\nargs ="),
        ("args =", "parser.add_argument('--x', **more)\nargs ="),
        ("args =", "parser.add_argument('--x', nargs=argparse.REMAINDER)\nargs ="),
        ("args =", "parser.register('type', 'x', y)\nargs ="),
        ('description="x"', "parents=[base]"),
        ('description="x"', "**options"),
        ('description="x"', "prefix_chars='+'"),
        ("args =", "two = argparse.ArgumentParser()\nargs ="),
        ("parser = argparse.ArgumentParser", "parser = Mine"),
        ("args = parser.parse_args()", ""),
    ],
)
def test_what_leaves_a_doubt(old, new):
    assert old in PARSER
    assert argparse_options(ast.parse(PARSER.replace(old, new))) is None


def test_what_is_required_under_a_condition_may_not_be():
    script = PARSER.replace("args =", "if x: parser.add_argument('--y', required=True)\nargs =")
    options = argparse_options(ast.parse(script))
    assert options.required == [("--batch-size",)]
    assert "--y" in options.names


CLICK = """
import click
@click.command()
@click.argument("data")
@click.option("--lr", "-l", "rate", required=True)
@click.option("--shout/--no-shout")
def main(data, rate, shout): pass
main()
"""


def test_click():
    options = click_options(ast.parse(CLICK))
    assert options.names == {"--help", "--lr", "-l", "--shout", "--no-shout"}
    assert options.required == [("--lr", "-l")]
    assert not options.knows("--sho")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("@click.command()", "@click.group()\n@click.command()"),
        ("@click.command()", "@click.command(context_settings={'ignore_unknown_options': True})"),
        ("@click.argument", "@more_options\n@click.argument"),
        ('"--lr"', "NAME"),
        ("required=True", "**more"),
        ("main()\n", "@click.command()\ndef other(): pass\n"),
    ],
)
def test_what_leaves_a_doubt_with_click(old, new):
    found = click_options(ast.parse(CLICK.replace(old, new)))
    assert found is None or (old == "@click.command()" and found.names == set())


def test_an_option_that_click_finds_elsewhere_is_not_lacking():
    assert click_options(ast.parse(CLICK.replace("required=True", "required=True, envvar='LR'"))).required == []


TYPER = """
import typer
from typing import Annotated
def main(data: str, learning_rate: float = 0.1, deep: Annotated[int, typer.Option("--depth", "-d")] = 3,
         needed: Annotated[int, typer.Option()] = ..., fast: bool = typer.Option(..., "--fast/--slow")): pass
typer.run(main)
"""


def test_typer():
    options = typer_options(ast.parse(TYPER))
    assert {"--learning-rate", "--depth", "-d", "--needed", "--fast", "--slow"} <= options.names
    assert not options.knows("--data")
    assert not options.knows("--deep")
    assert ("--fast", "--slow") in options.required
    app = TYPER.replace("def main", "app = typer.Typer()\n@app.command()\ndef main").replace("typer.run(main)", "app()")
    assert "--learning-rate" in typer_options(ast.parse(app)).names
    for doubt in (app + "\n@app.command()\ndef two(): pass", TYPER.replace("data: str", "*more"),
                  app.replace("app()", "app.add_typer(x)") + "\n@app.callback()\ndef x(): pass"):  # fmt: skip
        assert typer_options(ast.parse(doubt)) is None
