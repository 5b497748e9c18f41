"""Shells in a terminal, whose completions a test reads."""

from __future__ import annotations

import os
import pty
import select
import signal
import time
from pathlib import Path


class ShellSession:
    """A shell behind a pseudoterminal."""

    def __init__(self, arguments: list[str], environment: dict[str, str], folder: Path) -> None:
        process, self.terminal = pty.fork()
        if process == 0:
            os.chdir(folder)
            os.execvpe(arguments[0], arguments, environment)
        self.process = process

    def send(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def read(self, quiet_seconds: float, limit_seconds: float = 30) -> str:
        """Output until the shell has been quiet for a time."""
        found = b""
        end = time.monotonic() + limit_seconds
        while time.monotonic() < end:
            ready, _, _ = select.select([self.terminal], [], [], quiet_seconds)
            if not ready:
                break
            try:
                chunk = os.read(self.terminal, 65536)
            except OSError:
                break
            if not chunk:
                break
            found += chunk
        return found.decode(errors="replace")

    def close(self) -> None:
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.terminal)
