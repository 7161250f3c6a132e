"""A goal to play with: its history, fan and bar drawn in the browser, and what becomes of it when a handle is moved."""

from pathlib import Path

HERE = Path(__file__).parent


def script() -> str:
    """The browser's part: an ECMAScript module that an anywidget runs as it is, and a page of its own too."""
    return "\n".join((HERE / name).read_text("utf-8") for name in ("numbers.js", "picture.js", "explore.js"))


def looks() -> str:
    """Its style sheet."""
    return (HERE / "explore.css").read_text("utf-8")
