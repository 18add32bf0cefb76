"""What a change of the configuration makes again: digests of its keys, by what the schema says of each (`x-reruns`).

    digest                x-reruns      of                                        what compares it
    RunSpec.training      training      objective (and the content of its files)  the runner, with each result
    RunSpec.contract      metrics       the same, and how metrics are read from   the runner, with each result; the
                                        what is printed                           rule `trial`
    a search's fingerprint proposals    the search, the space, the seed           the checkpoint `generate`
    Study.measure         tables        objective, objectives, outcome_constraints  the rule `gather`
    Study.reading         tables        all other keys                            the rules that make tables
    PlotOptions.fingerprint plots       plots                                     the rules that make plots
    Exports.fingerprint   exports       exports                                   the rule that makes exports

Metrics and directions are proposals only for searches that learn, and go into `measure` for all. No key of a search
is training: searches share their trials. The keys that were
there from the first version enter in a form of their own, which stays as it is: another digest of the same
configuration would make users' results again. Every other key enters by itself where it is given with another value
than its default; nothing has to be added here for it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from snaketune.config.schema import load_schema, resolved
from snaketune.values import digest

__all__ = [
    "RERUNS",
    "contract_terms",
    "exports_digest",
    "further",
    "plots_digest",
    "proposal_terms",
    "reruns_of",
    "table_digest",
    "training_terms",
]

RERUNS = ("training", "metrics", "proposals", "tables", "plots", "exports", "nothing")

_READING = "reading"  # the contract's term of further keys that say how metrics are read
_SECTIONS = ("", "objective", "filter", "plots", "final")
# The keys of each section that enter the digests in a form of their own, or change what there is and not what is in it
# (how many trials, which files), so that what is there stays good.
_OWN_FORM: dict[str, frozenset[str]] = {
    "": frozenset({
        "study", "seed", "objective", "objectives", "constraint", "outcome_constraints", "space", "constraints", "zip",
        "search", "searches", "name", "tags", "description", "pruner", "top", "summary_by", "filter", "plots", "final",
        "budget", "exports",
    }),
    "objective": frozenset({
        "command", "function", "metric", "direction", "metrics", "code", "data", "inputs", "base_config", "workdir",
        "env", "seed_flag", "replicates", "folds", "aggregate", "min_runs", "conda", "container", "envmodules",
    }),
    "filter": frozenset({"status", "tags", "where"}),
    "plots": frozenset({"choose", "format", "parameters", "width", "height", "sizes", "style", "dpi"}),
    "final": frozenset({"top", "replicates", "overrides"}),
    "search": frozenset({"name", "tags", "description", "pruner", "n_trials", "overlap", "budget"}),
}  # fmt: skip


def reruns_of(section: str, key: str) -> str | None:
    """What changing a key of a section ("" for the configuration itself) makes again; None if there is no such key."""
    found: str | None = _keys_of(section).get(key, {}).get("x-reruns")
    return found


def further(given: Mapping[str, Any], section: str, reruns: str) -> dict[str, Any]:
    """Those of a section's given keys that are marked so, have no form of their own and are not at their default."""
    keys = _keys_of(section)
    own = _OWN_FORM[section]
    return {
        name: value
        for name, value in given.items()
        if name not in own and reruns_of(section, name) == reruns and value != keys[name].get("default")
    }


def contract_terms(config: Mapping[str, Any], **own: object) -> dict[str, Any]:
    """What the contract is made of besides the content of files; `own` are the keys that have a form of their own."""
    terms = {"further": "training", _READING: "metrics"}
    found = {term: _in_sections(config, _SECTIONS, reruns) for term, reruns in terms.items()}
    return {**own, **{term: keys for term, keys in found.items() if keys}}


def training_terms(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the contract's terms that the training depends on: not how metrics are read from what it leaves."""
    return {term: value for term, value in terms.items() if term not in ("patterns", _READING)}


def proposal_terms(config: Mapping[str, Any], own: list[Any], *, learns: bool) -> list[Any]:
    """What a search's fingerprint is made of; the objective's further keys count for searches that learn from it."""
    found = _in_sections(
        config, _SECTIONS if learns else [name for name in _SECTIONS if name != "objective"], "proposals"
    )
    return [*own, found] if found else own


def table_digest(config: Mapping[str, Any], section: str, own: list[Any]) -> str:
    """The digest of how runs make a trial's value (`section` objective), or of all else that tables show ("")."""
    if section:
        found = _in_sections(config, [section], "tables")
    else:
        found = _in_sections(config, [name for name in _SECTIONS if name != "objective"], "tables")
        found |= _in_searches(config, "tables")
    return digest([*own, found] if found else own)


def plots_digest(config: Mapping[str, Any], own: list[Any]) -> str:
    """The digest of what pictures depend on besides their data."""
    found = _in_sections(config, _SECTIONS, "plots") | _in_searches(config, "plots")
    return digest([*own, found] if found else own)


def exports_digest(config: Mapping[str, Any], own: list[Any]) -> str:
    """The digest of what exports depend on besides the results."""
    found = _in_sections(config, _SECTIONS, "exports") | _in_searches(config, "exports")
    return digest([*own, found] if found else own)


def _in_sections(config: Mapping[str, Any], sections: Iterable[str], reruns: str) -> dict[str, Any]:
    found = {
        name: further(config[name] if name else config, name, reruns) for name in sections if not name or name in config
    }
    return {name: keys for name, keys in found.items() if keys}


def _in_searches(config: Mapping[str, Any], reruns: str) -> dict[str, Any]:
    found = {f"searches.{name}": further(given, "search", reruns) for name, given in config["searches"].items()}
    return {name: keys for name, keys in found.items() if keys}


def _keys_of(section: str) -> dict[str, dict[str, Any]]:
    """The schema's nodes of a section's keys; `search` stands for the keys of any strategy."""
    schema = load_schema()
    if section == "search":
        branches = [resolved(branch["then"], schema) for branch in schema["$defs"]["search"]["allOf"]]
    else:
        branches = [resolved(schema["properties"][section], schema) if section else schema]
    return {key: resolved(node, schema) for branch in branches for key, node in branch["properties"].items()}
