"""reports/index.html: every plan with its headline, whatever became of its report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from pathlib import Path

from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.export import HTML_LANG, style_sheet
from healthplan.report.run import Outcome


def write_index(outcomes: Sequence[Outcome], out: Path, *, lang: str = "zh") -> Path:
    """Write ``index.html`` and return its path. A failed report shows why, and links what an earlier run left."""
    body = _body(outcomes, out, lang)
    page = (
        f'<!DOCTYPE html>\n<html lang="{HTML_LANG[lang]}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        'font-src data:">\n'
        f"<title>{escape(text('report.index_title', lang))}</title>\n<style>\n{style_sheet(body)}\n</style>\n"
        f"</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )
    path = out / "index.html"
    path.write_text(page, encoding="utf-8", newline="\n")
    return path


def _body(outcomes: Sequence[Outcome], out: Path, lang: str) -> str:
    head = "".join(
        f"<th>{escape(text(f'report.col_{c}', lang))}</th>"
        for c in ("plan", "headline", "as_of", "state")
    )
    names = list(dict.fromkeys(outcome.job.name for outcome in outcomes))
    rows = "".join(_row([o for o in outcomes if o.job.name == name], out, lang) for name in names)
    return blocks.join(
        blocks.heading(text("report.index_title", lang), 1),
        blocks.paragraph(text("report.index_note", lang), "byline"),
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>",
    )


def _row(outcomes: Sequence[Outcome], out: Path, lang: str) -> str:
    """One report: its page in the index's language first, other languages behind it."""
    first = next((o for o in outcomes if o.job.parameters.lang == lang), outcomes[0])
    result = first.result
    links = "　".join(
        _link(o, out, lang) for o in (first, *(o for o in outcomes if o is not first))
    )
    headline = escape(result.headline) if result else blocks.PLACEHOLDER
    as_of = str(result.as_of) if result else str(first.job.parameters.as_of or blocks.PLACEHOLDER)
    state = "<br>".join(escape(s) for s in dict.fromkeys(_state(o, out, lang) for o in outcomes))
    failed = ' class="failed"' if any(o.result is None for o in outcomes) else ""
    return f"<tr{failed}><td>{links}</td><td>{headline}</td><td>{as_of}</td><td>{state}</td></tr>"


def _link(outcome: Outcome, out: Path, lang: str) -> str:
    own = outcome.job.parameters.lang == lang
    title = outcome.result.title if outcome.result and own else outcome.job.parameters.title
    words = (title or outcome.job.name) if own else text("report.other_language", lang)
    if not (out / outcome.job.page).is_file():
        return escape(words)
    return f'<a href="{escape(outcome.job.page)}">{escape(words)}</a>'


def _state(outcome: Outcome, out: Path, lang: str) -> str:
    if outcome.result:
        return text("report.ok", lang)
    page = out / outcome.job.page
    if not page.is_file():
        return text("report.failed", lang, reason=outcome.reason)
    date = datetime.fromtimestamp(page.stat().st_mtime).date().isoformat()
    return text("report.kept", lang, reason=outcome.reason, date=date)
