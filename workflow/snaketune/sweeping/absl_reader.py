"""The options of a script that defines them by absl's flags."""

import ast
from dataclasses import replace

from snaketune.config.preflight.options import keyword
from snaketune.sweeping.constants import Constants
from snaketune.sweeping.option import Interface, Option
from snaketune.sweeping.syntax import helped, last_name
from snaketune.values import is_number

__all__ = ["absl_interface"]

_KINDS = {
    "DEFINE_integer": "int", "DEFINE_float": "float", "DEFINE_string": "str", "DEFINE_bool": "bool",
    "DEFINE_boolean": "bool", "DEFINE_enum": "str", "DEFINE_list": "str", "DEFINE_multi_integer": "int",
    "DEFINE_multi_float": "float", "DEFINE_multi_string": "str",
}  # fmt: skip


def absl_interface(tree: ast.Module, command: str | None = None) -> Interface | None:
    """What a script's flags are; None if it defines none."""
    constants = Constants(tree)
    options = []
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and (kind := _KINDS.get(last_name(call.func))) and len(call.args) >= 2:
            name, default, *more = map(constants.of, call.args)
            if not isinstance(name, str):
                continue
            enum = last_name(call.func) == "DEFINE_enum"
            low, high = (constants.of(keyword(call, end)) for end in ("lower_bound", "upper_bound"))
            option = Option(
                (f"--{name}",),
                kind,
                default,
                choices=tuple(more[0]) if enum and more and isinstance(more[0], list) else (),
                help=helped((more[1:] if enum else more or [""])[0] if more else ""),
                many="list" in last_name(call.func) or "multi" in last_name(call.func),
                low=low if is_number(low) else None,
                high=high if is_number(high) else None,
            )
            options.append(replace(option, flag=True, off=f"--no{name}") if kind == "bool" else option)
    return Interface("absl", tuple(options)) if options else None
