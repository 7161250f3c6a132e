"""The pieces of a report page, each from a table: what a notebook cell shows.

Every piece is an :class:`Html`; text from plans and files is escaped here, at the source, so that a page holds
no live tag that did not come from this module.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from healthplan import tables
from healthplan.messages import text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PLACEHOLDER = "—"


class Html(str):
    """Escaped, finished HTML that a notebook shows as it is."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(self)


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


def status_badge(status: str, lang: str) -> str:
    """The status word in its colour."""
    return f'<span class="status {status}">{escape(text(f"status.{status}", lang))}</span>'


def table(
    frame: pd.DataFrame,
    headers: dict[str, str],
    *,
    raw: Iterable[str] = (),
    caption: str = "",
    kind: str = "",
) -> Html:
    """A table with the columns of ``headers`` in that order. Cells are escaped but for the columns ``raw``."""
    keep_raw = set(raw)
    head = "".join(f'<th scope="col">{escape(word)}</th>' for word in headers.values())
    lines = []
    for record in frame[list(headers)].to_dict("records"):
        cells = ((c, str(v) if c in keep_raw else cell(v)) for c, v in record.items())
        lines.append("<tr>" + "".join(f'<td class="{c}">{v}</td>' for c, v in cells) + "</tr>")
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    body = "".join(lines)
    return Html(
        f'<div class="scroll"><table class="{kind}">{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def cell(value: object) -> str:
    """One cell: missing as a dash, line breaks kept."""
    if value is None or (not isinstance(value, str) and pd.isna(value)) or value == "":
        return PLACEHOLDER
    return escape(str(value)).replace("\n", "<br>")


def picture(figure: Figure, alt: str) -> Html:
    """A figure as an embedded PNG. ``alt`` says in words what it shows and must not be empty."""
    if not alt.strip():
        raise ValueError("a picture needs a text alternative")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return Html(f'<img src="data:image/png;base64,{data}" alt="{escape(alt, quote=True)}">')


def status_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows by status, the ones that need action first."""
    urgency = ("off_course", "missed", "at_risk", "met_slipping", "due_unconfirmed", "conflicting")
    rank = {
        s: i for i, s in enumerate((*urgency, *(s for s in tables.STATUSES if s not in urgency)))
    }
    return frame.sort_values("status", key=lambda column: column.map(rank), kind="stable")
