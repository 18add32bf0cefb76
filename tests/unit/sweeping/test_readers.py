"""What scripts of all kinds take is read from their text: types, defaults, choices, bounds, flags."""

import ast

import pytest
from snaketune.sweeping.interface import hydra_config, interface_of
from snaketune.sweeping.option import UNKNOWN, Option

ARGPARSE = """
import argparse
from pathlib import Path
DEPTH = 2 ** 3
OPTIMIZERS = {"sgd": 1, "adam": 2}
def add_model(parser):
    group = parser.add_argument_group("model")
    group.add_argument("--width", type=int, default=DEPTH * 2, choices=range(8, 11))
parser = argparse.ArgumentParser()
parser.add_argument("data", type=Path, help="the data")
parser.add_argument("more", nargs="?")
parser.add_argument("-l", "--lr", type=float, default=1e-3, help="rate (default: %(default)s), 5 %%")
parser.add_argument("--optimizer", choices=list(OPTIMIZERS), default="adam")
parser.add_argument("--layers", nargs="+", type=int, default=[64, 32])
parser.add_argument("--amsgrad", action="store_true")
parser.add_argument("--no-cache", dest="cache", action="store_false")
parser.add_argument("--bn", action=argparse.BooleanOptionalAction, default=True)
parser.add_argument("--where", default=os.getcwd())
parser.add_argument("--text", required=True)
parser.add_argument("-v", action="count", default=0)
parser.add_argument("--version", action="version", version="1")
parser.set_defaults(text="x")
"""
OF_ARGPARSE = [
    Option(("data",), "path", help="the data", required=True),
    Option(("more",), "str"),
    Option(("-l", "--lr"), "float", 0.001, help="rate, 5 %"),
    Option(("--optimizer",), "str", "adam", choices=("sgd", "adam")),
    Option(("--layers",), "int", [64, 32], many=True),
    Option(("--amsgrad",), "bool", False, flag=True),
    Option(("--no-cache",), "bool", True, flag=True),
    Option(("--bn",), "bool", True, flag=True, off="--no-bn"),
    Option(("--where",), "str", UNKNOWN),
    Option(("--text",), "str", "x", required=True),
    Option(("-v",), "int", 0, flag=True),
    Option(("--width",), "int", 16, choices=(8, 9, 10)),
]
CLICK = """
import click
@click.command()
@click.option("--lr", "-l", "rate", default=0.1, type=click.FloatRange(0, 1, min_open=True), help="The rate.")
@click.option("--n", type=click.IntRange(min=1))
@click.option("--opt", type=click.Choice(["a", "b"], case_sensitive=False), default="a")
@click.option("--shout/--no-shout", default=True)
@click.option("--fast", is_flag=True)
@click.option("--many", multiple=True)
@click.argument("file", type=click.Path())
@click.argument("rest", nargs=-1, required=False)
def main(**options): ...
"""
OF_CLICK = [
    Option(("--lr", "-l"), "float", 0.1, help="The rate.", low=0, high=1),
    Option(("--n",), "int", low=1),
    Option(("--opt",), "str", "a", choices=("a", "b")),
    Option(("--shout",), "bool", True, flag=True, off="--no-shout"),
    Option(("--fast",), "bool", False, flag=True),
    Option(("--many",), "str", many=True),
    Option(("file",), "path", required=True),
    Option(("rest",), "str", many=True),
]
TYPER = """
from enum import Enum
from typing import Annotated, Literal, Optional
import typer
class Kind(str, Enum):
    a = "alpha"
    b = "beta"
app = typer.Typer()
@app.command()
def main(
    data: str,
    lr: float = 1e-3,
    batch_size: Annotated[int, typer.Option(min=1, max=64, help="How many.")] = 16,
    kind: Kind = Kind.a,
    act: Literal["relu", "tanh"] = "relu",
    depth: int = typer.Option(3, "--depth", "-d", help="Layers."),
    seed: Optional[int] = None,
    needed: float = typer.Option(...),
    fast: bool = False,
): ...
"""
OF_TYPER = [
    Option(("data",), "str", required=True),
    Option(("--lr",), "float", 0.001),
    Option(("--batch-size",), "int", 16, help="How many.", low=1, high=64),
    Option(("--kind",), "str", "alpha", choices=("alpha", "beta")),
    Option(("--act",), "str", "relu", choices=("relu", "tanh")),
    Option(("--depth", "-d"), "int", 3, help="Layers."),
    Option(("--seed",), "int"),
    Option(("--needed",), "float", required=True),
    Option(("--fast",), "bool", False, flag=True, off="--no-fast"),
]
FIRE = """
import fire
def train(lr=0.1, batch_size: int = 16, fast: bool = True): ...
fire.Fire(train)
"""
OF_FIRE = [
    Option(("--lr",), "float", 0.1),
    Option(("--batch_size",), "int", 16),
    Option(("--fast",), "bool", True, flag=True, off="--nofast"),
]
TYRO = """
from dataclasses import dataclass, field
import tyro
@dataclass
class Config:
    lr: float = 1e-3
    hidden_size: int = field(default=64)
    fast: bool = False
config = tyro.cli(Config)
"""
OF_TYRO = [
    Option(("--lr",), "float", 0.001),
    Option(("--hidden-size",), "int", 64),
    Option(("--fast",), "bool", False, flag=True, off="--no-fast"),
]
HF = TYRO.replace("tyro.cli(Config)", "HfArgumentParser(Config)")
OF_HF = [
    Option(("--lr",), "float", 0.001), Option(("--hidden_size",), "int", 64), Option(("--fast",), "", False),
]  # fmt: skip
ABSL = """
from absl import app, flags
flags.DEFINE_float("lr", 0.1, "The rate.", lower_bound=0.0)
flags.DEFINE_enum("opt", "a", ["a", "b"], "Which.")
flags.DEFINE_bool("fast", False, "Be fast.")
"""
OF_ABSL = [
    Option(("--lr",), "float", 0.1, help="The rate.", low=0.0),
    Option(("--opt",), "str", "a", choices=("a", "b"), help="Which."),
    Option(("--fast",), "bool", False, help="Be fast.", flag=True, off="--nofast"),
]


@pytest.mark.parametrize(
    ("script", "options"),
    [
        (ARGPARSE, OF_ARGPARSE), (CLICK, OF_CLICK), (TYPER, OF_TYPER), (FIRE, OF_FIRE), (TYRO, OF_TYRO), (HF, OF_HF),
        (ABSL, OF_ABSL),
    ],
)  # fmt: skip
def test_what_a_script_takes(script, options):
    assert sorted(interface_of(ast.parse(script)).options, key=str) == sorted(options, key=str)


SUBCOMMANDS = {
    "argparse": """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--verbose", action="store_true")
commands = parser.add_subparsers()
p = commands.add_parser("train")
group = p.add_argument_group("x")
group.add_argument("--lr", type=float)
p = commands.add_parser("test")
p.add_argument("--file")
""",
    "click": """
import click
@click.group()
@click.option("--verbose", is_flag=True)
def cli(verbose): ...
@cli.command()
@click.option("--lr", type=float)
def train(lr): ...
@cli.command("test")
@click.option("--file")
def other(file): ...
""",
    "typer": """
import typer
app = typer.Typer()
@app.command()
def train(lr: float = 0.1): ...
@app.command()
def test(file: str = ""): ...
""",
}


@pytest.mark.parametrize("kind", SUBCOMMANDS)
def test_options_of_a_sub_command(kind):
    tree = ast.parse(SUBCOMMANDS[kind])
    assert interface_of(tree).commands == ("train", "test")
    assert interface_of(tree).command is None
    chosen = interface_of(tree, "train")
    assert (chosen.reader, chosen.command) == (kind, "train")
    names = {option.name for option in chosen.options}
    assert names == {"lr"} | (set() if kind == "typer" else {"verbose"})
    assert chosen.before == names - {"lr"}, "they have to stand before the sub-command"


def test_a_script_without_options_and_one_of_hydra():
    assert interface_of(ast.parse("import sys\nprint(sys.argv)")) is None
    script = '@hydra.main(version_base=None, config_path="conf", config_name="main")\ndef main(cfg): ...'
    assert hydra_config(ast.parse(script)) == "conf/main.yaml"
    assert hydra_config(ast.parse("def main(): ...")) is None


@pytest.mark.parametrize("default", ["1 / 0", "9 ** 9 ** 9", "(lambda: 1)()", "__import__('os').getcwd()", "X"])
def test_a_default_that_is_computed_is_not_known(default):
    script = (
        f'import argparse\nX = X\np = argparse.ArgumentParser()\np.add_argument("--a", type=int, default={default})'
    )
    assert interface_of(ast.parse(script)).options[0].default is UNKNOWN
