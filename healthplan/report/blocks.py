"""The pieces of a report page, each from a table: what a notebook cell shows.

Every piece is an :class:`Html`; text from plans and files is escaped here, at the source, so that a page holds
no live tag that did not come from this module.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from healthplan import tables
from healthplan.figures.style import DPI
from healthplan.messages import text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PLACEHOLDER = "—"
PIXELS = 120  # of the page to an inch of a figure: letters about as large as the text around it


class Html(str):
    """Escaped, finished HTML that a notebook shows as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)

    _repr_html_ = __html__


def join(*parts: str) -> Html:
    """Several pieces one after another."""
    return Html("\n".join(parts))


def paragraph(words: str, kind: str = "") -> Html:
    """One paragraph of plain words."""
    return Html(f'<p class="{kind}">{escape(words)}</p>' if kind else f"<p>{escape(words)}</p>")


def heading(words: str, level: int = 2, anchor: str = "") -> Html:
    """A heading, with an anchor to link to."""
    name = f' id="{escape(anchor)}"' if anchor else ""
    return Html(f"<h{level}{name}>{escape(words)}</h{level}>")


def head(name: str, lang: str, level: int = 2, part: str = "report") -> Html:
    """The heading of a section under the catalogue's words for it (``<part>.<name>_head``), with its anchor."""
    return heading(text(f"{part}.{name}_head", lang), level, name)


def said(key: str, lang: str, kind: str = "", **fields: Any) -> Html:
    """One paragraph of the catalogue's words (``<part>.<key>``; the part is ``report`` where none is named)."""
    return paragraph(text(key if "." in key else f"report.{key}", lang, **fields), kind)


def small(key: str, lang: str, **fields: Any) -> Html:
    """The same in small letters: how to read what follows."""
    return said(key, lang, "small", **fields)


def name_and(words: str, below: str) -> str:
    """A cell of two lines, the second one small."""
    return f"{cell(words)}<br><small>{cell(below)}</small>"


def status_badge(status: str, lang: str) -> str:
    """The status word in its colour."""
    return f'<span class="status {status}">{escape(text(f"status.{status}", lang))}</span>'


def table(
    frame: pd.DataFrame, headers: dict[str, str], *, raw: Iterable[str] = (), caption: str = "", kind: str = "", ids: str = ""
) -> Html:  # fmt: skip
    """A table with the columns of ``headers`` in that order. Cells are escaped but for the columns ``raw``.

    ``ids`` names the column (shown or not) that holds each row's anchor.
    """
    return _framed(headers, _lines(frame, list(headers), set(raw), ids), caption, kind)


def worded(
    rows: pd.DataFrame | Mapping[str, Any],
    lang: str,
    shown: Iterable[str] = (),
    *,
    part: str = "report",
    named: Mapping[str, str] | None = None,
    **options: Any,
) -> Html:
    """A table, or its columns, under the catalogue's words for them (``<part>.col_<name>``): all, or those ``shown``.

    ``named``: columns that go by the word of another; ``status_word`` goes by ``status``.
    """
    words, frame = {"status_word": "status", **(named or {})}, pd.DataFrame(rows)
    columns = tuple(shown) or tuple(frame.columns)
    headers = {c: text(f"{part}.col_{words.get(c, c)}", lang) for c in columns}
    return table(frame, headers, **options)


def grouped_table(
    groups: Iterable[tuple[str, pd.DataFrame]], headers: dict[str, str], *, raw: Iterable[str] = (), kind: str = ""
) -> Html:
    """One table of several groups of rows, each under a line with the group's words."""
    lines = []
    for words, frame in groups:
        head = f'<tr class="group"><th colspan="{len(headers)}" scope="rowgroup">{escape(words)}</th></tr>'
        lines += [head, *_lines(frame, list(headers), set(raw), "")]
    return _framed(headers, lines, "", kind)


def details(words: str, *parts: str) -> Html:
    """Pieces folded under their words; a reader opens them, paper leaves them out."""
    return Html(f"<details><summary>{escape(words)}</summary>{join(*parts)}</details>")


def _lines(frame: pd.DataFrame, shown: list[str], raw: set[str], ids: str) -> list[str]:
    anchors = frame[ids] if ids else [""] * len(frame)
    lines = []
    for anchor, record in zip(anchors, frame[shown].to_dict("records"), strict=True):
        cells = ((c, str(v) if c in raw else cell(v)) for c, v in record.items())
        name = f' id="{escape(str(anchor))}"' if anchor else ""
        lines.append(f"<tr{name}>" + "".join(f'<td class="{c}">{v}</td>' for c, v in cells) + "</tr>")
    return lines


def _framed(headers: dict[str, str], lines: list[str], caption: str, kind: str) -> Html:
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    heads = (f'<th scope="col" class="{escape(c)}">{escape(w)}</th>' for c, w in headers.items())
    head, body = "".join(heads), "".join(lines)
    return Html(
        f'<div class="scroll"><table class="{kind}">{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def cell(value: Any) -> str:
    """One cell: missing as a dash, line breaks kept."""
    if value is None or (not isinstance(value, str) and pd.isna(value)) or value == "":
        return PLACEHOLDER
    return escape(str(value)).replace("\n", "<br>")


def picture(figure: Figure, alt: str) -> Html:
    """A figure as an embedded PNG. ``alt`` says in words what it shows and must not be empty."""
    if not alt.strip():
        raise ValueError("a picture needs a text alternative")
    buffer = io.BytesIO()
    figure.draw_without_rendering()  # the layout settles in two passes: tick labels change with the width
    figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    width = round(figure.get_figwidth() * PIXELS)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    words = escape(alt, quote=True)
    image = f'<img src="data:image/png;base64,{data}" width="{width}" alt="{words}">'
    return Html(f'<div class="picture">{image}</div>')


def chart(head: str, figure: Figure, alt: str, below: str = "", kind: str = "chart") -> Html:
    """A picture under its heading, with what is said of it ``below``; all but the figure and ``alt`` is HTML."""
    return Html(f'<section class="{kind}">{head}{picture(figure, alt)}{below}</section>')


def status_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows by status, the ones that need action first."""
    urgency = tables.statuses("urgency")
    order = (*urgency, *(s for s in tables.STATUSES if s not in urgency))
    rank = {status: place for place, status in enumerate(order)}
    return frame.sort_values("status", key=lambda column: column.map(rank), kind="stable")
