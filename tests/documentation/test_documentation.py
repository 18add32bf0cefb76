"""Every code block of the documentation is executed, or it is said why not; these are few."""

import shutil
from collections import Counter
from pathlib import Path

import pytest
from blocks import blocks_of, documents, headings_of, links_of
from lines import check_words, inline_commands
from stories import PROJECT, Story, stories
from terminal import typed

STORIES = stories()
# What blocks may need that is not there where the tests run, and how many do. A block is only left out if there is no
# other way: a higher number is not the way to mend one that fails.
NEEDS = {"torch": 1, "slurm": 3, "r": 1}


@pytest.fixture
def finished(built_once):
    """Gives a copy of the project whose study has been run."""

    def build(folder: Path) -> None:
        shutil.copytree(PROJECT, folder, dirs_exist_ok=True)
        status, printed = typed("snakemake --cores 2", folder)
        assert status == 0, printed

    return lambda: built_once("documentation", build)


@pytest.mark.parametrize("name", STORIES)
def test_blocks(name, tmp_path, finished):
    Story(tmp_path / "story", finished).tell(STORIES[name])


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.name)
def test_commands_in_sentences(document):
    for line in inline_commands(document):
        check_words(line, f"{document.name}: {line}")


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    for link in links_of(document):
        place, _, heading = link.partition("#")
        path = document.parent / place if place else document
        assert path.exists(), f"{document.name}: there is no {link}"
        assert not heading or heading in headings_of(path), f"{document.name}: there is no heading {link}"


def test_few_blocks_need_what_is_not_here():
    marks = [block.marks for document in documents() for block in blocks_of(document)]
    assert Counter(mark["needs"] for mark in marks if "needs" in mark) == NEEDS
