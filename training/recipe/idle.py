"""What a program needs that runs beside everything else: idle priority, a lock, and a stop that does not wait."""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import sys
import threading
from pathlib import Path
from typing import IO, Any

from torch import nn

IDLE_NICENESS = 19
# ioprio_set(2): of one thread, class "idle".
IOPRIO_SET = {"x86_64": 251, "aarch64": 30}
IOPRIO_WHO_PROCESS = 1
IOPRIO_CLASS_IDLE = 3 << 13
# sched(7), "The autogroup feature": the niceness of a whole session towards other sessions.
AUTOGROUP = Path("/proc/self/autogroup")


class StopRequested(Exception):
    """The run shall stop now; the step in hand is dropped and computed again later."""


class AlreadyRunning(Exception):
    """Another process holds the lock."""


def thread_ids() -> list[int]:
    return [int(path.name) for path in Path("/proc/self/task").iterdir()]


def leave_session() -> None:
    """Begins a session of its own for this process and gives that session the lowest priority.

    Linux shares processor time between sessions first and between the processes of a session second, so that the
    priority of a process alone says nothing to programs of other sessions. A process that reads from a terminal stays
    in the terminal's session, where Ctrl-C reaches it.
    """
    if sys.stdin is not None and sys.stdin.isatty():
        return
    try:
        os.setsid()
    except PermissionError:
        # A leader of a process group cannot begin a session; it may lead one already.
        if os.getsid(0) != os.getpid():
            return
    try:
        AUTOGROUP.write_text(str(IDLE_NICENESS))
    except OSError:
        # A kernel without autogroups compares the processes of all sessions.
        return


def run_idle() -> None:
    """Gives all threads idle priority, for processor and disk; new threads inherit it. Does nothing but lower the
    niceness where the system is not Linux."""
    leave_session()
    os.nice(IDLE_NICENESS)
    if not hasattr(os, "SCHED_IDLE"):
        return
    for thread in thread_ids():
        os.sched_setscheduler(thread, os.SCHED_IDLE, os.sched_param(0))
    number = IOPRIO_SET.get(os.uname().machine)
    if number is not None:
        ctypes.CDLL(None).syscall(number, IOPRIO_WHO_PROCESS, 0, IOPRIO_CLASS_IDLE)


def run_normally() -> None:
    """Gives all threads normal priority again, where the system permits it: what is left to do takes seconds."""
    if not hasattr(os, "SCHED_IDLE"):
        return
    for thread in thread_ids():
        try:
            os.sched_setscheduler(thread, os.SCHED_OTHER, os.sched_param(0))
            os.setpriority(os.PRIO_PROCESS, thread, 0)
        except (PermissionError, ProcessLookupError):
            continue


class StopSignal:
    """SIGTERM and SIGINT, noticed by a thread of their own, so that the main thread may be busy.

    After a signal all threads have normal priority, and the next call of any network raises `StopRequested`. Training
    steps change nothing but the quantiser's counts before their last such call, so whoever catches the exception can
    save a checkpoint of the step before.
    """

    SIGNALS = (signal.SIGTERM, signal.SIGINT)

    def __init__(self) -> None:
        self.event = threading.Event()
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        # The handler itself waits for the main thread; the number of a signal is in the pipe at once, whichever thread
        # of a library the system has interrupted.
        signal.set_wakeup_fd(writing)
        for number in self.SIGNALS:
            signal.signal(number, lambda *_: None)
        threading.Thread(target=self.wait, args=(reading,), daemon=True).start()
        self.hook = nn.modules.module.register_module_forward_pre_hook(self.check)

    def wait(self, reading: int) -> None:
        while os.read(reading, 1)[0] not in self.SIGNALS:
            pass
        self.event.set()
        run_normally()

    @property
    def is_set(self) -> bool:
        return self.event.is_set()

    def check(self, *_: Any) -> None:
        if self.event.is_set():
            raise StopRequested


class Lock:
    """Exclusive lock on a folder, held until the process ends."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "lock"
        self.file: IO[str] | None = None

    def acquire(self) -> None:
        """Raises `AlreadyRunning` where another process holds the lock."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            owner = file.read().strip()
            file.close()
            raise AlreadyRunning(f"{self.path.parent}: process {owner or '?'} trains here") from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self.file = file

    @property
    def is_held(self) -> bool:
        """Whether any process trains in the folder."""
        if self.file is not None:
            return True
        if not self.path.exists():
            return False
        with self.path.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False
