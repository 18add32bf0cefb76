"""A stand-in for a network whose error falls and whose size and latency grow with depth and width."""

import math


def evaluate(layers: int, width: int, dropout: float) -> dict[str, float]:
    """The error, the number of weights and the latency of a network of so many layers of such a width."""
    weights = 64 * width + (layers - 1) * width**2 + 10 * width
    capacity = math.log10(weights)
    best_dropout = 0.08 * max(0.0, capacity - 3)
    error = 0.02 + 0.4 * math.exp(-0.9 * (capacity - 2)) + 0.2 * (dropout - best_dropout) ** 2
    return {"error": error, "parameters": weights, "latency_ms": 0.4 * layers + width / 64}
