"""Trains what `trainings` looks up: `OMP_NUM_THREADS=1 python -m collection.train_tables [TRAINING …]`.

Run in `tests/benchmarks`, with scikit-learn; without names, all trainings (about a quarter of an hour). Of a space of
listed values every point is trained, else 2,400 points at random and 600 near the best of these, whose numbers have
four digits. A value is the loss (cross-entropy, Brier score, mistakes, or a root mean squared error) that two or three
folds have on average, empty where scikit-learn refuses to train.
"""

import gzip
import math
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    RandomForestClassifier,
)
from sklearn.feature_selection import SelectKBest
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import ElasticNet, SGDClassifier
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, Normalizer, PowerTransformer, QuantileTransformer, StandardScaler
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier

from collection.spaces import Params, Space, draw, from_unit, is_active, to_unit
from collection.training_spaces import GRIDS, SAMPLED
from collection.trainings import FOLDER

_SAMPLES, _FURTHER = 2_400, 600
_LEAST = 1e-3  # a smaller share of the true class counts as this
_DATA = {"digits": load_digits, "cancer": load_breast_cancer, "wine": load_wine, "diabetes": load_diabetes}
_SCALERS: Mapping[str, Any] = {
    "none": "passthrough",
    "standard": StandardScaler(),
    "minmax": MinMaxScaler(),
    "normalizer": Normalizer(),
    "quantile": QuantileTransformer(n_quantiles=50, output_distribution="normal"),
    "power": PowerTransformer(),
}

Row = tuple[dict[str, Any], float]
Fold = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@lru_cache
def _folds(data: str, rows: int, n: int) -> list[Fold]:
    """Training data, its labels, validation data and its labels of each of `n` folds of `rows` rows at random."""
    x, y = _DATA[data](return_X_y=True)
    chosen = np.random.default_rng(0).permutation(len(x))[:rows]
    x, y = x[chosen], y[chosen]
    if data == "digits":
        x = x / 16
    elif data == "diabetes":
        x, y = x / x.std(axis=0), (y - y.mean()) / y.std()
    kind = KFold if data == "diabetes" else StratifiedKFold
    parts = kind(n, shuffle=True, random_state=0).split(x, y)
    return [(x[train], y[train], x[test], y[test]) for train, test in parts]


def _cross_entropy(shares: np.ndarray, y: np.ndarray) -> float:
    return float(-np.log(np.clip(shares[np.arange(len(y)), y], _LEAST, 1)).mean())


def _brier(shares: np.ndarray, y: np.ndarray) -> float:
    return float(((shares - np.eye(shares.shape[1])[y]) ** 2).sum(axis=1).mean())


def _classified(model: Any, folds: Sequence[Fold], score: Callable[[np.ndarray, np.ndarray], float]) -> float:
    return float(np.mean([score(clone(model).fit(x, y).predict_proba(u), v) for x, y, u, v in folds]))


def _fitted(model: Any, folds: Sequence[Fold]) -> float:
    """The root of the mean squared error of a regression, over the standard deviation."""
    return float(np.mean([np.mean((clone(model).fit(x, y).predict(u) - v) ** 2) for x, y, u, v in folds]) ** 0.5)


def cancer_boosting(params: Params) -> float:
    others = tuple((name, value) for name, value in params.items() if name != "n_estimators")
    return _boosted(others)[params["n_estimators"] - 1]


@lru_cache(maxsize=1)
def _boosted(params: tuple[tuple[str, Any], ...]) -> list[float]:
    """The loss after each tree."""
    options = dict(params)
    features = None if options.pop("max_features") == "all" else dict(params)["max_features"]
    most = max(GRIDS["cancer_boosting"][-1]["choices"])
    losses = []
    for x, y, u, v in _folds("cancer", 250, 3):
        model = GradientBoostingClassifier(n_estimators=most, max_features=features, random_state=0, **options)
        losses.append([_cross_entropy(shares, v) for shares in model.fit(x, y).staged_predict_proba(u)])
    return np.mean(losses, axis=0).tolist()


def wine_forest(params: Params) -> float:
    kind = RandomForestClassifier if params["trees"] == "forest" else ExtraTreesClassifier
    names = "criterion", "max_depth", "min_samples_leaf", "max_features", "max_samples"
    options = {name: params[name] for name in names if name in params}
    if options.get("max_samples") == 1.0:
        del options["max_samples"]
    model = kind(n_estimators=10, bootstrap=params["sampling"] == "bootstrap", random_state=0, **options)
    return _classified(model, _folds("wine", 178, 2), _cross_entropy)


def diabetes_svr(params: Params) -> float:
    options = {name: params[name] for name in ("kernel", "C", "gamma", "epsilon")}
    return _fitted(make_pipeline(_SCALERS[params["scaler"]], SVR(max_iter=3000, **options)), _folds("diabetes", 300, 3))


def digits_pipeline(params: Params) -> float:
    reducers: Mapping[str, Callable[[], Any]] = {
        "none": lambda: "passthrough",
        "pca": lambda: PCA(params["components"], random_state=0),
        "kbest": lambda: SelectKBest(k=params["components"]),
    }
    models: Mapping[str, Callable[[], Any]] = {
        "knn": lambda: KNeighborsClassifier(params["n_neighbors"], weights=params["weights"]),
        "lda": lambda: LinearDiscriminantAnalysis(solver="lsqr", shrinkage=params["shrinkage"]),
        "qda": lambda: QuadraticDiscriminantAnalysis(solver="eigen", shrinkage=params["shrinkage"]),
        "bayes": lambda: GaussianNB(var_smoothing=params["smoothing"]),
        "tree": lambda: DecisionTreeClassifier(
            max_depth=params["max_depth"], min_samples_leaf=params["min_samples_leaf"], random_state=0
        ),
    }
    steps = _SCALERS[params["scaler"]], reducers[params["reducer"]](), models[params["model"]]()
    return _classified(make_pipeline(*steps), _folds("digits", 600, 2), _brier)


def digits_mlp(params: Params) -> float:
    model = MLPClassifier(
        [params["width"]] * params["layers"],
        solver=params["solver"],
        learning_rate_init=params["lr"],
        momentum=params.get("momentum", 0.9),
        activation=params["activation"],
        batch_size=params["batch"],
        alpha=params["alpha"],
        max_iter=12,
        n_iter_no_change=100,
        random_state=0,
    )
    try:
        return _classified(model, _folds("digits", 400, 2), _cross_entropy)
    except ValueError:  # weights beyond all bounds
        return float(-np.log(_LEAST) * 0.9)


def digits_svc(params: Params) -> float:
    """The share of mistakes."""
    options = {name: params[name] for name in ("kernel", "C", "gamma", "degree", "coef0") if name in params}
    model = make_pipeline(_SCALERS[params["scaler"]], SVC(max_iter=3000, **options))
    folds = _folds("digits", 500, 3)
    return float(np.mean([np.mean(clone(model).fit(x, y).predict(u) != v) for x, y, u, v in folds]))


def digits_sgd(params: Params) -> float:
    model = SGDClassifier(
        loss=params["loss"],
        penalty=params["penalty"],
        alpha=params["alpha"],
        l1_ratio=params.get("l1_ratio", 0.15),
        learning_rate=params["schedule"],
        eta0=params.get("eta0", 0.01),
        power_t=params.get("power_t", 0.5),
        max_iter=params["epochs"],
        tol=None,
        average=params["average"] == "yes",
        random_state=0,
    )
    return _classified(model, _folds("digits", 600, 2), _cross_entropy)


def diabetes_models(params: Params) -> float:
    models: Mapping[str, Callable[[], Any]] = {
        "elastic": lambda: ElasticNet(alpha=params["alpha"], l1_ratio=params["l1_ratio"], max_iter=300),
        "kernel": lambda: KernelRidge(alpha=params["alpha"], kernel="rbf", gamma=params["gamma"]),
        "knn": lambda: KNeighborsRegressor(params["n_neighbors"], p=params["p"]),
        "boosting": lambda: GradientBoostingRegressor(
            learning_rate=params["learning_rate"],
            max_depth=params["max_depth"],
            n_estimators=params["n_estimators"],
            random_state=0,
        ),
    }
    return _fitted(make_pipeline(_SCALERS[params["scaler"]], models[params["model"]]()), _folds("diabetes", 300, 2))


_LOSSES: Mapping[str, Callable[[Params], float]] = {
    f.__name__: f
    for f in (
        cancer_boosting, wine_forest, diabetes_svr, digits_pipeline, digits_mlp, digits_svc, digits_sgd, diabetes_models
    )
}  # fmt: skip


def every_point(space: Space) -> Iterator[dict[str, Any]]:
    """All points of a space of listed values and whole numbers, the last parameter fastest."""

    def after(place: int, chosen: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if place == len(space):
            yield chosen
        elif is_active(space[place], chosen):
            parameter = space[place]
            for value in parameter.get("choices") or range(parameter["low"], parameter["high"] + 1):
                yield from after(place + 1, chosen | {parameter["name"]: value})
        else:
            yield from after(place + 1, chosen)

    return after(0, {})


def at_random(space: Space) -> Iterator[dict[str, Any]]:
    """Random points of a space with numbers."""
    rng = np.random.default_rng(0)
    for _ in range(_SAMPLES):
        yield _rounded(draw(space, rng))


def near_the_best(space: Space, rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Points made of the best twentieth of `rows`: a third of the parameters is moved a little or drawn anew."""
    rng = np.random.default_rng(1)
    best = sorted(rows, key=lambda row: row[1])[: len(rows) // 20]
    for i in range(_FURTHER):
        place = to_unit(space, best[i % len(best)][0])
        drawn, moved = rng.random(len(space)), rng.random(len(space))
        place = np.where(np.isnan(place), drawn, place)
        moves = np.clip(place + 0.1 * rng.standard_normal(len(space)), 0, 1)
        yield _rounded(from_unit(space, np.where(moved < 0.15, drawn, np.where(moved < 0.35, moves, place))))


def _rounded(params: Params) -> dict[str, Any]:
    return {key: float(f"{value:.4g}") if isinstance(value, float) else value for key, value in params.items()}


def trained(name: str, points: Iterable[dict[str, Any]]) -> list[Row]:
    """The points and their losses, with four digits; infinite where there is none."""
    return [(params, float(f"{_loss(name, params):.4g}")) for params in points]


def _loss(name: str, params: Params) -> float:
    try:
        return _LOSSES[name](params)
    except np.linalg.LinAlgError:
        return math.inf


def write(name: str, rows: Sequence[Row]) -> None:
    """Writes the table of a training."""
    names = [parameter["name"] for parameter in (GRIDS | SAMPLED)[name]]
    lines = [[*names, "value"]]
    for params, value in rows:
        lines.append([*(params.get(key, "") for key in names), "" if math.isinf(value) else f"{value:.4g}"])
    with gzip.GzipFile(FOLDER / f"{name}.csv.gz", "wb", mtime=0) as packed:
        packed.write("".join(f"{','.join(map(str, line))}\n" for line in lines).encode())


def main(names: Sequence[str]) -> None:
    warnings.simplefilter("ignore")
    for name in names or [*GRIDS, *SAMPLED]:
        begun = time.process_time()
        if name in GRIDS:
            rows = trained(name, every_point(GRIDS[name]))
        else:
            rows = trained(name, at_random(SAMPLED[name]))
            rows += trained(name, near_the_best(SAMPLED[name], rows))
        write(name, rows)
        print(f"{name}: {len(rows)} points, {time.process_time() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
