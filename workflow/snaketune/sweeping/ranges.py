"""Which values of an option are worth a search, guessed from its name, type, default and bounds.

What a guess gives is a form of the space, such as `loguniform(1e-5, 1e-1)`; what is better left alone is a constant,
with the reason.
"""

import math
import re
from typing import Any, NamedTuple

from snaketune.sweeping.option import Option
from snaketune.values import is_number

__all__ = ["Guess", "guessed"]


class Guess(NamedTuple):
    """A form to search in (None: leave it alone), and why."""

    form: Any
    reason: str


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|_)(?:{words})(?:_|$)")


# What is no hyperparameter, by the words in its name.
_CONSTANTS = [
    (_pattern("seed|random_state|rng"), "the seed"),
    (_pattern("device|devices|gpu|gpus|cuda|no_cuda|mps|no_mps|cpu|backend|precision|"
              "fp16|bf16|amp|tpu|accelerator"), "what it runs on"),
    (_pattern("workers|num_workers|threads|jobs|n_jobs|cores|procs|nproc|rank|local_rank|"
              "world_size|nodes|port|host"), "how it runs"),
    (_pattern("verbose|verbosity|quiet|debug|log|logs|logging|log_interval|log_every|print|plot|plots|progress|wandb|tensorboard|"
              "show|no_progress|version|help|profile|mlflow|comet|report|notes|tags|tag"), "what is told or shown"),
    (_pattern("path|paths|dir|dirs|folder|root|file|files|filename|output|out|save|save_model|save_every|load|input|data|dataset|"
              "datasets|train_data|val_data|test_data|cache|checkpoint|checkpoints|ckpt|resume|config|cfg|export|download|url|csv"),
     "which files it reads and writes"),
    (_pattern("name|run_name|project|entity|experiment|exp|group|id|user"), "what it is called"),
    (_pattern("test|eval|evaluate|predict|dry_run|only|overwrite|force"), "what it does"),
    (_pattern("epochs?|steps|max_steps|num_steps|n_steps|iters?|iterations|max_iter|num_iterations|n_iter|rounds|num_rounds|"
              "max_epochs|num_epochs|n_epochs|patience|folds|n_folds|n_splits|trials|repeats|eval_every|time_limit|timeout|hours"),
     "how long it trains: more would always win"),
    (_pattern("num_classes|n_classes|classes|vocab_size|image_size|img_size|input_size|in_features|in_channels|"
              "out_features|test_size|val_size|val_split|test_split|n_samples|"
              "num_samples|limit|max_samples|subset"), "what the task is"),
]  # fmt: skip
_LEARNING_RATE = _pattern("lr|learning_rate|learningrate|base_lr|init_lr|lr0|max_lr|step_size|eta")
_SCHEDULE = _pattern("decay|gamma|factor|schedule|scheduler|step|steps|warmup|every|drop")
_LOGARITHMIC = _pattern(
    "weight_decay|wd|decay|l1|l2|reg|regularization|lambda|reg_alpha|reg_lambda|alpha|c|gamma|tol|eps|epsilon|penalty|lambd|"
    "min_lr|jitter|bandwidth|length_scale|scale|noise|temperature|temp|sigma|min_child_weight|lam"
)
_SHARES = _pattern(
    "dropout|drop|drop_rate|dropout_rate|momentum|beta1|beta2|betas?|fraction|frac|ratio|prob|probability|p|subsample|colsample|"
    "colsample_bytree|mixup|cutmix|smoothing|label_smoothing|warmup_ratio|ema|polyak|share|warmup|rho|l1_ratio|keep_prob"
)
_DROPOUT = _pattern("dropout|drop|drop_rate|dropout_rate|mixup|cutmix|smoothing|label_smoothing|warmup_ratio|warmup")
_MOMENTUM = _pattern("momentum|beta1|beta2|beta|ema|polyak|rho|keep_prob")
_BATCH = _pattern("batch|batch_size|batchsize|bs|minibatch|train_batch_size")
_MOST_CHOICES = 30


def guessed(option: Option) -> Guess:
    """What to search of an option, with the reason; a Guess without a form for what is to be left alone."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", option.name).lower().replace("-", "_").replace(".", "_")
    for pattern, reason in _CONSTANTS:
        if pattern.search(name):
            return Guess(None, reason)
    if option.choices:
        kept = list(option.choices)[:_MOST_CHOICES]
        return Guess(kept, "its choices") if len(kept) > 1 else Guess(None, "there is one choice")
    if option.flag:
        return _flag(option)
    if option.many:
        return Guess(None, "several values: list alternatives, as in [[64], [64, 32]]")
    kind = option.kind or (type(option.default).__name__ if is_number(option.default) else "")
    if kind in ("int", "float"):
        return _bounded(option, name) or (_whole(option, name) if kind == "int" else _real(option, name))
    if isinstance(option.default, bool):
        # Of what reads a text as a truth value, false would not be given at all.
        return (
            Guess(["true", "false"], "a truth value, given as text")
            if option.kind == ""
            else Guess(
                None,
                "type=bool takes every text for true"
                if option.kind == "bool"
                else "argparse without a type gives a text",
            )
        )
    if option.kind == "bool":
        return Guess(None, "type=bool takes every text for true")
    if option.kind == "path":
        return Guess(None, "which files it reads and writes")
    return Guess(None, "a text: list alternatives, as in [a, b]")


def _flag(option: Option) -> Guess:
    if option.kind != "bool":
        return Guess(None, "counts how often it is given")
    return Guess([True, False], "a flag, given or not")


def _bounded(option: Option, name: str) -> Guess | None:
    """The whole range between two bounds."""
    if option.low is None or option.high is None or not option.low < option.high:
        return None
    spans = option.low > 0 and option.high / option.low >= 100
    if option.kind == "int":
        low, high = math.ceil(option.low), math.floor(option.high)
        return Guess(f"{'logint' if spans else 'int'}({low}, {high})", "its bounds") if low < high else None
    if _is_log(option, name) and not spans:
        return None
    return Guess(f"{'loguniform' if spans else 'uniform'}({_short(option.low)}, {_short(option.high)})", "its bounds")


def _is_learning_rate(name: str) -> bool:
    return bool(_LEARNING_RATE.search(name)) and not _SCHEDULE.search(name)


def _is_log(option: Option, name: str) -> bool:
    if _SHARES.search(name) and not _is_learning_rate(name):
        return False
    default = option.default if is_number(option.default) else None
    small = default is not None and 0 < default < 0.05
    named = _is_learning_rate(name) or (_LOGARITHMIC.search(name) and not (default and 0.05 <= default < 1))
    return bool(named) or small


def _real(option: Option, name: str) -> Guess:
    default = float(option.default) if is_number(option.default) else None
    if _is_learning_rate(name) or "learning rate" in option.help.lower():
        if default is not None and default > 0:
            most = default * 30 if default > 0.3 else min(default * 30, 1.0)
            return _log_range(option, default / 30, most, "a learning rate: log scale around the default")
        return _log_range(option, 1e-5, 1e-1, "a learning rate: log scale")
    if _SHARES.search(name) and (default is None or 0 <= default <= 1):
        if _DROPOUT.search(name) and (default or 0) <= 0.5:
            return _range(option, 0.0, 0.5, "a share")
        if _MOMENTUM.search(name) and (default is None or default >= 0.5):
            return _range(option, 0.5, 0.999 if (default or 0) >= 0.99 else 0.99, "a share, near 1")
        return _range(option, 0.05 if "sample" in name or "keep" in name else 0.0, 1.0, "a share")
    if default is None:
        if _LOGARITHMIC.search(name):
            return _log_range(option, 1e-6, 1e-1, "spans magnitudes")
        return Guess(None, "a number without a default that is known: give a range, as in uniform(0, 1)")
    if default == 0:
        if _LOGARITHMIC.search(name):
            return _log_range(option, 1e-6, 1e-2, "spans magnitudes; its default 0 is below them")
        return Guess(None, "0 says nothing of its scale: give a range, as in uniform(0, 1)")
    if default < 0:
        return _range(option, 2 * default, 0.0, "around the default")
    if _is_log(option, name) or default >= 1:
        return _log_range(option, default / 10, default * 10, "log scale around the default")
    return _range(option, 0.0, 1.0, "around the default")


def _whole(option: Option, name: str) -> Guess:
    default = option.default if isinstance(option.default, int) and not isinstance(option.default, bool) else None
    if default is None:
        if _BATCH.search(name):
            return Guess([16, 32, 64, 128], "a batch size")
        return Guess(None, "a number without a default that is known: give a range, as in int(1, 10)")
    if default < 1:
        return Guess(None, f"{default} says nothing of its scale: give a range, as in int(0, 10)")
    if default >= 8 and default & (default - 1) == 0:
        powers = [default // 4, default // 2, default, default * 2, default * 4]
        fitting = [power for power in powers if _fits(option, power)]
        if len(fitting) > 1:
            return Guess(fitting, "powers of two around the default")
    if default >= 10:
        low, high = _clipped(option, max(1, default // 4), default * 4)
        return Guess(f"logint({int(low)}, {int(high)})", "log scale around the default") if low < high else _fixed()
    low, high = _clipped(option, 1, max(4, 2 * default))
    return Guess(f"int({int(low)}, {int(high)})", "around the default") if low < high else _fixed()


def _fixed() -> Guess:
    return Guess(None, "its bounds leave nothing to search")


def _fits(option: Option, value: float) -> bool:
    return (option.low is None or value >= option.low) and (option.high is None or value <= option.high)


def _clipped(option: Option, low: float, high: float) -> tuple[float, float]:
    return max(low, option.low if option.low is not None else low), min(
        high, option.high if option.high is not None else high
    )


def _range(option: Option, low: float, high: float, reason: str) -> Guess:
    low, high = _clipped(option, low, high)
    return Guess(f"uniform({_short(low)}, {_short(high)})", reason) if low < high else _fixed()


def _log_range(option: Option, low: float, high: float, reason: str) -> Guess:
    """A range whose ends are powers of ten."""
    low, high = _clipped(option, _rounded(low, math.floor), _rounded(high, math.ceil))
    return Guess(f"loguniform({_short(low)}, {_short(high)})", reason) if 0 < low < high else _fixed()


def _rounded(value: float, to: Any) -> float:
    """The power of ten below or above a value (floor, ceil)."""
    return float(f"1e{to(round(math.log10(value), 6))}")


def _short(value: float) -> str:
    """A number as people write it: 1e-5, 0.5, 10."""
    text = f"{value:g}"
    return re.sub(r"e([+-])0?(\d)", lambda match: f"e{match[1].strip('+')}{match[2]}", text)
