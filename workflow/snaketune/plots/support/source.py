"""What plots are made from: the tables of one search or of the whole study."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from snaketune.config.study import Metric, Search, Study
from snaketune.importance.scales import ABSENT, Scale, scale_of
from snaketune.plots.catalog import varying
from snaketune.plots.support.values import Shown
from snaketune.results.frames import parameter_column
from snaketune.results.level import level_of
from snaketune.samplers.explained import Explained
from snaketune.space import Parameter

__all__ = ["FAILED", "Source"]

FAILED = ("failed", "timeout", "oom", "invalid")


@dataclass(frozen=True)
class Source:
    """The tables that `snaketune.load` gives, cut to `searches`, with importances.csv and interactions.csv.

    `runs` has no parameters, which are in `trials`, and of the metrics the objective alone, as metric.NAME. `rungs` has
    a row for each trial and budget (see `frame_of_rungs`), none where no search has budgets. `models` are those of the
    searches that have one, by name.
    """

    study: Study
    searches: tuple[str, ...]
    trials: pd.DataFrame
    runs: pd.DataFrame
    rungs: pd.DataFrame
    history: pd.DataFrame
    importances: pd.DataFrame
    interactions: pd.DataFrame
    models: Mapping[str, Explained] = field(default_factory=dict)

    @cached_property
    def metric(self) -> Shown:
        """The objective as it is shown."""
        return Shown.of(self.study.metric, self.study.plots.scale)

    def shown(self, values: np.ndarray) -> np.ndarray:
        """Values of the objective as they are shown: their distance from the optimum, where one is known."""
        metric = self.study.metric
        return values if metric.optimum is None else metric.sign * (values - metric.optimum)

    @cached_property
    def level_metric(self) -> Shown:
        """The objective as it is shown where the values are those of one budget (see `distinct`)."""
        known, total = int(self.distinct["value"].notna().sum()), self.outcomes["trial"].nunique()
        budget, there = self.study.budget, self.rungs.loc[self.rungs["share"] == self.level, "budget"]
        if not self._in_parts or not known or budget is None:
            return self.metric
        amount = float(there.iloc[0]) if len(there) else budget.max
        text = budget.text(int(amount) if amount.is_integer() else amount)
        remark = f"Of the {known:,} of {total:,} trials that have a result with {text}."
        return replace(self.metric, budget=text, remark=remark)

    @cached_property
    def chosen(self) -> list[Search]:
        return [self.study.searches[name] for name in self.searches]

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """The trials by what became of them, a row per trial and search.

        Columns are `trial`, `name`, `search`, `number`, `status`, `value` (as it is shown, NaN unless
        complete), `se` (NaN for a single run), `feasible` (complete and within all outcome constraints),
        `seconds`, `started` and `finished` in seconds since the epoch, and `share`, which is that of the full budget
        that the trial has got in this search (1 where there are no budgets): its value is that with this budget.
        """
        trials = self.trials
        complete = (trials["status"] == "complete").to_numpy(bool)
        feasible = complete.copy()
        for limit in self.study.outcome_constraints:
            values = (
                floats(trials[self.column(limit.metric, "metric")])
                if self.has(limit.metric)
                else np.full(len(trials), np.nan)
            )
            feasible &= np.array([not np.isnan(v) and limit.violation(v) <= 0 for v in values], dtype=bool)
        return pd.DataFrame(
            {
                "trial": trials["trial"].to_numpy(object),
                "name": trials["name"].to_numpy(object),
                "search": trials["search"].to_numpy(object),
                "number": floats(trials["number"]),
                "status": trials["status"].to_numpy(object),
                "value": np.where(complete, self.shown(floats(trials["value"])), np.nan),
                "se": floats(trials["value_se"]),
                "feasible": feasible,
                "seconds": floats(trials["seconds"]),
                "started": epoch(trials["started"]),
                "finished": epoch(trials["finished"]),
                "share": self._shares,
            }
        )

    @cached_property
    def furthest(self) -> pd.DataFrame:
        """The outcomes with each trial once, as far as any of the searches has trained it."""
        by_share = self.outcomes.sort_values("share", ascending=False, kind="stable")
        return by_share.drop_duplicates("trial").sort_index()

    @cached_property
    def level(self) -> float:
        """The share of the full budget with which values are compared (see `level_of`), 1 without budgets."""
        done = self._trained[self._trained["status"] == "complete"]
        return level_of(zip(done["trial"], done["share"], strict=True))

    @cached_property
    def at_level(self) -> pd.DataFrame:
        """What each search has of the trials that it gave the budget with which values are compared.

        Columns are `trial`, `search`, `status`, `value` (as it is shown), `se` and `feasible`.
        """
        return self._trained[self._trained["share"] == self.level]

    @cached_property
    def distinct(self) -> pd.DataFrame:
        """The outcomes with each trial once, however many searches proposed it, with the values of one budget.

        Where trials have different budgets, those that were complete with less than that of `level` are left out.
        """
        if not self._in_parts:
            return self.furthest
        once = self.outcomes.drop_duplicates("trial")
        known = self.at_level.drop_duplicates("trial").set_index("trial")
        there = once["trial"].isin(known.index)
        found = once[there | (once["status"] != "complete")].copy()
        own = found["trial"].isin(known.index)
        for name in ("status", "value", "se", "feasible"):
            found.loc[own, name] = known[name].reindex(found.loc[own, "trial"]).to_numpy()
        found["share"] = self.level
        return found

    @cached_property
    def best_in_full(self) -> str | None:
        """The best trial of those that have the full budget and keep the outcome constraints, if there is one."""
        full = self._trained[(self._trained["share"] == 1) & self._trained["feasible"].astype(bool)]
        return None if full.empty else str(full["trial"].iloc[int(np.argmin(self.metric.sign * full["value"]))])

    @cached_property
    def characters(self) -> frozenset[str]:
        """All characters of names and values that plots may show."""
        given = json.dumps([self.study.config, self.searches], ensure_ascii=False, default=str)
        names = [*self.trials["name"].dropna(), *self.trials.columns, *self.history.columns]
        return frozenset(given).union(*map(str, names))

    def runs_with(self, share: float) -> pd.DataFrame:
        """The runs that got a share of the full budget, or that have no budget."""
        full = self.study.full_budget
        if full is None or "budget" not in self.runs:
            return self.runs
        budget = floats(self.runs["budget"])
        return self.runs[np.isnan(budget) | (budget / full == share)]

    def has(self, metric: str) -> bool:
        return metric in self.trials.columns or f"metric.{metric}" in self.trials.columns

    def column(self, name: str, kind: str) -> str:
        """The column of a metric or (`kind` "param") parameter, which has a prefix where names collide."""
        return f"{kind}.{name}" if f"{kind}.{name}" in self.trials.columns else name

    def objective(self, metric: Metric) -> np.ndarray:
        """The values of one of the objectives, a row per trial and search; NaN unless complete."""
        if not self.has(metric.name):
            return np.full(len(self.trials), np.nan)
        complete = (self.trials["status"] == "complete").to_numpy(bool)
        return np.where(complete, floats(self.trials[self.column(metric.name, "metric")]), np.nan)

    def values(self, parameter: str) -> list[object]:
        """The parameter's value in each distinct trial, ABSENT where it is inactive."""
        if parameter not in self._values:
            self._values[parameter] = self._read_values(parameter)
        return self._values[parameter]

    def scale(self, parameter: str) -> Scale:
        """The parameter's scale over all searches of the study, so that plots of its searches can be compared."""
        if parameter not in self._scales:
            self._scales[parameter] = scale_of(self._forms(parameter), self.values(parameter))
        return self._scales[parameter]

    @cached_property
    def parameters(self) -> list[str]:
        """The parameters to show: those that the study chooses, or all that vary, the most important first."""
        if self.study.plots.parameters:
            known = {name for search in self.chosen for name in search.space.parameters}
            return [name for name in self.study.plots.parameters if name in known]
        ranked = self.importances.dropna(subset="fanova")["parameter"].to_list()
        found = varying(self.study, self.chosen)
        return sorted(found, key=lambda name: ranked.index(name) if name in ranked else len(ranked))

    @cached_property
    def _shares(self) -> np.ndarray:
        """How far each row of `trials` was trained, as a share of the full budget."""
        if self.rungs.empty:
            return np.ones(len(self.trials))
        most = self.rungs.groupby(["search", "trial"])["share"].max()
        rows = pd.MultiIndex.from_frame(self.trials[["search", "trial"]].astype(object))
        shares: np.ndarray = most.reindex(rows).fillna(1.0).to_numpy(float)
        return shares

    @cached_property
    def _in_parts(self) -> bool:
        """Whether there are values of different budgets."""
        return bool((self.rungs["share"] < 1).any())

    @cached_property
    def _trained(self) -> pd.DataFrame:
        """The outcomes as often as a trial was trained: by budgets, with their columns that `rungs` has as well."""
        columns = ["trial", "search", "share", "status", "value", "se", "feasible"]
        with_budget = self.rungs[columns].assign(
            value=self.shown(floats(self.rungs["value"])),
            se=floats(self.rungs["se"]),
            feasible=self.rungs["feasible"].astype(bool),
        )
        known = pd.MultiIndex.from_frame(self.rungs[["search", "trial"]])
        rows = pd.MultiIndex.from_frame(self.outcomes[["search", "trial"]])
        without = self.outcomes[~rows.isin(known)][columns]
        return pd.concat([part for part in (without, with_budget) if len(part)] or [without], ignore_index=True)

    # What several plots ask for is made once.
    @cached_property
    def _values(self) -> dict[str, list[object]]:
        return {}

    @cached_property
    def _scales(self) -> dict[str, Scale]:
        return {}

    def _read_values(self, parameter: str) -> list[object]:
        column = parameter_column(parameter, list(self.trials.columns))
        if column is None:
            return [ABSENT] * len(self.distinct)
        found = self.trials[column][self.distinct.index]
        return [ABSENT if value is pd.NA else value for value in found.to_list()]

    def _forms(self, parameter: str) -> list[Parameter]:
        spaces = [self.study.space, *(search.space for search in self.study.searches.values())]
        return [space.parameters[parameter] for space in spaces if parameter in space.parameters]


def floats(column: pd.Series) -> np.ndarray:
    """A column as floats, NaN where it is empty."""
    found: np.ndarray = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return found


def epoch(column: pd.Series) -> np.ndarray:
    """A column of times as seconds since the epoch, NaN where it is empty."""
    times = pd.to_datetime(column, utc=True)
    seconds: np.ndarray = ((times - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(seconds=1)).to_numpy(dtype=float)
    return seconds
