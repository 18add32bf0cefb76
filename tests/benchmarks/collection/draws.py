"""Draws of a problem's parts from its family and seed: the same with any NumPy."""

import zlib
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

__all__ = ["Draws"]

T = TypeVar("T")


class Draws:
    """Made of uniform and normal numbers alone, whose streams do not change between versions of NumPy."""

    def __init__(self, family: str, seed: int):
        self._rng = np.random.default_rng([zlib.crc32(family.encode()), seed])

    def uniform(self, low: float, high: float) -> float:
        return low + (high - low) * float(self._rng.random())

    def uniforms(self, low: float, high: float, *shape: int) -> np.ndarray:
        return low + (high - low) * self._rng.random(shape)

    def loguniform(self, low: float, high: float) -> float:
        return float(np.exp(self.uniform(np.log(low), np.log(high))))

    def normals(self, *shape: int) -> np.ndarray:
        return self._rng.standard_normal(shape)

    def whole(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self._rng.random() * (high - low + 1))

    def chance(self, probability: float) -> bool:
        return bool(self._rng.random() < probability)

    def pick(self, options: Sequence[T]) -> T:
        return options[self.whole(0, len(options) - 1)]

    def some(self, options: Sequence[T], n: int) -> list[T]:
        """`n` different ones, in their order."""
        chosen = np.argsort(self._rng.random(len(options)))[:n]
        return [options[i] for i in sorted(chosen)]

    def rotation(self, n: int) -> np.ndarray:
        """An orthogonal matrix (n, n)."""
        q, r = np.linalg.qr(self.normals(n, n))
        return q * np.sign(np.diag(r))

    def inside(self, n: int) -> np.ndarray:
        """A place (n,) in the unit cube off its centre and its faces: each coordinate .12 to .42 or .58 to .88."""
        side = np.array([self.chance(0.5) for _ in range(n)])
        return np.where(side, self.uniforms(0.12, 0.42, n), self.uniforms(0.58, 0.88, n))

    def floats(self, n: int, log: float = 0.3) -> list[dict[str, Any]]:
        """Parameters x0, x1, … with odd ranges, each on a log scale with the probability `log`."""
        return [self._float(f"x{i}", log) for i in range(n)]

    def _float(self, name: str, log: float) -> dict[str, Any]:
        if self.chance(log):
            low = self.loguniform(1e-6, 1e-2)
            return {
                "name": name,
                "type": "loguniform",
                "low": _short(low),
                "high": _short(low * self.loguniform(1e2, 1e6)),
            }
        low, width = self.uniform(-10, 5), self.loguniform(0.5, 30)
        return {"name": name, "type": "uniform", "low": _short(low), "high": _short(low + width)}


def _short(value: float) -> float:
    return float(f"{value:.3g}")
