"""What is tuned in each training: four spaces of listed values, each point of which was trained, four to draw from."""

from collections.abc import Mapping, Sequence
from typing import Any

from collection.spaces import Space

__all__ = ["GRIDS", "SAMPLED"]


def _choice(name: str, *choices: str, when: Mapping[str, Sequence[Any]] | None = None) -> dict[str, Any]:
    return {"name": name, "type": "choice", "choices": list(choices)} | ({"when": when} if when else {})


def _ordinal(name: str, *choices: float, when: Mapping[str, Sequence[Any]] | None = None) -> dict[str, Any]:
    return {"name": name, "type": "ordinal", "choices": list(choices)} | ({"when": when} if when else {})


def _between(kind: str, name: str, low: float, high: float, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "low": low, "high": high} | more


GRIDS: Mapping[str, Space] = {
    "cancer_boosting": [
        _ordinal("learning_rate", 0.01, 0.02, 0.04, 0.07, 0.13, 0.22, 0.4, 0.7, 1.0),
        _between("int", "max_depth", 1, 5),
        _ordinal("subsample", 0.3, 0.6, 1.0),
        _choice("max_features", "all", "sqrt", "log2"),
        _ordinal("n_estimators", 5, 10, 15, 25, 40, 60),
    ],
    "wine_forest": [
        _choice("trees", "forest", "extra"),
        _choice("sampling", "bootstrap", "all"),
        _ordinal("max_samples", 0.2, 0.4, 0.7, 1.0, when={"sampling": ["bootstrap"]}),
        _choice("criterion", "gini", "entropy"),
        _between("int", "max_depth", 1, 5),
        _ordinal("min_samples_leaf", 1, 2, 4, 8, 16),
        _ordinal("max_features", 1, 2, 4, 8),
    ],
    "diabetes_svr": [
        _choice("scaler", "none", "standard", "minmax"),
        _choice("kernel", "rbf", "poly", "sigmoid"),
        _ordinal("C", 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0),
        _ordinal("gamma", 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0),
        _ordinal("epsilon", 0.01, 0.1, 0.3, 0.6),
    ],
    "digits_pipeline": [
        _choice("scaler", "none", "standard", "minmax"),
        _choice("reducer", "none", "pca", "kbest"),
        _ordinal("components", 4, 8, 14, 22, 32, when={"reducer": ["pca", "kbest"]}),
        _choice("model", "knn", "lda", "qda", "bayes", "tree"),
        _ordinal("n_neighbors", 1, 2, 3, 5, 8, 13, 20, when={"model": ["knn"]}),
        _choice("weights", "uniform", "distance", when={"model": ["knn"]}),
        _ordinal("shrinkage", 0.0, 0.01, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0, when={"model": ["lda", "qda"]}),
        _ordinal("smoothing", 1e-6, 1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3, when={"model": ["bayes"]}),
        _between("int", "max_depth", 3, 10, when={"model": ["tree"]}),
        _ordinal("min_samples_leaf", 1, 2, 4, 8, 16, when={"model": ["tree"]}),
    ],
}

_SOLVERS = {"solver": ["sgd"]}

SAMPLED: Mapping[str, Space] = {
    "digits_mlp": [
        _choice("solver", "adam", "sgd"),
        _between("loguniform", "lr", 3e-4, 1.0),
        _between("uniform", "momentum", 0.0, 0.98, when=_SOLVERS),
        _choice("activation", "relu", "tanh", "logistic"),
        _between("int", "layers", 1, 3),
        _between("int", "width", 4, 96, log=True),
        _ordinal("batch", 16, 32, 64, 128),
        _between("loguniform", "alpha", 1e-6, 10.0),
    ],
    "digits_svc": [
        _choice("scaler", "none", "standard", "normalizer"),
        _choice("kernel", "rbf", "poly", "sigmoid", "linear"),
        _between("loguniform", "C", 1e-3, 1e3),
        _between("loguniform", "gamma", 1e-5, 10.0, when={"kernel": ["rbf", "poly", "sigmoid"]}),
        _between("int", "degree", 2, 5, when={"kernel": ["poly"]}),
        _between("uniform", "coef0", -1.0, 3.0, when={"kernel": ["poly", "sigmoid"]}),
    ],
    "digits_sgd": [
        _choice("loss", "log_loss", "modified_huber"),
        _choice("penalty", "l2", "l1", "elasticnet"),
        _between("loguniform", "alpha", 1e-6, 1.0),
        _between("uniform", "l1_ratio", 0.0, 1.0, when={"penalty": ["elasticnet"]}),
        _choice("schedule", "constant", "invscaling", "adaptive", "optimal"),
        _between("loguniform", "eta0", 1e-4, 3.0, when={"schedule": ["constant", "invscaling", "adaptive"]}),
        _between("uniform", "power_t", 0.05, 1.0, when={"schedule": ["invscaling"]}),
        _between("int", "epochs", 2, 20, log=True),
        _choice("average", "no", "yes"),
    ],
    "diabetes_models": [
        _choice("scaler", "none", "standard", "quantile", "power"),
        _choice("model", "elastic", "kernel", "knn", "boosting"),
        _between("loguniform", "alpha", 1e-4, 10.0, when={"model": ["elastic", "kernel"]}),
        _between("uniform", "l1_ratio", 0.0, 1.0, when={"model": ["elastic"]}),
        _between("loguniform", "gamma", 1e-4, 10.0, when={"model": ["kernel"]}),
        _between("int", "n_neighbors", 1, 60, log=True, when={"model": ["knn"]}),
        _between("uniform", "p", 1.0, 4.0, when={"model": ["knn"]}),
        _between("loguniform", "learning_rate", 0.01, 1.0, when={"model": ["boosting"]}),
        _between("int", "max_depth", 1, 6, when={"model": ["boosting"]}),
        _between("int", "n_estimators", 3, 60, log=True, when={"model": ["boosting"]}),
    ],
}
