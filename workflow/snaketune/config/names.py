"""Parameters' names in any script, spelled in one way (Unicode's NFC) wherever the configuration has them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from snaketune.errors import ConfigError
from snaketune.runner.command import PLACEHOLDER
from snaketune.values import nfc

__all__ = ["with_normal_names"]

_TEMPLATES = ("name", "description")
_LISTS = ("summary_by", "tags")


def with_normal_names(config: Mapping[str, Any]) -> dict[str, Any]:
    """A checked configuration with the names of parameters spelled in one way; values stay as they are.

    (Expressions do the same with the names in them as they are parsed.)

    Raises:
        ConfigError: a name is no word, or two names are the same but for their spelling.
    """
    problems: list[tuple[str, str]] = []
    spaces = [("space", config["space"]), ("search.space", config.get("search", {}).get("space", {}))]
    for search, raw in config.get("searches", {}).items():
        spaces.append((f"searches.{search}.space", raw.get("space", {})))
    for path, space in spaces:
        problems += _problems(path, space)
    overrides = config.get("final", {}).get("overrides", {})
    problems += _problems("final.overrides", overrides)
    if problems:
        raise ConfigError.of(problems)

    found = _of_search(config)
    for section in ("search", "searches"):
        if section in found:
            raw = found[section]
            found[section] = (
                _of_search(raw) if section == "search" else {name: _of_search(one) for name, one in raw.items()}
            )
    if overrides:
        found["final"] = {**found["final"], "overrides": _keys(overrides)}
    if "parameters" in found.get("plots", {}):
        found["plots"] = {**found["plots"], "parameters": [nfc(name) for name in found["plots"]["parameters"]]}
    found |= {"imported": [_with_columns(source) for source in found["imported"]]} if "imported" in found else {}
    if "command" in found["objective"]:
        command = found["objective"]["command"]
        words = [_placed(word) for word in command] if isinstance(command, list) else _placed(command)
        found["objective"] = {**found["objective"], "command": words}
    return found


def _problems(path: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    seen: dict[str, str] = {}
    for name in names:
        spelled = nfc(name)
        if spelled in seen:
            yield f"{path}.{name}", "is given twice, in two spellings of the same characters; give it once"
        elif unicodedata.normalize("NFKC", spelled) != spelled:
            better = unicodedata.normalize("NFKC", spelled)
            yield f"{path}.{name}", f"has characters that stand for others; write '{better}'"
        elif not name.isascii():
            first, *others = re.split(r"[.-]", spelled)
            if not (first.isidentifier() and all(f"_{part}".isidentifier() for part in others)):
                yield f"{path}.{name}", "a name is made of letters, digits, '_', '.' and '-', and begins with a letter"
        seen[spelled] = name


def _of_search(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What the configuration and its searches have in common."""
    found = dict(raw)
    if "space" in raw:
        found["space"] = {nfc(name): _parameter(form) for name, form in raw["space"].items()}
    if "zip" in raw:
        found["zip"] = [[nfc(name) for name in group] for group in raw["zip"]]
    if "points" in raw:
        found["points"] = [_keys(point) for point in raw["points"]]
    found |= {key: nfc(raw[key]) for key in _TEMPLATES if key in raw}
    return found | {key: [nfc(text) for text in raw[key]] for key in _LISTS if key in raw}


def _parameter(form: object) -> object:
    if isinstance(form, dict) and isinstance(form.get("when"), dict):
        return {**form, "when": _keys(form["when"])}
    return form


def _with_columns(source: Mapping[str, Any]) -> dict[str, Any]:
    return {**source, "columns": _keys(source["columns"])} if "columns" in source else dict(source)


def _keys(values: Mapping[str, Any]) -> dict[str, Any]:
    return {nfc(name): value for name, value in values.items()}


def _placed(word: str) -> str:
    """A word of the command; only the names in its places are spelled anew, as files may be spelled otherwise."""
    return PLACEHOLDER.sub(lambda place: nfc(place[0]), word)
