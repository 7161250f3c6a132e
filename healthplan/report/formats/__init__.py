"""A report in the formats of offices, made from its executed notebook: PDF, Word, Excel. Each is loaded when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from healthplan.errors import Fault, UsageError
from healthplan.messages import text
from healthplan.report.export import Link, beside

if TYPE_CHECKING:
    import nbformat

    from healthplan.report.result import Result

HTML = "html"
# what each format writes beside the page
FILES = {"pdf": ("brief.pdf", "pdf"), "docx": ("docx",), "xlsx": ("xlsx",)}
ALL = (HTML, *FILES)


def chosen(words: str) -> tuple[str, ...]:
    """The formats that somebody asks for, with commas between, each once; html is always made. Raises :class:`UsageError`
    for a name that is none."""
    asked = [word.strip().lower() for word in words.replace("，", ",").split(",") if word.strip()]
    if unknown := [word for word in asked if word not in ALL]:
        raise UsageError(*(Fault("RUN-FORMAT", value=word, fields={"formats": ", ".join(ALL)}) for word in unknown))
    return tuple(name for name in FILES if name in asked)


def names(page: str, formats: Sequence[str]) -> dict[str, str]:
    """The files of these formats beside a page, by their endings."""
    return {ending: beside(page, ending) for name in formats for ending in FILES[name]}


def links(page: str, formats: Sequence[str], lang: str) -> list[Link]:
    """Links to them, for the page's own."""
    return [(name, text(f"formats.link_{ending}", lang)) for ending, name in names(page, formats).items()]


def made(result: Result, notebook: nbformat.NotebookNode, name: str) -> dict[str, bytes]:
    """The files of a format by their endings."""
    if name == "xlsx":
        from healthplan.report.formats.league_xlsx import league_xlsx
        from healthplan.report.formats.xlsx import xlsx

        if not result.plan:  # areas beside each other
            return {"xlsx": league_xlsx(result)}
        return {"xlsx": xlsx(result)}
    from healthplan.report.formats.pictures import pictures_of

    pictures = pictures_of(notebook)
    if not result.plan:
        from healthplan.report.formats import league_story

        if name == "docx":
            return {"docx": league_story.word(result, pictures)}
        made = {"brief.pdf": league_story.pdf(result, pictures, brief=True)}
        return made | {"pdf": league_story.pdf(result, pictures)}
    if name == "docx":
        from healthplan.report.formats.word import report

        return {"docx": report(result, pictures)}
    from healthplan.report.formats.pdf import pdf

    return {"brief.pdf": pdf(result, pictures, brief=True), "pdf": pdf(result, pictures)}
