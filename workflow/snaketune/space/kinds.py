"""The registry of the forms in which parameters are written: what the modules in `parameters/` declare."""

import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import TypeVar

from snaketune.space import parameters
from snaketune.space.parameters.base import Build, CallForm, Forms

__all__ = ["CALLS", "TYPES"]

Form = TypeVar("Form")


def _declared() -> Iterator[Forms]:
    """The forms of each module; a module that is put into the folder is found."""
    for found in pkgutil.iter_modules(parameters.__path__):
        forms = getattr(import_module(f"{parameters.__name__}.{found.name}"), "FORMS", None)
        if forms is not None:
            yield forms


def _joined(tables: Iterable[Mapping[str, Form]]) -> dict[str, Form]:
    """All tables as one.

    Raises:
        ValueError: two modules declare the same name.
    """
    joined: dict[str, Form] = {}
    for table in tables:
        again = joined.keys() & table.keys()
        if again:
            raise ValueError(f"two kinds of parameter are written as {', '.join(sorted(again))}")
        joined |= table
    return joined


_FORMS = tuple(_declared())
# By the `type` of a mapping, and by the name of a one-line call.
TYPES: Mapping[str, Build] = _joined(forms.types for forms in _FORMS)
CALLS: Mapping[str, CallForm] = _joined(forms.calls for forms in _FORMS)
