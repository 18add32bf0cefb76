"""Gives a run the devices that it asks for."""

from __future__ import annotations

import os

from snaketune.runner.cluster import cluster_job
from snaketune.runner.devices import Devices, demand_of, found_by_tools, program_variables, visible
from snaketune.runner.files import say
from snaketune.runner.slots import slots_folder, take

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from snaketune.runner.run import Run
    from snaketune.runner.slots import Slot

__all__ = ["assign"]


def assign(run: Run) -> Slot | None:
    """The devices that the run holds, for which it may have waited; its program will see them, and no others.

    None if the study names none (the program sees what there is), this run asks for none (it sees none), or there are
    none (it goes on without).
    """
    if run.asked is None:
        return None
    count, share = demand_of(run.asked)
    environment = {**os.environ, **run.spec.env}
    devices = visible(environment, run.spec.devices)
    if not count:
        run.devices, run.told = [], program_variables(devices.source if devices else None, [])
        return None
    if devices is None:
        devices = found_by_tools() if run.found is None else Devices(run.found, "tools")
    if devices is None or not devices.ids:
        run.note("no GPU was found: the program is started without one of its own")
        return None
    if count > len(devices.ids):
        run.note(f"{count} GPUs are asked for, but there are {len(devices.ids)} here: it has them all")
        count = len(devices.ids)

    def note(message: str) -> None:
        run.note(message)
        say(f"{run.trial}/{run.name} {message}")

    # Two jobs of a cluster may each see a device 0 that is another one.
    job = cluster_job()
    ids = {f"{job} {device}" if job else device: device for device in devices.ids}
    who = f"{os.path.relpath(run.folder)} (process {os.getpid()})"
    slot = take(slots_folder(os.environ), list(ids), count, share, who, note)
    run.devices = [ids[name] for name in slot.ids]
    run.told = program_variables(devices.source, run.devices)
    if "CUDA_DEVICE_ORDER" in environment:
        run.told.pop("CUDA_DEVICE_ORDER", None)
    return slot
