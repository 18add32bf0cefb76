"""Options are read from what a program prints for --help."""

import pytest
from snaketune.errors import StudyError
from snaketune.sweeping.help_text import help_interface, options_in_help
from snaketune.sweeping.option import Option
from snaketune.sweeping.program import program_of

ARGPARSE = """
usage: train.py [-h] [--lr LR] data

options:
  -h, --help            show this help message and exit
  --lr LR, -l LR        the rate (default: 0.01)
  --opt {sgd,adam}      which
  --fast                be fast
  --depth DEPTH         how deep, of all the levels that there are
                        (default: 3)
"""
CLICK = """
Options:
  --lr FLOAT RANGE       The rate.  [default: 0.1; 0<=x<=1]
  --opt [sgd|adam]       Which.
  --n INTEGER RANGE      How many.  [x>=2]
  --shout / --no-shout
  --help                 Show this message and exit.
"""
R = """
Options:
\t-l LR, --lr=LR
\t\tthe rate [default 0.01]

\t-h, --help
\t\tShow this help message and exit
"""


def test_helps_of_several_libraries():
    assert list(options_in_help(ARGPARSE)) == [
        Option(("--lr", "-l"), "float", 0.01, help="the rate"),
        Option(("--opt",), "str", choices=("sgd", "adam"), help="which"),
        Option(("--fast",), "bool", False, flag=True, help="be fast"),
        Option(("--depth",), "int", 3, help="how deep, of all the levels that there are"),
    ]
    assert list(options_in_help(CLICK))[:3] == [
        Option(("--lr",), "float", 0.1, help="The rate.", low=0, high=1),
        Option(("--opt",), "str", choices=("sgd", "adam"), help="Which."),
        Option(("--n",), "int", help="How many.", low=2),
    ]
    assert list(options_in_help(R)) == [Option(("-l", "--lr"), "float", 0.01, help="the rate")]
    assert list(options_in_help("nothing\n - a list\n -5 is a number")) == []


def test_a_program_is_run_with_help_alone(tmp_path):
    script = tmp_path / "run.sh"
    script.write_text('[ "$*" = --help ] && echo "  --lr LR  the rate (default: 0.5)" || touch trained\n')
    found = help_interface(program_of("run.sh", ["--lr", "3"], tmp_path))
    assert found.options == (Option(("--lr",), "float", 0.5, help="the rate"),)
    assert help_interface(program_of("bash", ["run.sh", "x"], tmp_path)).options == found.options
    assert not (tmp_path / "trained").exists()


def test_a_program_without_options_says_so(tmp_path):
    (tmp_path / "run.sh").write_text("exit 3\n")
    with pytest.raises(StudyError, match=r"bash run.sh --help lists no options \(exit code 3\)"):
        help_interface(program_of("run.sh", [], tmp_path))
