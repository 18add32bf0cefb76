"""Whether less or more of a metric is better, by the names that people use."""

import re

__all__ = ["direction_of", "is_metric"]

_LESS = frozenset({
    "loss", "error", "err", "rmse", "mse", "mae", "mape", "smape", "msle", "rmsle", "perplexity", "ppl", "nll", "bce",
    "ce", "logloss", "crossentropy", "entropy", "deviance", "cost", "regret", "wer", "cer", "fid", "brier", "eer", "kl",
    "bpc", "bpb", "residual", "risk", "energy", "distance", "fpr", "fnr", "latency", "misfit", "wrmse", "rmspe",
    "aic", "bic",
})  # fmt: skip
_MORE = frozenset({
    "acc", "accuracy", "auc", "auroc", "auprc", "roc", "ap", "map", "f1", "fbeta", "f2", "r2", "score", "precision",
    "recall", "sensitivity", "specificity", "iou", "miou", "dice", "bleu", "rouge", "meteor", "psnr", "ssim", "reward",
    "return", "kappa", "mcc", "ndcg", "mrr", "hit", "hits", "correct", "likelihood", "loglik", "elbo", "pearson",
    "spearman",
    "correlation", "corr", "silhouette", "gini", "fitness", "profit", "throughput", "top1", "top5", "acc1", "acc5",
})  # fmt: skip


def direction_of(name: str) -> str | None:
    """`minimize` or `maximize`, as the words of a metric's name say; None if they don't.

    >>> direction_of("val_loss"), direction_of("valAccuracy"), direction_of("neg_rmse"), direction_of("x")
    ('minimize', 'maximize', 'maximize', None)
    """
    words = _words(name)
    joined = "".join(words)
    found = None
    for word in words:
        found = "minimize" if word in _LESS else "maximize" if word in _MORE else found
    if found is None:
        found = "minimize" if joined in _LESS else "maximize" if joined in _MORE else None
    # A score that counts below zero: scikit-learn's neg_mean_squared_error, a negative likelihood.
    if found and words[0] in ("neg", "negative"):
        return "maximize" if found == "minimize" else "minimize"
    return found


def is_metric(name: str) -> bool:
    """Whether a name is one that people give to what they optimise."""
    return direction_of(name) is not None


def _words(name: str) -> list[str]:
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return [word for word in re.split(r"[^a-z0-9]+", apart.lower()) if word] or [""]
