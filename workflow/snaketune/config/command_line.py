"""Values of the configuration that are given on the command line (`--config name=value …`).

Snakemake reads lists and mappings there with all values as text; here they mean what they mean in a file. They are
merged into the file's, key by key; only a parameter that says its own kind, an acquisition and a sampler take the place
of what was there. Of a search that gets another strategy, what that does not have is left out.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from snaketune.config.schema import keys_of_strategy
from snaketune.errors import ConfigError
from snaketune.values import yaml_number

__all__ = ["entries_below", "with_command_line"]

# Keys of searches that need not say which search they mean.
_OF_ALL = ("n_trials", "batch_size")
_OF_THE_ONLY = "strategy"
_AS_TEXT = ("studies",)  # names, some of which are all digits


def with_command_line(config: Mapping[str, Any], entries: Iterable[str]) -> dict[str, Any]:
    """The configuration with the values of `entries`, each `name=value`, as its file would have them.

    `config` is as Snakemake has merged it, in which they are text; it stays as it is. `n_trials` and `batch_size` are
    those of every search that has such a key, `strategy` is that of the only search.

    Raises:
        ConfigError: a key of searches that none of them has; `strategy` where there are several searches.
    """
    given: dict[str, Any] = {}
    for name, _, value in (entry.partition("=") for entry in entries):
        if name not in _AS_TEXT:
            given = _merged(given, {name: _value_of(value)})
    merged: dict[str, Any] = _merged(config, given)
    short = {name: merged.pop(name) for name in (*_OF_ALL, _OF_THE_ONLY) if name in given}
    if "search" in merged:
        found = _with_keys({"search": merged["search"]}, {"search": given.get("search")}, short)
        return {**merged, **found}
    if isinstance(merged.get("searches"), Mapping) or short:
        return {**merged, "searches": _with_keys(merged.get("searches"), given.get("searches"), short)}
    return merged


def entries_below(entries: Iterable[str], key: str) -> list[str]:
    """What the command line says of a part of a larger configuration, `key={name: value}`, each as `name=value`."""
    given = [_value_of(value) for name, _, value in (entry.partition("=") for entry in entries) if name == key]
    return [f"{name}={json.dumps(value)}" for part in given for name, value in _mapping(part).items()]


def _with_keys(searches: Any, given: Any, short: Mapping[str, Any]) -> dict[str, Any]:
    """The searches by name with the keys in `short`, `given` being what the command line says of them by name."""
    found = dict(searches) if isinstance(searches, Mapping) else {}
    given = given if isinstance(given, Mapping) else {}
    if _OF_THE_ONLY in short:
        if len(found) != 1:
            raise ConfigError(
                _OF_THE_ONLY,
                f"is that of the only search; of the searches {', '.join(found)} name one, as in "
                f"--config 'searches={{{next(iter(found), 'name')}: {{strategy: {short[_OF_THE_ONLY]}}}}}'",
            )
        (name,) = found
        given = {name: {**_mapping(given.get(name)), _OF_THE_ONLY: short[_OF_THE_ONLY]}}
        found = _merged(found, given)
    found = {name: _fitting(search, _mapping(given.get(name))) for name, search in found.items()}
    for key in (key for key in _OF_ALL if key in short):
        having = [name for name, search in found.items() if key in keys_of_strategy(_mapping(search).get("strategy"))]
        if not having:
            raise ConfigError(key, f"no search of this study has such a key ({', '.join(found) or 'it has none'})")
        found |= {name: {**found[name], key: short[key]} for name in having}
    return found


def _fitting(search: Any, given: Mapping[str, Any]) -> Any:
    """The search without what its strategy does not have, if the command line gives the strategy and not that key."""
    known = keys_of_strategy(given.get("strategy"))
    if not known or not isinstance(search, Mapping):
        return search
    return {key: value for key, value in search.items() if key in known or key in given}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _merged(old: Any, new: Any, name: str = "", above: str = "") -> Any:
    """`new` merged into `old`; they are the value of the key `name` below `above`."""
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return new
    kind = above == "space" and bool({"type", "choices"} & set(new))
    if kind or name in ("acquisition", "sampler"):
        return new
    return {**old, **{key: _merged(old.get(key), value, key, name) for key, value in new.items()}}


def _value_of(text: str) -> Any:
    """The value that a text is in YAML, keys as they are written; the text itself if it is no YAML."""
    import yaml

    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        return None if node is None else _built(loader, node)
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return text
    finally:
        loader.dispose()


def _built(loader: Any, node: Any) -> Any:
    if node.id == "mapping":
        return {key.value: _built(loader, value) for key, value in node.value}
    if node.id == "sequence":
        return [_built(loader, item) for item in node.value]
    value = loader.construct_object(node)
    # A number such as 1e-5, which YAML 1.1 takes for text, is one; what is quoted is text.
    return value if node.style else yaml_number(value)
