"""Fits the surrogates to the tables: `OMP_NUM_THREADS=1 python -m collection.train_surrogates [TRAINING …]`.

Run in `tests/benchmarks`, with scikit-learn; without names, all. Every fifth row is held out. Of these,
`surrogates.csv` has how well the surrogate as it is stored explains the normal scores of the losses (R²), how well it
ranks them (Spearman), and the median error in per cent of the loss, of all and of the best fifth; rows of others are
kept.
"""

import csv
import sys
import warnings
from collections.abc import Sequence

import numpy as np
from scipy.stats import norm, rankdata, spearmanr
from sklearn.metrics import r2_score
from sklearn.neural_network import MLPRegressor

from collection.training_spaces import SAMPLED
from collection.trainings import FOLDER, HELD_OUT, encoded, loss_at, scored, table

_NETWORKS, _WIDTH, _KNOTS = 4, 40, 60
_COLUMNS = "training", "fitted", "held_out", "r2", "spearman", "error_percent", "error_percent_of_best_fifth"


def normal_scores(y: np.ndarray) -> np.ndarray:
    """The quantiles of the normal distribution at the ranks of `y` (n,)."""
    return norm.ppf((rankdata(y) - 0.5) / len(y))


def fitted(x: np.ndarray, scores: np.ndarray) -> list[np.ndarray]:
    """The weights of the networks, in half precision."""
    networks = []
    for seed in range(_NETWORKS):
        network = MLPRegressor(
            hidden_layer_sizes=(_WIDTH, _WIDTH), activation="tanh", alpha=0.03, batch_size=64,
            learning_rate_init=0.004, max_iter=150, early_stopping=True, n_iter_no_change=25, validation_fraction=0.1,
            random_state=seed,
        ).fit(x, scores)  # fmt: skip
        (first, second, last), (first_offset, second_offset, last_offset) = network.coefs_, network.intercepts_
        networks.append((first, first_offset, second, second_offset, last[:, 0], last_offset[0]))
    return [np.array(parts).astype(np.float16) for parts in zip(*networks, strict=True)]


def knots(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scores and their losses, by which one is turned into the other."""
    losses = np.unique(np.quantile(y, np.linspace(0, 1, _KNOTS) ** 2))
    shares = (np.searchsorted(np.sort(y), losses, "left") + np.searchsorted(np.sort(y), losses, "right")) / 2
    return norm.ppf(np.clip(shares, 0.5, len(y) - 0.5) / len(y)), losses


def fit(name: str) -> tuple[object, ...]:
    """Writes a surrogate; its row of errors."""
    rows = list(table(name))
    x, y = np.array([encoded(SAMPLED[name], params) for params, _ in rows]), np.array([loss for _, loss in rows])
    out = np.arange(len(y)) % HELD_OUT == 0
    weights, turning = fitted(x[~out], normal_scores(y[~out])), knots(y[~out])
    np.savez_compressed(FOLDER / f"{name}.npz", *weights, *(part.astype(np.float32) for part in turning))
    scores = np.array([scored([part.astype(float) for part in weights], row) for row in x[out]])
    errors = np.abs([loss_at(score, *turning) for score in scores] - y[out]) / y[out]
    best = y[out] <= np.quantile(y[out], 0.2)
    figures = (
        f"{r2_score(normal_scores(y[out]), scores):.3f}",
        f"{spearmanr(scores, y[out]).statistic:.3f}",
        f"{100 * np.median(errors):.1f}",
        f"{100 * np.median(errors[best]):.1f}",
    )
    return name, int((~out).sum()), int(out.sum()), *figures


def main(names: Sequence[str]) -> None:
    warnings.simplefilter("ignore")
    path = FOLDER / "surrogates.csv"
    known: dict[str, Sequence[object]] = {}
    if path.exists():
        with path.open(newline="") as file:
            known = {row[0]: row for row in list(csv.reader(file))[1:]}
    for name in names or SAMPLED:
        known[name] = fit(name)
        print(*known[name], flush=True)
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([_COLUMNS, *known.values()])


if __name__ == "__main__":
    main(sys.argv[1:])
