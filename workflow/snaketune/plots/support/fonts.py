"""Fonts that have the characters of a study's names and values, and what stands for those that none of them has."""

import unicodedata
from collections.abc import Iterable
from functools import cache

from matplotlib import font_manager, rcParams

__all__ = ["FONT", "families", "legible"]

FONT = "DejaVu Sans"  # comes with matplotlib: the same everywhere
_REGULAR = 400
_BOXES = "Last Resort"  # has a box for every character


def families(characters: Iterable[str]) -> list[str]:
    """FONT, and as many of the installed fonts as it takes to have the characters that it lacks."""
    chosen, lacking = [FONT], {ord(c) for c in characters if c.isprintable()} - _glyphs((FONT,))
    if not lacking:
        return chosen  # without a look at the others, which takes time
    regular = {
        entry.name: entry.fname
        for entry in font_manager.fontManager.ttflist
        if entry.style == "normal"
        and entry.weight in (_REGULAR, "normal", "regular")
        and entry.name != FONT
        and _BOXES not in entry.name
    }
    for name in sorted(regular, key=lambda name: ("Sans" not in name, name)):
        found = lacking & _of_file(regular[name])
        if found:
            chosen.append(name)
            lacking -= found
    return chosen


def legible(text: str) -> str:
    """`text` with what the fonts in use lack spelled out: in Latin letters, by a name, or by its number."""
    glyphs = _glyphs(tuple(rcParams["font.family"]))
    return "".join(c if ord(c) in glyphs else _spelled(c, glyphs) for c in text)


def _spelled(character: str, glyphs: frozenset[int]) -> str:
    plain = unicodedata.normalize("NFKD", character)
    if plain != character and all(ord(c) in glyphs for c in plain):
        return plain
    kind, name = unicodedata.category(character), unicodedata.name(character, "")
    if kind in ("Mn", "Cf"):
        return ""  # a mark on the character before it, or nothing visible
    if kind in ("So", "Sk") and name:
        return f":{name.lower().replace(' ', '_')}:"
    if any(word in name for word in (" LETTER ", " SYLLABLE ", " SIGN ")):
        return name.rsplit(" ", 1)[-1].lower()
    return f"\\u{ord(character):04x}"


@cache
def _glyphs(names: tuple[str, ...]) -> frozenset[int]:
    """The characters that the fonts have between them."""
    return frozenset().union(*(_of_file(_file_of(name)) for name in names))


def _file_of(name: str) -> str:
    return str(font_manager.findfont(font_manager.FontProperties(family=[name])))


@cache
def _of_file(path: str) -> frozenset[int]:
    """The characters of a font; none where it can't be drawn with, as one of coloured pictures."""
    try:
        font = font_manager.get_font(path)
        font.set_size(10, 100)
        return frozenset(font.get_charmap()) if font.scalable else frozenset()
    except (RuntimeError, OSError):
        return frozenset()
