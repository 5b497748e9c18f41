"""A headless Chromium for scripts/check-report. Needs nothing but Python and the program itself."""

import base64
import contextlib
import json
import os
import select
import subprocess
import time
from pathlib import Path
from typing import Any

# Time for one answer: a page of 25 MB on a busy machine takes a few seconds.
PATIENCE_SECONDS = 120

Message = dict[str, Any]


class Chromium:
    """A headless Chromium, controlled through pipes by the Chrome DevTools Protocol.

    `events` has all events that came while the browser was waited for.
    """

    def __init__(self, program: str, profile: str) -> None:
        down, up = os.pipe(), os.pipe()
        # The browser reads from descriptor 3 and writes to 4.
        options = [
            "--headless=new",
            "--remote-debugging-pipe",
            "--disable-gpu",
            "--no-first-run",
            "--disable-extensions",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--mute-audio",
            "--disable-dev-shm-usage",
            "--autoplay-policy=no-user-gesture-required",
            "--hide-scrollbars",
            f"--user-data-dir={profile}",
        ]
        if os.getuid() == 0:
            options.append("--no-sandbox")
        # The pipes may have the descriptors 3 and 4 themselves, so they move to 8 and 9 first.
        shell = f'exec 8<&{down[0]} 9>&{up[1]}; exec 3<&8 4>&9 8<&- 9>&-; exec "$0" "$@"'
        self.process = subprocess.Popen(
            ["bash", "-c", shell, program, *options, "about:blank"],
            pass_fds=(down[0], up[1]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(down[0])
        os.close(up[1])
        self.to_browser, self.from_browser = down[1], up[0]
        self.buffer = b""
        self.number = 0
        self.session: str | None = None
        self.events: list[Message] = []

    def receive(self, deadline: float) -> Message | None:
        """Next message; None where none comes before `deadline`."""
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.from_browser], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                return None
            chunk = os.read(self.from_browser, 1 << 20)
            if not chunk:
                raise RuntimeError("Chromium has ended")
            self.buffer += chunk
        data, self.buffer = self.buffer.split(b"\0", 1)
        message: Message = json.loads(data)
        return message

    def call(self, method: str, **parameters: Any) -> Message:
        """Result of a method of the protocol. Raises RuntimeError where it fails or gives no answer in time."""
        self.number += 1
        message: Message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.to_browser, data) :]
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (answer := self.receive(deadline)) is not None:
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                result: Message = answer["result"]
                return result
            self.events.append(answer)
        raise RuntimeError(f"{method}: no answer in {PATIENCE_SECONDS} s")

    def wait_for(self, method: str) -> None:
        """Waits for an event."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (event := self.receive(deadline)) is not None:
            self.events.append(event)
            if event.get("method") == method:
                return
        raise RuntimeError(f"{method} did not come in {PATIENCE_SECONDS} s")

    def evaluate(self, expression: str) -> Any:
        """Value of a JavaScript expression in the page."""
        result = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"].get("exception", {}).get("description", "exception"))
        return result["result"].get("value")

    def open(self, address: str) -> None:
        self.call("Page.navigate", url=address)
        self.wait_for("Page.loadEventFired")

    def view(self, size: tuple[int, int], dark: bool = False, telephone: bool = False) -> None:
        """Sets width and height of the viewport and the colour scheme."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=telephone
        )
        scheme = "dark" if dark else "light"
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self, path: Path, height: int | None = None) -> None:
        """Writes an image of the viewport, or of the page from its top down to `height`."""
        parameters: Message = {}
        if height:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], height), "scale": 1}
            parameters = {"clip": clip, "captureBeyondViewport": True}
        data = self.call("Page.captureScreenshot", format="png", **parameters)["data"]
        path.write_bytes(base64.b64decode(data))

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.session = None
            self.call("Browser.close")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.process.kill()
        self.process.wait()
