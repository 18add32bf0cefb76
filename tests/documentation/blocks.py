"""The fenced blocks of a document, with the marks that stand before them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

_COMMENT = re.compile(r"<!--\s*([a-z ]+?)(?::\s*(.*?))?\s*-->\s*$")
_FENCE = re.compile(r"(```+)(\w*)\s*$")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language ("" if none is named), its text, and the marks in the comments right before it.

    `section` is the heading of second level that it stands below, "" before the first.
    """

    document: Path
    line: int
    section: str
    language: str
    text: str
    marks: dict[str, str]

    def __str__(self) -> str:
        return f"{self.document.relative_to(ROOT)}:{self.line}"


def documents() -> list[Path]:
    """All documents that users and developers read."""
    return [
        ROOT / "README.md",
        ROOT / "workflow/ARCHITECTURE.md",
        ROOT / "workflow/CHANGELOG.md",
        *sorted(ROOT.glob("config/**/*.md")),
    ]


def blocks_of(document: Path) -> list[Block]:
    """The blocks in their order."""
    return list(_blocks(document, document.read_text().splitlines()))


def marks_of(document: Path) -> dict[str, str]:
    """The marks in the comments at the document's head, which are about all of it."""
    found: dict[str, str] = {}
    for line in document.read_text().splitlines():
        comment = _COMMENT.match(line)
        if not comment:
            break
        found[comment[1]] = comment[2] or ""
    return found


def links_of(document: Path) -> list[str]:
    """Where the document's links and pictures lead to, but for those to the web."""
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", sentences_of(document)) if "://" not in link]


def headings_of(document: Path) -> set[str]:
    """The names by which links mean the document's headings."""
    headings = re.findall(r"^#+ (.*)", sentences_of(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def sentences_of(document: Path) -> str:
    """The document's text without its blocks."""
    return re.sub(r"^```.*?^```", "", document.read_text(), flags=re.DOTALL | re.MULTILINE)


def _blocks(document: Path, lines: list[str]) -> Iterator[Block]:
    marks: dict[str, str] = {}
    section = ""
    numbered = iter(enumerate(lines, 1))
    for number, line in numbered:
        if line.startswith("## "):
            section = line[3:]
        fence = _FENCE.match(line.strip())
        if fence:
            assert line == line.lstrip(), f"{document}:{number}: a block that is indented is not looked at"
            inside = []
            for _, text in numbered:
                if text.strip() == fence[1]:
                    break
                inside.append(text)
            else:
                raise AssertionError(f"{document}:{number}: this block has no end")
            yield Block(document, number, section, fence[2], "\n".join(inside) + "\n", marks)
        comment = _COMMENT.match(line)
        if comment:
            marks = {**marks, comment[1]: comment[2] or ""}
        elif line.strip() or fence:
            marks = {}
