"""The explorer as a page of its own beside a report: opened from a file, no kernel, no request. The one page that runs a
script; the report's own have none."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from healthplan.explorer import looks, script
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.export import HTML_LANG, style_sheet

NAME = "explore.html"  # behind the report's name


def page(state: Mapping[str, Any], report: str) -> str:
    """The page of a plan (``state``: see :func:`healthplan.explorer.state.state`) that leads back to its ``report``."""
    lang = state["lang"]
    told = json.dumps(state, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    body = blocks.rendered(
        "explore",
        lang,
        html_lang=HTML_LANG[lang],
        title=text("explorer.page_title", lang, plan=state["title"]),
        report=quote(report),
        looks=looks(),
        script=script(),
        state=told,
    )
    return body.replace("@@css@@", style_sheet(body), 1)
