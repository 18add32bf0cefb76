"""Places on devices, which runs of all studies of a user on a machine take by turns.

Each run that wants devices leaves a file in one folder, its ticket, and keeps it locked as long as its processes live:
what it wants, then what it has. A ticket that is not locked is a dead one's, and counts no longer; the kernel gives a
lock up however its holders end. A run gets all its devices at once or none of them, so that runs that need several
never wait for each other, and it goes after those that came before it and want some of the same, so that it is not
passed over for ever by runs that need fewer.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import stat
import time

from snaketune.runner.files import Refused, writing
from snaketune.runner.lock import locked_file

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    # of: the devices that it may have, count, share, held: those that it has, or None, who
    Request = dict[str, Any]

__all__ = ["FOLDER", "Slot", "choose", "slots_folder", "take"]

FOLDER = "SNAKETUNE_DEVICES_DIR"  # the variable that names another folder for the tickets
PAUSE = 0.2  # seconds between two looks
_ROUNDING = 1e-6


class Slot:
    """Devices that are held: `ids`, as long as one of the `descriptors` is open somewhere."""

    def __init__(self, path: str, descriptors: Sequence[int]):
        self.path, self.descriptors = path, tuple(descriptors)
        self.ids: list[str] = []

    def release(self) -> None:
        """Give the devices back."""
        with contextlib.suppress(OSError):
            os.unlink(self.path)
        for descriptor in self.descriptors:
            os.close(descriptor)


def slots_folder(environment: Mapping[str, str]) -> str:
    """The folder of the tickets, one for each user and host.

    Raises:
        Refused: somebody else has a folder of that name.
    """
    given = environment.get(FOLDER)
    above = given or f"/tmp/snaketune-{os.getuid()}"
    with writing(above):
        os.makedirs(above, 0o777 if given else 0o700, exist_ok=True)
        found = os.lstat(above)
        if not given and (found.st_uid != os.getuid() or not stat.S_ISDIR(found.st_mode)):
            raise Refused(2, f"{above} is somebody else's: name another folder by {FOLDER}")
        folder = os.path.join(above, f"devices-{os.uname().nodename}")
        os.makedirs(folder, exist_ok=True)
    return folder


def take(folder: str, wanted: Sequence[str], count: int, share: float, who: str, note: Callable[[str], object]) -> Slot:
    """`count` of the devices `wanted`, a `share` (up to 1) of each; waits for them, of which `note` is told.

    Raises:
        Refused: the folder can't be written.
    """
    request = {"of": list(wanted), "count": count, "share": share, "held": None, "who": who}
    begun, told = time.monotonic(), False
    with writing(folder):
        with _alone(folder):
            slot = _ticket(folder, request)
            chosen = _try(folder, slot, request)
        while chosen is None:
            if not told:
                told = True
                note(f"waiting for {_few(count, share)} of the devices {', '.join(wanted)}: {_holders(folder, slot)}")
            time.sleep(PAUSE)
            with _alone(folder):
                chosen = _try(folder, slot, request)
    slot.ids = chosen
    if told:
        note(f"got {', '.join(chosen)} after {time.monotonic() - begun:.0f} s")
    return slot


def choose(request: Request, others: Sequence[tuple[bool, Request | None]]) -> list[str] | None:
    """The devices that a request gets beside the `others` (whether each came before it, what it wants and has).

    None if it has to wait. One that can't be read counts as if it held all there is. A part goes to the device that is
    used least.
    """
    used = dict.fromkeys(request["of"], 0.0)
    for earlier, other in others:
        if other is None or (earlier and other["held"] is None and set(other["of"]) & set(used)):
            return None
        for device in other["held"] or ():
            used[device] = used.get(device, 0.0) + other["share"]
    free = [device for device in request["of"] if used[device] + request["share"] <= 1 + _ROUNDING]
    if len(free) < request["count"]:
        return None
    least = sorted(free, key=lambda device: used[device])[: request["count"]]
    return sorted(least, key=request["of"].index)


@contextlib.contextmanager
def _alone(folder: str) -> Iterator[None]:
    """In here, nobody else looks at tickets or takes a device."""
    file = locked_file(os.path.join(folder, "lock"), lambda file: fcntl.flock(file, fcntl.LOCK_EX))
    try:
        yield
    finally:
        os.close(file)


def _ticket(folder: str, request: Request) -> Slot:
    """A new ticket, the last in the queue. The folder is locked with it: /tmp is not cleaned where locks are held."""
    number = max((int(name) for name in os.listdir(folder) if name.isdigit()), default=0) + 1
    path = os.path.join(folder, str(number))
    ticket, place = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o666), os.open(folder, os.O_RDONLY)
    fcntl.flock(ticket, fcntl.LOCK_EX)
    with contextlib.suppress(OSError):
        fcntl.flock(place, fcntl.LOCK_SH)
    _say_so(ticket, request)
    return Slot(path, (ticket, place))


def _say_so(ticket: int, request: Request) -> None:
    os.write(ticket, (json.dumps(request) + "\n").encode())


def _try(folder: str, slot: Slot, request: Request) -> list[str] | None:
    """The devices that the ticket's holder has from now on, None if it has to wait."""
    chosen = choose(request, [(earlier, other) for earlier, _, other in _others(folder, slot)])
    if chosen is not None:
        _say_so(slot.descriptors[0], {**request, "held": chosen})
    return chosen


def _others(folder: str, slot: Slot) -> list[tuple[bool, str, Request | None]]:
    """The other living tickets: whether each is before ours, its path, and what it says, None if that can't be read."""
    own = int(os.path.basename(slot.path))
    found = []
    for number in sorted(int(name) for name in os.listdir(folder) if name.isdigit()):
        path = os.path.join(folder, str(number))
        if number != own and _is_locked(path):
            found.append((number < own, path, _read(path)))
    return found


def _is_locked(path: str) -> bool:
    """Whether the ticket's holder lives; a dead one's is removed."""
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:  # just given back
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        return False
    finally:
        os.close(file)


def _read(path: str) -> Request | None:
    try:
        with open(path, "rb") as file:
            found = json.loads(file.read().splitlines()[-1])
        return found if {"of", "share", "held", "who"} <= set(found) else None
    except (OSError, ValueError, IndexError, TypeError):
        return None


def _holders(folder: str, slot: Slot) -> str:
    """Who has devices that the ticket's holder waits for, or waits before it."""
    with _alone(folder):
        others = _others(folder, slot)
    words = [
        f"{path} can't be read" if other is None else f"{other['who']} {'has' if other['held'] else 'waits for'} some"
        for _, path, other in others
    ]
    more = f" and {len(words) - 3} more" if len(words) > 3 else ""
    return "; ".join(words[:3]) + more if words else "they are just being given back"


def _few(count: int, share: float) -> str:
    return f"{share:g}" if share < 1 else str(count)
