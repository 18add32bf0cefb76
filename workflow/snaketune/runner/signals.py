"""The signals by which a run is asked to stop."""

from __future__ import annotations

import os
import signal

__all__ = ["STOP_SIGNALS", "catch_signals", "ignore_stop_signals"]

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def ignore_stop_signals() -> None:
    """Ignores them from now on, here and in whatever is started."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def catch_signals() -> int:
    """Turn signals into bytes; returns the descriptor to read them from."""
    wake, write = os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(write, False)
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    for number in (*STOP_SIGNALS, signal.SIGCHLD):
        if signal.getsignal(number) != signal.SIG_IGN or number == signal.SIGCHLD:  # nohup stays in force
            signal.signal(number, lambda *_: None)
    return wake
