"""How fast the explorer answers a hand: pointer event to painted picture (and number, which stands in the same picture), on
the stand-alone page and in JupyterLab, and there to what else changes. Needs Chromium; some forty seconds.

``python benchmarks/explorer.py``"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent.parent
sys.path.insert(0, str(HERE / "tests"))

from browser import Browser  # noqa: E402

import healthplan as hp  # noqa: E402
from healthplan.explorer.state import state  # noqa: E402
from healthplan.report.explorer_page import page  # noqa: E402

MOVES = 30
GOAL = "demo-2027-t012"
# From the time stamp of each pointer event to the task after the frame in which its picture is painted, and to the answer.
WATCH = """(() => {
  const view = document.querySelector('.hp-explorer').parentElement.explorer;
  window.painted = []; window.answered = [];
  const svg = document.querySelector('.hp-picture svg');
  svg.addEventListener('pointermove', (event) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => window.painted.push(performance.now() - event.timeStamp);
    channel.port2.postMessage(0);
  }));
  let since = 0;
  svg.addEventListener('pointermove', (event) => { since = event.timeStamp; });
  const heard = () => { if (!view.pending && since) { window.answered.push(performance.now() - since); since = 0; } };
  view.model.on('change:answer', () => requestAnimationFrame(heard));
})()"""


def spot(tab: Browser, handle: str) -> tuple[float, float]:
    box = tab.value(f"document.querySelector('.hp-{handle}').getBoundingClientRect().toJSON()")
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def mouse(tab: Browser, kind: str, x: float, y: float) -> None:
    tab.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1, clickCount=1)


def told(name: str, times: list[float], most: int) -> None:
    times = sorted(times)
    high = times[int(0.95 * (len(times) - 1))]
    print(
        f"{name:<58} n {len(times):>3}  median {statistics.median(times):6.1f} ms  p95 {high:6.1f} ms  (bar {most} ms)"
    )


def dragged(tab: Browser, handle: str, settle: str = "") -> None:
    """One drag of many moves; ``settle``: what is waited for after each."""
    x, y = spot(tab, handle)
    mouse(tab, "mousePressed", x, y)
    for step in range(MOVES):
        mouse(tab, "mouseMoved", x, y - 1 - step)
        if settle:
            tab.until(settle)
        else:
            tab.value("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    mouse(tab, "mouseReleased", x, y - MOVES)


def arrived(tab: Browser, condition: str) -> None:
    """Wait for a condition in a page that may still lead to another one."""
    while True:
        try:
            return tab.until(condition)
        except RuntimeError as error:
            if "navigated" not in str(error):
                raise


def alone(tab: Browser, folder: Path) -> None:
    file = folder / "explore.html"
    file.write_text(page(state(hp.plan("demo-2027")), "report.html"), "utf-8")
    tab.open(file, 1200)
    tab.value(f"document.getElementById('explorer').explorer.ask({{goal: '{GOAL}'}}, true)")
    tab.value(WATCH)
    for handle in ("target", "pace"):
        tab.value("(window.painted = [], 0)")
        dragged(tab, handle)
        told(f"page from a file, {handle}: painted with its number", tab.value("window.painted"), 50)


def in_lab(tab: Browser, folder: Path) -> None:
    cell = f'import healthplan as hp\nplan = hp.plan("demo-2027")\nhp.explore(plan, "{GOAL}")'
    code = {"cell_type": "code", "source": cell, "metadata": {}, "outputs": [], "execution_count": None, "id": "one"}
    about = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": [code], "metadata": about, "nbformat": 4, "nbformat_minor": 5}
    own = {f"JUPYTER_{kind}_DIR": str(folder / kind) for kind in ("CONFIG", "RUNTIME", "DATA")}
    name = HERE / "explorer-bench.ipynb"  # in the workspace that is served
    name.write_text(json.dumps(notebook), "utf-8")
    command = [sys.executable, "-m", "healthplan", "lab", "--no-browser"]
    server = subprocess.Popen(command, cwd=HERE, env=os.environ | own, stdout=subprocess.PIPE, text=True)
    try:
        url = server.stdout.readline().split()[-1] if server.stdout else ""
        tab.open(url, 1280)  # which lets us in
        arrived(tab, "document.querySelector('.jp-RenderedMarkdown h1')")
        tab.open(f"{url.partition('/lab/tree/')[0]}/lab/tree/{name.name}", 1280)
        arrived(tab, "document.querySelector('.jp-Notebook-ExecutionIndicator[data-status=idle]')")
        tab.click(".jp-InputPrompt")
        tab.until("document.querySelector('#jp-main-statusbar').innerText.match(/\\| (空闲|Idle)/)")
        tab.click(".lm-MenuBar-itemLabel", "运行")
        tab.click(".lm-Menu-item[data-command='runmenu:run-all']")
        view = "document.querySelector('.hp-explorer')?.parentElement.explorer"
        tab.until(f"{view}?.live")
        tab.value(WATCH)
        for handle in ("pace", "start"):
            tab.value("(window.painted = [], window.answered = [], 0)")
            dragged(tab, handle, f"!{view}.pending")
            told(f"JupyterLab, {handle}: painted", tab.value("window.painted"), 50)
            told(f"JupyterLab, {handle}: what else changes", tab.value("window.answered"), 300)
        print("console:", tab.complaints())
    finally:
        server.terminate()
        server.communicate()
        name.unlink()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, Browser() as tab:
        alone(tab, Path(folder))
        in_lab(tab, Path(folder))


if __name__ == "__main__":
    main()
