"""Executes the blocks of a section of a document, one after the other, in a folder of its own.

What is done with a block follows from its language and from the marks in the HTML comments before it:

- `yaml`: keys of a study are read, checked and planned, a part of a study with the rest of `project/`'s.
- `bash`: typed, line by line; the first one that fails ends it. `text` behind it is what it prints.
- `python`: run as a script.
- `file: NAME`: written there before that (a script is only written; what types it comes later).
- `planned`: Snakemake's lines, and what `snaketune run` hands on, get `-n`; `snaketune run` becomes `plan`, that of a
  script gets `--only-write`.
- `needs: WHAT`: can't be run where the tests run. Python is compiled, of the shell's lines the options are looked up, a
  study is read.
- `other: TOOL`: is for another tool, which is not installed here: Python is compiled, YAML loaded.
- `drawing`: text that is no output.

Of a document's own marks, at its head, `one folder` makes one story of all its sections, `empty folder` begins it with
nothing, and `finished study` with `project/` and the results of its study; else there is `project/`.

A block of which this says nothing fails.
"""

import ast
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import yaml
from blocks import ROOT, Block, blocks_of, documents, marks_of
from lines import commands_of, look_up, planned
from output import missing
from study_blocks import check, is_study, read
from terminal import environment, typed

PROJECT = Path(__file__).parent / "project"
_LONGEST = 120  # seconds


def stories() -> dict[str, list[Block]]:
    """All blocks by the story that they are told in: the document and its section, or the document alone."""
    found: dict[str, list[Block]] = {}
    for document in documents():
        whole = "one folder" in marks_of(document)
        name = str(document.relative_to(ROOT))
        for section, blocks in groupby(blocks_of(document), key=lambda block: "" if whole else block.section):
            found[f"{name}#{section}" if section else name] = list(blocks)
    return found


class Story:
    """A folder in which blocks are executed; `finished` fills it with the project, its study run."""

    def __init__(self, folder: Path, finished: Callable[[], Path]):
        self._made = folder
        self._finished = finished
        self._printed: str | None = None

    def tell(self, blocks: list[Block]) -> None:
        """Executes them; what does not hold raises AssertionError with the block's place."""
        marks = marks_of(blocks[0].document)
        if "empty folder" in marks:
            self._made.mkdir()
            self.folder = self._made
        elif "finished study" in marks and any(_is_typed(block) for block in blocks):
            self.folder = self._finished()
        else:
            self.folder = Path(shutil.copytree(PROJECT, self._made))
        for block in blocks:
            self._execute(block)

    def _execute(self, block: Block) -> None:
        printed, self._printed = self._printed, None
        if "file" in block.marks:
            self._write(block)
        if "other" in block.marks:
            _only_looked_at(block)
        elif "needs" in block.marks:
            _only_looked_at(block)
            if block.language == "yaml":
                read(yaml.safe_load(block.text), self.folder)
            if block.language == "bash":
                for line in commands_of(block):
                    look_up(line, self.folder, block)
        elif block.language == "yaml":
            self._study(block)
        elif block.language == "bash" and "file" not in block.marks:
            self._printed = self._type(block)
        elif block.language == "python" and "file" not in block.marks:
            self._printed = self._run(block)
        elif block.language == "text" and printed is not None:
            line = missing(block.text, printed)
            assert line is None, f"{block}: this was not printed: {line}\nbut:\n{printed}"
        elif "drawing" not in block.marks:
            assert "file" in block.marks, f"{block}: it is not known what to do with '{block.language}' {block.marks}"
            _only_looked_at(block)

    def _write(self, block: Block) -> None:
        path = self.folder / block.marks["file"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text)

    def _study(self, block: Block) -> None:
        content = yaml.safe_load(block.text)
        if "file" in block.marks and not is_study(content):
            return
        assert is_study(content), f"{block}: these are no keys of a study: {content}"
        try:
            check(read(content, self.folder), self.folder)
        except Exception as error:
            raise AssertionError(f"{block}: {type(error).__name__}: {error}") from error

    def _type(self, block: Block) -> str:
        printed = ""
        for line in commands_of(block):
            if look_up(line, self.folder, block):
                continue
            status, output = typed(planned(line) if "planned" in block.marks else line, self.folder)
            printed += output
            assert status == int(block.marks.get("ends with", 0)), f"{block}: {line}: ends with {status}:\n{output}"
        return printed

    def _run(self, block: Block) -> str:
        done = subprocess.run(
            [sys.executable, "-c", block.text],
            cwd=self.folder, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=_LONGEST, text=True,
        )  # fmt: skip
        assert done.returncode == 0, f"{block}:\n{done.stdout}"
        return done.stdout


def _is_typed(block: Block) -> bool:
    return block.language == "bash" and not {"needs", "other", "file"} & set(block.marks)


def _only_looked_at(block: Block) -> None:
    """Checks what can be checked of a block without what it needs."""
    if block.language == "python":
        ast.parse(block.text)
    elif block.language == "bash":
        done = subprocess.run(["bash", "-n"], input=block.text, text=True, stderr=subprocess.PIPE)
        assert done.returncode == 0, f"{block}: {done.stderr}"
    elif block.language == "yaml":
        yaml.safe_load(block.text)
    else:
        assert block.language in ("r", "csv", "json", "snakemake", "toml"), f"{block}: '{block.language}' is not known"
