"""Reads the searches of a configuration."""

import csv
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from snaketune.config.bayes import bayes_options, check_refinements
from snaketune.config.study import LEARNING, Labels, Search
from snaketune.errors import ConfigError, did_you_mean
from snaketune.space import Space, space_from_config
from snaketune.space.conditions import ExpressionHolds, OneOf
from snaketune.space.expressions import UncomputableError
from snaketune.values import (
    digest,
    problem_with,
    same,
    shortened_text,
    text,
    trial_id,
    yaml_number,
)

__all__ = ["RESERVED", "searches_from"]

# Folders of results/<study>/ that are not searches.
RESERVED = ("trials", "plots", "final")
LABEL_WORDS = ("trial", "number", "search", "study")
LARGEST_GRID = 1_000_000
_LABEL_PLACE = re.compile(r"\{([^{}]*)\}")
_SHARED = {
    "strategy", "space", "constraints", "zip", "name", "tags", "description", "batch_size", "overlap", "n_trials",
    "seed",
}  # fmt: skip


def searches_from(config: Mapping, space: Space, root: Path) -> dict[str, Search]:
    """The searches by name, in the order of the configuration.

    Raises:
        ConfigError: with every mistake found in them.
    """
    searches: dict[str, Search] = {}
    problems: list[tuple[str, str]] = []
    for name, raw in config["searches"].items():
        path = f"searches.{name}"
        try:
            if name in RESERVED:
                raise ConfigError("", f"'{name}' is a folder of every study's results; choose another name")
            searches[name] = _search(name, raw, config, root)
        except ConfigError as error:
            problems += error.under(path).problems
    if problems:
        raise ConfigError.of(problems)
    _check_conditions([space, *(search.space for search in searches.values())])
    check_refinements(searches)
    return searches


def _search(name: str, raw: Mapping, config: Mapping, root: Path) -> Search:
    raw_space = {**config["space"], **raw.get("space", {})}
    constraints = [*config["constraints"], *raw["constraints"]]
    space = space_from_config(raw_space, seed=config["seed"], constraints=constraints, pairs=raw["zip"])
    if raw["strategy"] == "grid":
        _check_finite(space)
    _check_expressions(space)
    options = {key: value for key, value in raw.items() if key not in _SHARED}
    seed = raw.get("seed", config["seed"])
    if raw["strategy"] == "list":
        options = {"points": _points(options, raw_space, space, root)}
    if raw["strategy"] == "bayes":
        points = [complete_point(dict(point), i, space) for i, point in enumerate(options["points"])]
        options = bayes_options({**options, "points": points}, config, root)
    # Whatever the proposals depend on, except how many there are: a longer search keeps what it has.
    terms = [raw["strategy"], seed, config["seed"], raw_space, constraints, raw["zip"], raw["batch_size"], options]
    if raw["strategy"] == "lhs":
        terms.append(raw["n_trials"])  # a Latin hypercube is a design for so many points as a whole
    if raw["strategy"] in LEARNING:
        terms += [
            raw["overlap"],
            config["objective"].get("metric"),
            config["objective"]["direction"],
            config.get("objectives"),
        ]
    return Search(
        name=name,
        strategy=raw["strategy"],
        space=space,
        seed=seed,
        batch_size=raw["batch_size"],
        overlap=raw["overlap"],
        n_trials=raw.get("n_trials"),
        labels=_labels(raw, space),
        fingerprint=digest(terms),
        options=options,
    )


def _check_finite(space: Space) -> None:
    if space.infinite:
        names = ", ".join(space.infinite)
        raise ConfigError(
            "space",
            f"a grid needs parameters with finitely many values; these are continuous: {names}. Give each a list "
            f"([0.001, 0.01]), a step ({{type: uniform, low: 0, high: 1, step: 0.25}}) or a number of draws "
            f'("loguniform(1e-4, 1e-1, 5)"), in the search\'s own space if other searches need the range',
        )
    if space.size > LARGEST_GRID:
        sizes = ", ".join(f"{axis.name} {axis.parameter.count}" for axis in space.axes)
        raise ConfigError(
            "space",
            f"the grid has {space.size} points (values per parameter: {sizes}), above the limit of {LARGEST_GRID}; "
            "list fewer values, or use strategy: random",
        )


def _check_expressions(space: Space) -> None:
    """Draws parameter sets to see that all expressions can be computed and that some set satisfies the constraints."""
    if not space.constraints and not any(isinstance(axis.condition, ExpressionHolds) for axis in space.axes):
        return
    allowed = False
    for i in range(2000):
        path = "space"
        try:
            params = space.from_units(lambda name, i=i: int(digest([i, name], 12), 16) / 16**12)
            path = "constraints"
            allowed = space.allows(params) or allowed
        except UncomputableError as error:
            raise ConfigError(path, str(error)) from None
        if allowed and i >= 200:
            return
    listable = space.size is not None and space.size <= LARGEST_GRID
    if not allowed and not (listable and next(space.grid(), None)):
        raise ConfigError("constraints", "no parameter set satisfies all constraints (2000 draws tried)")


def _check_conditions(spaces: Iterable[Space]) -> None:
    """Checks that each value that a condition asks for is one that its parameter has, in one of the spaces at least."""
    problems = []
    for axis in (axis for space in spaces for axis in space.axes if isinstance(axis.condition, OneOf)):
        for name, values in axis.condition.allowed.items():
            forms = [space.parameters[name] for space in spaces if name in space.parameters]
            listed = [value for form in forms if form.finite and form.count <= 1000 for value in form.values()]
            for value in values:
                if not any(same(value, other) for other in listed) and not any(form.contains(value) for form in forms):
                    hint = did_you_mean(text(value), map(text, listed))
                    problems.append((f"space.{axis.name}.when", f"'{name}' is never {shortened_text(value)}.{hint}"))
    if problems:
        raise ConfigError.of(dict.fromkeys(problems))


def _labels(raw: Mapping, space: Space) -> Labels:
    templates = [("name", raw["name"]), ("description", raw["description"])]
    templates += [(f"tags[{i}]", tag) for i, tag in enumerate(raw["tags"])]
    for path, template in templates:
        for word in _LABEL_PLACE.findall(template):
            if word not in space.parameters and word not in LABEL_WORDS:
                hint = did_you_mean(word, [*space.parameters, *LABEL_WORDS])
                raise ConfigError(path, f"{{{word}}} is neither a parameter nor a known word.{hint}")
    return Labels(raw["name"], tuple(raw["tags"]), raw["description"])


# --- strategy: list ------------------------------------------------------------------------------------------------


def _points(options: Mapping, raw_space: Mapping, space: Space, root: Path) -> list[dict]:
    if ("points" in options) == ("file" in options):
        raise ConfigError("points", "a list search needs either 'points' or 'file'")
    if "points" in options:
        rows = options["points"]
    else:
        rows = _rows_of(root / options["file"], options["file"], raw_space, space)
    points = [complete_point(row, i, space) for i, row in enumerate(rows)]
    return list({trial_id(point): point for point in points}.values())


def complete_point(given: Mapping, i: int, space: Space) -> dict:
    """The parameter set of a point; parameters that have one value only need not be given.

    Raises:
        ConfigError: it names an unknown or inactive parameter, lacks one, or breaks a constraint.
    """
    path = f"points[{i}]"
    row = yaml_number(given)
    for name, value in row.items():
        if name not in space.parameters:
            raise ConfigError(path, f"'{name}' is not a parameter.{did_you_mean(name, space.parameters)}")
        why = problem_with(value)
        if why:
            raise ConfigError(f"{path}.{name}", why)
    point = dict(row)
    try:
        for axis in space.axes:
            present = [name for name in axis.names if name in point]
            if not axis.active(point):
                if present:
                    raise ConfigError(path, f"'{present[0]}' is inactive here (see its 'when')")
                continue
            if not present and axis.parameter.finite and axis.parameter.count == 1:
                point |= axis.assign(axis.parameter.values()[0])
            missing = [name for name in axis.names if name not in point]
            if missing:
                raise ConfigError(path, f"the parameter '{missing[0]}' is missing")
        if not space.allows(point):
            raise ConfigError(path, f"{shortened_text(point)} violates a constraint")
    except UncomputableError as error:
        raise ConfigError(path, str(error)) from None
    return {name: point[name] for name in space.parameters if name in point}


def _rows_of(path: Path, given: str, raw_space: Mapping, space: Space) -> list[dict]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError("file", f"{given} can't be read: {error}") from None
    if not rows:
        raise ConfigError("file", f"{given} holds no row below its header")
    known = [name for name in rows[0] if name in raw_space]
    if not known:
        raise ConfigError("file", f"{given} has no column that is a parameter ({', '.join(raw_space)})")
    return [
        {name: space.parameters[name].from_cell(row[name]) for name in known if row[name] not in ("", None)}
        for row in rows
    ]
