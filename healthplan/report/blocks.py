"""The pieces of a report page, each from a table: what a notebook cell shows.

Every piece is an :class:`Html`; text from plans and files is escaped here, at the source, so that a page holds
no live tag that did not come from this module.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from healthplan import tables
from healthplan.figures.style import drawn_as_svg
from healthplan.messages import text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PLACEHOLDER = "—"
PART = "<!--part-->"  # where a page may be cut into several files
A_PAGE = 60  # so many cards a page of 800 kB holds
TEMPLATES = Path(__file__).parent / "template"


class Html(str):
    """Escaped, finished HTML that a notebook shows as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)

    _repr_html_ = __html__


@cache
def _templates() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    options: Any = {"trim_blocks": True, "lstrip_blocks": True, "undefined": StrictUndefined}
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, **options)
    made.globals["mark"] = mark
    return made


def rendered(template: str, lang: str, **fields: Any) -> Html:
    """A piece of a page from a template of ``report/template`` (everything in it is escaped). Beside ``fields`` it may use
    ``say(key, ...)``, the catalogue in this language, and ``mark(standing, lang)``."""
    say = lambda key, **more: text(key, lang, **more)  # noqa: E731
    return Html(_templates().get_template(f"{template}.html.j2").render(say=say, lang=lang, **fields))


def mark(standing: str, lang: str, size: int = 18) -> Html:
    """The shape of a group of statuses, told apart in grey too; its symbol is drawn once a page (section *title*)."""
    words = escape(text(f"brief.standing_{standing}", lang))
    use = f'<use href="#mark-{standing}"/>'
    return Html(
        f'<svg class="mark" width="{size}" height="{size}" viewBox="0 0 16 16" role="img" aria-label="{words}">{use}</svg>'
    )


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
    """The status word in the colours of its group."""
    group = tables.STATUS_FACTS[status]["standing"] or "open"
    return f'<span class="status {group}">{escape(text(f"status.{status}", lang))}</span>'


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
    """One table of several groups of rows, each under a line with the group's words (escaped, but for :class:`Html`)."""
    lines = []
    for words, frame in groups:
        said = words if isinstance(words, Html) else escape(words)
        head = f'<tr class="group"><th colspan="{len(headers)}" scope="rowgroup">{said}</th></tr>'
        lines += [head, *_lines(frame, list(headers), set(raw), "")]
    return _framed(headers, lines, "", kind)


def details(words: str, *parts: str) -> Html:
    """Pieces folded under their words; a reader opens them, paper leaves them out."""
    return Html(f"<details><summary>{escape(words)}</summary>{join(*parts)}</details>")


def _lines(frame: pd.DataFrame, shown: list[str], raw: set[str], ids: str) -> list[str]:
    anchors, head = frame[ids] if ids else [""] * len(frame), heads_row(shown)
    lines = []
    for anchor, record in zip(anchors, frame[shown].to_dict("records"), strict=True):
        cells = (
            (c, 'th scope="row"' if c == head else "td", str(v) if c in raw else cell(v)) for c, v in record.items()
        )
        name = f' id="{escape(str(anchor))}"' if anchor else ""
        lines.append(f"<tr{name}>" + "".join(f'<{tag} class="{c}">{v}</{tag[:2]}>' for c, tag, v in cells) + "</tr>")
    return lines


def heads_row(shown: Sequence[str]) -> str:
    """The column whose cells head their rows: the first that is not a bare number."""
    return next((column for column in shown if column != "number"), "")


_NAMES = re.compile(
    r'<(h[1-4]|summary|caption)\b[^>]*>(.*?)</\1>|<div class="scroll">(?=\s*<table)|<table\b(?![^>]*aria-label)',
    re.DOTALL,
)
_TURNS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # marks that turn the direction of what follows
_WORDS = re.compile(r"<svg\b.*?</svg>|<[^>]*>|([^<]+)", re.DOTALL)
_WITH_YEAR = re.compile(r"[−+]?\d[\d.,]*(?:/\d+)?[^\s\d<>&（）()，。；、]{0,8}(?:（\d{4}年）| \(\d{4}\))")


# Chinese on a page in another language is the title of a source, in its column or in quotation marks, and marked as Chinese;
# anywhere else it is a fault.
_CITED = re.compile(
    '(<(?:td|th|span)(?: scope="row")? class="(?:s )?(?:source|producer|address)")(?=>[^<]*[\u3400-\u9fff])'
)
_TITLE = re.compile("“[^“”]*[\u3400-\u9fff][^“”]*”")


def finished(page: str) -> str:
    """A page before its style sheet is put in: every table named by the heading or caption above it, the frame of a wide one
    reached by the keyboard, a value never parted from its year, titles in Chinese marked as such on a page in English, and no
    mark of direction from a name."""
    head, body, rest = _TURNS.sub("", page).partition("<body>")
    made = _named(rest)
    if '<html lang="en"' not in head:
        return head + body + _whole(made)
    return head + body + _whole(_CITED.sub(r'\1 lang="zh-CN"', made), cited=True)


def _named(body: str) -> str:
    heading = ""

    def name(found: re.Match[str]) -> str:
        nonlocal heading
        if found[1]:
            heading = re.sub(r"<[^>]+>|\s+", " ", found[2]).strip().replace('"', "&quot;")
            return found[0]
        if found[0] == "<table":
            return f'<table aria-label="{heading}"'
        return f'<div class="scroll" tabindex="0" role="group" aria-label="{heading}">'

    return _NAMES.sub(name, body)


def _whole(body: str, cited: bool = False) -> str:
    def whole(words: str) -> str:
        words = _TITLE.sub(r'<cite lang="zh-CN">\g<0></cite>', words) if cited else words
        return _WITH_YEAR.sub(r'<span class="nb">\g<0></span>', words)

    return _WORDS.sub(lambda found: whole(found[1]) if found[1] else found[0], body)


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


def picture(figure: Figure, alt: str, name: str = "") -> Html:
    """A figure as inline SVG whose words are text. ``alt`` says in words, with the values, what it shows and must not be
    empty; ``name`` tells the picture from the others of the report (the id of its goal, ``calendar``), for the files made
    beside the page."""
    if not alt.strip():
        raise ValueError("a picture needs a text alternative")
    drawn = f' id="chart-{escape(name)}"' if name else ""
    words = escape(alt, quote=True)
    return Html(f'<div class="picture"{drawn}>{svg(figure, name or str(len(alt)), words)}</div>')


def svg(figure: Figure, name: str, alt: str = "") -> Html:
    """A figure as an SVG element without what browsers do not need; its ids begin with ``name``. ``alt`` is escaped
    already; an empty one hides the picture from readers of the page, where words beside it say the same."""
    return Html(slim(drawn_as_svg(figure), name, alt))


def slim(drawn: str, name: str, alt: str) -> str:
    """The SVG of matplotlib as an element of a page: no prolog, comments, metadata and groups' names; coordinates to a
    tenth of a point; ids of its own; sizes in pixels (96 to the inch) as it was drawn, never scaled."""
    drawn = re.sub(
        r"<!--.*?-->|<metadata>.*?</metadata>|<defs>\s*<style.*?</style>\s*</defs>", "", drawn, flags=re.DOTALL
    )
    tenths = lambda m: f"{float(m[0]):.1f}".removesuffix(".0")  # noqa: E731
    # within tags alone: the words of a picture keep their decimals
    drawn = re.sub(r"<[^>]+>", lambda tag: re.sub(r"(?<![#\w])-?\d+\.\d{2,}", tenths, tag[0]), drawn)
    drawn = re.sub(r" font-family: [^;\"]*;?| transform=\"rotate\(-0 [^\"]*\"|xlink:(?=href)", "", drawn)
    drawn = re.sub(
        r' d="([^"]*)"', lambda m: f' d="{" ".join(m[1].replace(" z", "z").split()).replace(" L ", " ")}"', drawn
    )
    asked = set(re.findall(r"(?:url\(|href=\")#([^)\"]+)", drawn))
    drawn = re.sub(r' id="([^"]*)"', lambda m: f' id="{name}-{m[1]}"' if m[1] in asked else "", drawn)
    drawn = re.sub(r'(url\(|href=")#', rf"\g<1>#{name}-", drawn)
    drawn = re.sub(r"\s*\n\s*", "\n", drawn).replace("\n<", "<").replace('"\n/>', '"/>').strip()
    if not re.search(r"<g [^>]*(?:transform|clip)", drawn):
        drawn = re.sub(r"</?g>", "", drawn)  # groups that say nothing
    box = re.search(r'<svg[^>]*viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*>', drawn)
    assert box is not None
    wide, high = (round(float(box[i]) * 96 / 72) for i in (1, 2))
    said = f'role="img" aria-label="{alt}"' if alt else 'aria-hidden="true"'
    size = f'width="{wide}" height="{high}" viewBox="0 0 {box[1]} {box[2]}" stroke-linejoin="round"'
    return f"<svg {said} {size}>{drawn[box.end() :]}"


def chart(head: str, figure: Figure, alt: str, below: str = "", kind: str = "chart", name: str = "") -> Html:
    """A picture under its heading, with what is said of it ``below``; all but the figure and ``alt`` is HTML."""
    return Html(f'<section class="{kind}">{head}{picture(figure, alt, name)}{below}</section>')


def status_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows by status, the ones that need action first."""
    urgency = tables.statuses("urgency")
    order = (*urgency, *(s for s in tables.STATUSES if s not in urgency))
    rank = {status: place for place, status in enumerate(order)}
    return frame.sort_values("status", key=lambda column: column.map(rank), kind="stable")
