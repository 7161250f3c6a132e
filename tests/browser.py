"""A headless Chromium, spoken to over pipes: what a page shows, asks for and complains about.

Standard library only: Chromium's debugging protocol is JSON messages, each ended by a zero byte.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--hide-scrollbars", "--remote-debugging-pipe",
)  # fmt: skip

# Chromium expects its pipes as files 3 and 4.
LAUNCH = (
    "import os, sys; "
    "high = [os.dup2(int(fd), place) for fd, place in zip(sys.argv[1:3], (100, 101))]; "
    "os.dup2(high[0], 3); os.dup2(high[1], 4); os.execv(sys.argv[3], sys.argv[3:])"
)

# Every face declared is loaded (a browser loads only those it thinks it needs), every picture decoded, two frames drawn.
SETTLED = """
Promise.all([
  ...[...document.fonts].map(face => face.load()),
  ...[...document.images].map(image => image.decode().catch(() => 0)),
]).then(() => document.fonts.ready)
  .then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))
  .then(() => 1)
"""


def find() -> str | None:
    """The browser's command on this machine, if it has one."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


# Looked at with every frame that is drawn; a condition that never comes true is an error of its own.
COMES_TRUE = """
new Promise((yes, no) => {{
  const end = performance.now() + 60000;
  const look = () => ({}) ? yes(1) : performance.now() > end ? no(new Error({})) : requestAnimationFrame(look);
  look();
}})
"""


class Browser:
    """One browser with one tab; a context manager."""

    def __enter__(self) -> Browser:
        self.folder = tempfile.TemporaryDirectory(prefix="healthplan-browser-")
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        places = [str(theirs_in), str(theirs_out), find() or ""]
        words = [sys.executable, "-c", LAUNCH, *places, *FLAGS]
        words += [f"--user-data-dir={self.folder.name}", "about:blank"]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(
            words, stdin=quiet, stdout=quiet, stderr=quiet, pass_fds=(theirs_in, theirs_out)
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self.reader, self.writer = open(ours_in, "rb"), open(ours_out, "wb")
        self.number, self.session, self.buffer = 0, "", b""
        self.events: list[dict] = []
        page = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Page.setLifecycleEventsEnabled", enabled=True)
        return self

    def __exit__(self, *_: object) -> None:
        self.writer.close()  # the browser ends when its pipe does
        self.process.wait(30)
        self.reader.close()
        self.folder.cleanup()

    def call(self, method: str, **parameters: object) -> dict:
        """Ask the browser for something and return its answer; events on the way are kept."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.writer.write(json.dumps(message).encode() + b"\0")
        self.writer.flush()
        while (answer := self._next()).get("id") != self.number:
            self.events.append(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def _next(self) -> dict:
        while b"\0" not in self.buffer:
            chunk = os.read(self.reader.fileno(), 1 << 20)
            if not chunk:
                raise RuntimeError("the browser has ended")
            self.buffer += chunk
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)

    def open(self, page: Path | str, width: int) -> None:
        """Open a file, or an address, in a window of this width and wait until the browser has done with it: loaded, its fonts
        loaded, its pictures decoded, and a frame drawn with all of them."""
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        self.events.clear()
        url = page if isinstance(page, str) else page.resolve().as_uri()
        loader = self.call("Page.navigate", url=url)["loaderId"]
        # The load event of this very page: one of the page before may still be on its way.
        while not any(
            event.get("method") == "Page.lifecycleEvent"
            and event["params"]["loaderId"] == loader
            and event["params"]["name"] == "load"
            for event in self.events
        ):
            self.events.append(self._next())
        self.finished(SETTLED)

    def finished(self, promise: str) -> object:
        """What a promise in the page yields once it is kept."""
        options = {"returnByValue": True, "awaitPromise": True}
        answer = self.call("Runtime.evaluate", expression=promise, **options)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def value(self, expression: str) -> object:
        """What a JavaScript expression yields in the page (the page itself may run none)."""
        return self.finished(f"Promise.resolve({expression})")

    def until(self, condition: str) -> None:
        """Wait until a JavaScript condition holds in the page."""
        self.finished(COMES_TRUE.format(condition, json.dumps(f"never: {condition}")))

    def click(self, selector: str, words: str = "") -> None:
        """Click, as a mouse does, on the first thing of that kind that has these words."""
        found = f"[...document.querySelectorAll({json.dumps(selector)})].find(e => e.textContent.includes({json.dumps(words)}))"
        self.until(found)
        self.value(f"{found}.scrollIntoView({{block: 'nearest'}})")
        box = self.value(f"{found}.getBoundingClientRect().toJSON()")
        place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2, "button": "left", "clickCount": 1}
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, **place)

    def complaints(self) -> list[str]:
        """Errors and warnings that the page caused: console, blocked content, failed requests (those that it took back and
        what it notes for its makers left out)."""
        self.value("1")  # whatever was on its way has arrived with the answer
        found = []
        for event in self.events:
            method, about = event.get("method"), event.get("params", {})
            if method == "Log.entryAdded":
                found.append(about["entry"]["text"])
            elif about.get("type") in ("debug", "log") or about.get("canceled"):
                continue
            elif method in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Network.loadingFailed"):
                found.append(json.dumps(about))
        return found

    def requests(self) -> list[str]:
        """Every address that the page asked for, itself and embedded data left out."""
        asked = [e["params"]["request"]["url"] for e in self.events if e.get("method") == "Network.requestWillBeSent"]
        return [url for url in asked[1:] if not url.startswith("data:")]

    def pdf(self) -> bytes:
        """The page as it prints, on A4."""
        printed = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        return base64.b64decode(printed["data"])

    def picture(self) -> bytes:
        """What the window shows, as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot")["data"])
