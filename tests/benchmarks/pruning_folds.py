"""What is saved by trials that are given up between their folds: `python tests/benchmarks/pruning_folds.py`, minutes.

96 random trials with five folds, in batches of eight: a support vector machine on 300 digits, and a decision tree on
the diabetes data, which is noisy. The score of each trial in each fold is computed once, then the search is played with
each pruner. The table, `pruning_folds.md`, says which share of the runs there were, how often the best trial of all was
found, and by how much the best one that was found is worse, in standard deviations of the better half (means over
orders).
"""

from statistics import mean

import numpy as np
from sklearn.datasets import load_diabetes, load_digits
from sklearn.model_selection import KFold, cross_val_score
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeRegressor
from snaketune.config.parts import parts_from
from snaketune.config.pruner import pruner_from
from snaketune.config.study import Metric
from snaketune.proposing.thresholds import Earlier, rule_for
from snaketune.runner.pruning import Judge
from snaketune.runner.run_id import RunId

TRIALS, FOLDS, BATCH, ORDERS = 96, 5, 8, 40
METRIC = [Metric("value", "maximize")]
PRUNERS = (
    {"type": "median"},
    {"type": "median", "n_warmup_steps": 2},
    {"type": "wilcoxon"},
    {"type": "wilcoxon", "p_threshold": 0.3},
)


def digits() -> np.ndarray:
    """The accuracy of each trial (rows) in each fold."""
    data, labels = load_digits(return_X_y=True)
    chosen = np.random.default_rng(0).permutation(len(labels))[:300]
    draws = np.random.default_rng(1).uniform((-2, -6), (3, 0), (TRIALS, 2))
    return scores([SVC(C=10**c, gamma=10**gamma) for c, gamma in draws], data[chosen] / 16, labels[chosen])


def diabetes() -> np.ndarray:
    """R² of each trial (rows) in each fold."""
    draws = np.random.default_rng(1).uniform((1, 0, 0.1), (12, 2, 1), (TRIALS, 3))
    trees = [
        DecisionTreeRegressor(max_depth=int(depth), min_samples_leaf=int(10**leaf), max_features=share, random_state=0)
        for depth, leaf, share in draws
    ]
    return scores(trees, *load_diabetes(return_X_y=True))


def scores(models: list, data: np.ndarray, labels: np.ndarray) -> np.ndarray:
    folds = KFold(FOLDS, shuffle=True, random_state=0)
    return np.array([cross_val_score(model, data, labels, cv=folds) for model in models])


def folds_done(given: dict, values: np.ndarray, overlap: int) -> list[int]:
    """How many folds each trial does."""
    pruner = pruner_from({**given, "over": "folds"})
    parts = parts_from(pruner, {"folds": FOLDS, "replicates": 1}, budget=False)
    done: list[int] = []
    for begin in range(0, TRIALS, BATCH):
        seen = range(max(0, begin - overlap * BATCH))
        for trial in range(begin, min(begin + BATCH, TRIALS)):
            looks = (end for end in parts.ends[:-1] if given_up(pruner, values, done, seen, trial, end))
            done.append(next(looks, FOLDS))
    return done


def given_up(pruner, values: np.ndarray, done: list[int], seen: range, trial: int, end: int) -> bool:
    """Whether a trial is given up after so many folds, by what trials seen have done."""
    if pruner.type == "wilcoxon":
        whole = [i for i in seen if done[i] == FOLDS]
        if not whole:
            return False
        best = max(whole, key=lambda i: values[i].mean())
        group = {"trials": len(whole), "best": "", "steps": [[i, values[best, i]] for i in range(end)]}
        rule = {**pruner.rule, "objectives": [["value", "maximize"]], "groups": {"": group}}
        judge = Judge(rule, None)
        return [judge.verdict({"step": i, "value": values[trial, i]}) for i in range(end)][-1] is not None
    earlier = [
        Earlier(str(i), RunId(0), None, {k: (float(values[i, :k].mean()),) for k in range(1, done[i] + 1)})
        for i in seen
    ]
    rule = rule_for(pruner, METRIC, earlier)
    return Judge(rule, None).verdict({"step": end, "value": float(values[trial, :end].mean())}) is not None


def row(given: dict, values: np.ndarray, overlap: int) -> list[float]:
    """Share of the runs and how often the best trial is found, in percent, and how much is lost."""
    found = []
    for seed in range(ORDERS):
        shuffled = values[np.random.default_rng(seed).permutation(TRIALS)]
        done = np.array(folds_done(given, shuffled, overlap))
        means = shuffled.mean(axis=1)
        lost = (means.max() - means[done == FOLDS].max()) / means[means >= np.median(means)].std()
        found.append((done.sum() / (TRIALS * FOLDS), lost == 0, lost))
    runs, best, lost = (mean(map(float, column)) for column in zip(*found, strict=True))
    return [100 * runs, 100 * best, lost]


def main() -> None:
    print("| task | pruner | overlap | runs | best found | worse by |\n|---|---|---:|---:|---:|---:|")
    for task in (digits, diabetes):
        values = task()
        for given in PRUNERS:
            for overlap in (1, 0):
                runs, best, lost = row(given, values, overlap)
                shown = ", ".join(f"{name}: {value}" for name, value in given.items())
                print(f"| {task.__name__} | `{shown}` | {overlap} | {runs:.0f} % | {best:.0f} % | {lost:.2f} |")


if __name__ == "__main__":
    main()
