"""Types the commands of a document in a folder, quickly: Snakemake and SnakeTune are imported once for all of them."""

import multiprocessing
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from blocks import ROOT

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["snakemake.cli", "snaketune.config", "snaketune.loading", "jsonschema"])
_BIN = Path(sys.executable).parent
# What a shell makes something of, but for quotes.
_SHELL = re.compile(r"[|&;<>$`*(){}~]")
_LONGEST = 240  # seconds


def typed(line: str, folder: Path) -> tuple[int, str]:
    """The exit status and output of a command line typed in the folder."""
    words = shlex.split(line, comments=True)
    unquoted = re.sub(r"'[^']*'|\"[^\"$`]*\"", "", line.partition(" #")[0])
    if words[0] in ("snakemake", "snaketune") and not _SHELL.search(unquoted):
        return _forked(words, folder)
    done = subprocess.run(
        ["bash", "-ec", line],
        cwd=folder, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        timeout=_LONGEST, text=True,
    )  # fmt: skip
    return done.returncode, done.stdout


def environment() -> dict[str, str]:
    """The variables of a user who has SnakeTune installed, with a terminal of 100 columns and no colours."""
    return {**os.environ, "PATH": f"{_BIN}:{os.environ['PATH']}", "COLUMNS": "100", "NO_COLOR": "1"}


def _forked(words: list[str], folder: Path) -> tuple[int, str]:
    printed = folder / ".printed"
    process = _SERVER.Process(target=_call, args=(words, str(folder), str(printed), environment()))
    process.start()
    process.join(_LONGEST)
    assert process.exitcode is not None, f"{shlex.join(words)} has taken too long"
    return process.exitcode, printed.read_text()


def _call(words: list[str], folder: str, printed: str, variables: dict[str, str]) -> None:
    """What a console script does, in this process, which is a fork of one that has the imports."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    with open(printed, "w") as file:  # noqa: PTH123
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    if words[0] == "snakemake":
        from snakemake.cli import main

        if not Path("Snakefile").exists() and "--snakefile" not in words and "-s" not in words:
            words = [words[0], "--snakefile", str(ROOT / "Snakefile"), *words[1:]]
    else:
        from snaketune.cli import main
    sys.argv = [str(_BIN / words[0]), *words[1:]]
    sys.exit(main())
