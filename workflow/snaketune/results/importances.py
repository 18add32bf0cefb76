"""What summary.md says of importances.csv."""

from collections.abc import Mapping, Sequence

from snaketune.results.markdown import inline, number, table

__all__ = ["ONE_VALUE", "PAIRED", "importances_md"]

# Notes of importances.csv about single parameters.
ONE_VALUE = "has one value only"
PAIRED = "paired with "
_NUMBERS = ("fanova", "fanova_sd", "permutation", "permutation_sd")


def importances_md(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """The paragraphs: a table of the parameters that vary, and what there is to say of them and of the others."""
    varying = [row for row in rows if row["note"] != ONE_VALUE]
    shown = [
        [row["parameter"], *(number(float(row[name]), 2) if row[name] else None for name in _NUMBERS)]
        for row in varying
    ]
    tables = [table(["parameter", "fANOVA", "sd", "permutation", "sd"], shown)] if shown else []
    constant = [inline(row["parameter"]) for row in rows if row["note"] == ONE_VALUE]
    return [*tables, *_notes(varying), *([f"One value only: {', '.join(constant)}."] if constant else [])]


def _notes(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """What is said of all the parameters, and which of them are judged together."""
    notes: dict[str, None] = {}
    for row in rows:
        for note in filter(None, row["note"].split("; ")):
            others = note.removeprefix(PAIRED)
            if others == note:
                notes[inline(note)] = None
            else:
                names = sorted([row["parameter"], *others.split(", ")])
                notes[f"Judged together, as they are paired: {', '.join(map(inline, names))}."] = None
    return list(notes)
