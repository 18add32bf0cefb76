"""Which columns of another tool's trials are the parameters and metrics of a study."""

from collections.abc import Mapping, Sequence

from snaketune.config.study import Study
from snaketune.errors import StudyError, did_you_mean
from snaketune.importing.source import Source

__all__ = ["check_directions", "metric_columns", "param_columns"]

_WITHOUT = (
    "Which columns of {} are parameters follows from a study: name it, with --for study.yaml, or with "
    "--into study.yaml, to which the lines are added that use the results"
)


def param_columns(source: Source, columns: Mapping[str, str], study: Study | None) -> dict[str, str]:
    """The column of each parameter; `columns` are those that the user has named.

    Raises:
        StudyError: a parameter has none that needs one; a name is none, or there is no such column.
    """
    _check_given(source, columns, study)
    if study is None:
        found = source.named(source.params)
        if not found:
            raise StudyError(_WITHOUT.format(source.name))
        return _renamed(found, columns)
    found = {}
    for name in study.parameters:
        column = _column(columns.get(name, name), source.params, source)
        if column is not None:
            found[name] = column
        elif name in _needed(study):
            raise StudyError(
                f"{source.name} has no column for the parameter '{name}'; say which it is: --map {name}=COLUMN."
                f"{did_you_mean(name, _names(source))}"
            )
    return found


def _needed(study: Study) -> set[str]:
    """The parameters that have a value in each trial of each search, and more than one."""
    spaces = [search.space for search in study.searches.values()]
    each = [
        {n for axis in s.axes if axis.condition is None and not (axis.parameter.finite and axis.parameter.count == 1)
         for n in axis.names}
        for s in spaces
    ]  # fmt: skip
    return set.intersection(*each)


def metric_columns(source: Source, columns: Mapping[str, str], study: Study | None) -> dict[str, str]:
    """The column of each metric that is needed; of all that there are, where no study says which these are.

    Raises:
        StudyError: a metric has none.
    """
    if study is None:
        return _renamed(source.named(source.metrics), columns)
    wanted = [metric.name for metric in study.metrics]
    in_order = _in_order(source, wanted)
    found = {}
    for name in dict.fromkeys([*wanted, *(limit.metric for limit in study.outcome_constraints)]):
        column = _column(columns.get(name, in_order.get(name, name)), source.metrics, source)
        if column is None:
            raise StudyError(
                f"{source.name} has no column for the metric '{name}'; say which it is: --map {name}=COLUMN."
                f"{did_you_mean(name, _names(source))}"
            )
        found[name] = column
    return found


def _column(name: str, templates: Sequence[str], source: Source) -> str | None:
    """The column of the source that has something of that name."""
    candidates = [*(template.format(name) if template != "{}" else name for template in templates), name]
    return next((column for column in candidates if column in source.header), None)


def _names(source: Source) -> list[str]:
    """The names in the source, without what the tool puts before them."""
    prefixes = [template.removesuffix("{}") for template in (*source.params, *source.metrics) if template != "{}"]
    shown = []
    for column in source.header:
        prefix = next((prefix for prefix in prefixes if column.startswith(prefix)), "")
        shown.append(column.removeprefix(prefix))
    return list(dict.fromkeys(shown))


def check_directions(source: Source, metrics: Mapping[str, str], study: Study, factor: float) -> None:
    """Raises StudyError where an objective was to become larger there and smaller here, or the other way round."""
    given = dict(zip(source.objectives, source.directions, strict=False))
    for metric in study.metrics:
        was = next((d for n, d in given.items() if metrics[metric.name].endswith(f".{n}")), None)
        if was is not None and (was == metric.direction) != (factor > 0):
            raise StudyError(
                f"{source.name} was to {was} what is {metric.name} here, which is to be {metric.direction}d; "
                "--negate turns its values round, --map names another metric"
            )


def _check_given(source: Source, columns: Mapping[str, str], study: Study | None) -> None:
    """Checks what the user says of columns."""
    known = None
    if study is not None:
        metrics = [*(metric.name for metric in study.metrics), *(limit.metric for limit in study.outcome_constraints)]
        known = [*study.parameters, *metrics]
    for name, column in columns.items():
        if known is not None and name not in known:
            hint = did_you_mean(name, known)
            raise StudyError(f"--map {name}={column}: '{name}' is neither a parameter nor a metric of the study.{hint}")
        if _column(column, (*source.params, *source.metrics), source) is None:
            hint = did_you_mean(column, _names(source))
            raise StudyError(f"--map {name}={column}: there is no column '{column}'.{hint}")


def _renamed(found: Mapping[str, str], columns: Mapping[str, str]) -> dict[str, str]:
    """The columns by the names that the user gives them, or by their own."""
    ours = {column: name for name, column in columns.items()}
    return {ours.get(name, ours.get(column, name)): column for name, column in found.items()}


def _in_order(source: Source, wanted: Sequence[str]) -> dict[str, str]:
    """The objectives of a study by those of the source, which have an order alone."""
    alike = source.nameless and len(wanted) == len(source.objectives)
    return dict(zip(wanted, source.objectives, strict=True)) if alike else {}
