"""Gradient descent with momentum on the Booth function, whose minimum is 0 at (1, 3)."""


def booth(x: float, y: float) -> float:
    """The Booth function."""
    return (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2


def gradient(x: float, y: float) -> tuple[float, float]:
    """Its gradient at (x, y)."""
    a, b = x + 2 * y - 7, 2 * x + y - 5
    return 2 * a + 4 * b, 4 * a + 2 * b


def evaluate(lr: float, momentum: float, steps: int = 50) -> dict[str, float]:
    """The value that is reached from (-8, 9) in so many steps; it overflows where the descent diverges."""
    x, y, vx, vy = -8.0, 9.0, 0.0, 0.0
    for _ in range(steps):
        gx, gy = gradient(x, y)
        vx, vy = momentum * vx - lr * gx, momentum * vy - lr * gy
        x, y = x + vx, y + vy
    return {"value": booth(x, y), "x": x, "y": y}
