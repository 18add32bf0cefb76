"""Linear algebra on one thread: the last bits of a matrix product depend on how many threads share it."""

from threadpoolctl import threadpool_limits

__all__ = ["one_thread"]


def one_thread() -> threadpool_limits:
    """For a `with` statement: within it, the numerical libraries that are loaded use one thread."""
    return threadpool_limits(limits=1)
