"""What an import has left that children of one process would share, and new interpreters would not.

Such as threads (which a fork loses), open files, variables of one run, or random numbers that nobody has seeded.
"""

from __future__ import annotations

import fcntl
import gc
import importlib
import os
import stat
import sys
import weakref
from importlib.machinery import PathFinder

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any

__all__ = ["Imported"]

_BLOCKS = 1000  # of random numbers, 624 words each
_UNLIKELY = 2**64  # as somebody's seed; entropy of the operating system has 128 bits


class _Noting(dict):  # type: ignore[type-arg]
    """The variables of `os.environ`, which notes names that it does not have, and who takes all there are."""

    def begin(self, noted: set[str], matters: Callable[[str], bool]) -> None:
        self.noted, self.matters = noted, matters

    def __missing__(self, key: bytes) -> None:
        if self.matters(os.fsdecode(key)):
            self.noted.add(f"asks for {os.fsdecode(key)}")
        raise KeyError(key)

    def __iter__(self) -> Iterator[bytes]:
        if not _is_installed(_importing()):
            self.noted.add("takes all environment variables")
        return super().__iter__()


def _importing() -> str:
    """The file of the module that is being imported."""
    frame: Any = sys._getframe(1)
    while frame and frame.f_code.co_name != "<module>":
        frame = frame.f_back
    return frame.f_code.co_filename if frame else ""


def _is_installed(file: str) -> bool:
    """Whether a file is of Python or an installed package: these don't ask for a run's variables."""
    return file.startswith(("<frozen", os.path.dirname(os.__file__))) or "-packages" + os.sep in file


class Imported:
    """An import, from `begin` to `end`; `matters` tells which variables are not set yet, but will be by each run."""

    def __init__(self, matters: Callable[[str], bool]):
        self.noted: set[str] = set()
        self.matters = matters
        self.random: Any = None  # the state that `random` had when it was loaded
        self.seeded: Any = None  # the state that the import has left it in, if it seeded it
        self.numpy: Any = None  # its module of random numbers, if nobody has seeded it

    def begin(self) -> None:
        """The import is about to begin."""
        self.files, self.shared = _descriptors(), _shared_memory()
        if "random" in sys.modules:
            self.random = sys.modules["random"].getstate()
        sys.meta_path.insert(0, self)
        _exchange(_Noting(os.environ._data)).begin(self.noted, self.matters)  # type: ignore[attr-defined]

    def end(self) -> None:
        """The import has ended."""
        sys.meta_path.remove(self)
        _exchange(dict.copy(os.environ._data))  # type: ignore[attr-defined]

    def find_spec(self, name: str, path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Finds `random` as usual, to note the state in which it begins; it is not loaded before: it slows a fork."""
        spec = PathFinder.find_spec(name, path, target) if name == "random" else None
        if spec and spec.loader:
            execute: Any = spec.loader.exec_module

            def load(module: Any) -> None:
                execute(module)
                self.random = module.getstate()

            spec.loader.exec_module = load  # type: ignore[method-assign]
        return spec

    def unshared(self) -> str | None:
        """Why each run needs an interpreter of its own, in a few words about the module; None if none does."""
        return min(self.noted, default=None) or _running() or self._resources() or self._random_numbers()

    def _resources(self) -> str | None:
        self.places: list[tuple[int, int]] = []  # descriptor, position
        for file in _descriptors() - self.files:
            if not stat.S_ISREG(os.fstat(file).st_mode) or fcntl.fcntl(file, fcntl.F_GETFL) & os.O_ACCMODE:
                return f"keeps open {os.readlink(f'/proc/self/fd/{file}')}"
            self.places.append((file, os.lseek(file, 0, os.SEEK_CUR)))
        if shared := _shared_memory() - self.shared:
            return f"shares memory: {min(shared)}"
        if any(entry.atexit for entry in weakref.finalize._registry.values()):  # type: ignore[attr-defined]
            return "leaves something to clean up at its end"
        return None

    def _random_numbers(self) -> str | None:
        drawn = "draws random numbers that it has not seeded"
        if self.random:
            import random

            state = random.getstate()
            if state != self.random:
                if _follows(state, self.random):
                    return drawn
                self.seeded = state
            if any(type(value) is random.Random for module in _modules_of_users() for value in vars(module).values()):
                return "makes a generator of random numbers"
        if "numpy" in sys.modules and any(map(_mentions_random, _modules_of_users())):
            importlib.import_module("numpy.random")  # else each child might load it
        numbers: Any = sys.modules.get("numpy.random")
        if numbers:
            known = numbers.mtrand._rand
            if known._bit_generator._seed_seq is not None:
                as_new = numbers.MT19937(known._bit_generator._seed_seq)
                if not _equal(as_new.state["state"], known._bit_generator.state["state"]):
                    return drawn
                self.numpy = numbers
            kinds = (numbers.Generator, numbers.RandomState)
            if any(isinstance(one, kinds) and one is not known and _is_unseeded(one) for one in gc.get_objects()):
                return "makes a generator of random numbers without a seed"
        return None

    def reseed(self) -> None:
        """Before a fork: the child's random numbers are its own, where nobody has seeded them."""
        if self.numpy:
            self.numpy.seed()

    def restore(self) -> None:
        """In a child: what a fork changes, or an earlier child has moved."""
        if self.seeded:
            sys.modules["random"].setstate(self.seeded)  # Python seeds it anew in each child
        for file, place in self.places:
            os.lseek(file, place, os.SEEK_SET)


def _exchange(data: Any) -> Any:
    environments: tuple[Any, ...] = os.environ, os.environb
    for environment in environments:
        environment._data = data
    return data


def _descriptors() -> set[int]:
    """Those that are open."""
    found = map(int, os.listdir("/proc/self/fd"))
    return {file for file in found if os.path.exists(f"/proc/self/fd/{file}")}  # not the listing's own


def _shared_memory() -> set[str]:
    """The names of what this process shares with others."""
    with open("/proc/self/maps") as maps:
        return {line.split(None, 5)[-1].strip() for line in maps if " rw-s " in line}


def _running() -> str | None:
    """What runs beside the import's own thread."""
    for name in ("tensorflow", "jax"):
        if name in sys.modules:
            return f"imports {name}, which does not survive a fork"
    cuda: Any = sys.modules.get("torch.cuda")
    if cuda and cuda.is_initialized():
        return "uses CUDA"
    threading: Any = sys.modules.get("threading")
    if threading and threading.active_count() > 1:
        return "leaves threads running"
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return "leaves processes running"
    except ChildProcessError:
        pass
    # Numerical libraries end their threads before a fork, and begin new ones when these are needed: ask for it.
    pid = os.fork()
    if not pid:
        os._exit(0)
    os.waitpid(pid, 0)
    return "leaves threads running" if len(os.listdir("/proc/self/task")) > 1 else None


def _follows(state: Any, before: Any) -> bool:
    """Whether a generator has come from one state to another by drawing numbers."""
    import random

    one = random.Random()
    one.setstate(before)
    for _ in range(_BLOCKS):
        if one.getstate()[1][:-1] == state[1][:-1]:
            return True
        one.getrandbits(32 * 624)
    return False


def _equal(state: Any, other: Any) -> bool:
    return bool(state["pos"] == other["pos"] and (state["key"] == other["key"]).all())


def _is_unseeded(generator: Any) -> bool:
    seeds = getattr(generator._bit_generator, "_seed_seq", None)
    entropy = getattr(seeds, "entropy", None)
    return isinstance(entropy, int) and entropy >= _UNLIKELY


def _mentions_random(module: ModuleType) -> bool:
    try:
        with open(module.__file__ or "", "rb") as file:
            return b"random" in file.read()
    except OSError:
        return False


def _modules_of_users() -> list[ModuleType]:
    """Those that are neither Python's nor installed."""
    files = {module: getattr(module, "__file__", None) for module in list(sys.modules.values())}
    return [module for module, file in files.items() if file and not _is_installed(file)]
