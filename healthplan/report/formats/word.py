"""A report as a Word document."""

from collections.abc import Mapping, Sequence

from healthplan.report.formats.docx import docx
from healthplan.report.formats.pdf import day, images
from healthplan.report.formats.pictures import Picture
from healthplan.report.formats.story import Piece, edition, said, story, title
from healthplan.report.result import Result

CARDED = ("short", "risk")  # goals that are fine stand in a table: a page of paper holds two cards


def report(result: Result, pictures: Mapping[str, Picture]) -> bytes:
    """The whole report, editable. Its pictures are drawn by typst, at 200 dots an inch."""
    told = story(result, {name: one.alt for name, one in pictures.items()}, CARDED)
    return document(result, title(result), [edition(result), *said(result, "synthetic")], told, pictures)


def document(
    result: Result, headed: str, below: Sequence[str], told: Sequence[Piece], pictures: Mapping[str, Picture]
) -> bytes:
    """A story under its title and the lines ``below`` it, with those of the pictures that it shows."""
    used = {piece["name"] for piece in told if piece.get("name")}
    shown = {name: one for name, one in pictures.items() if name in used}
    return docx(
        headed,
        below,
        told,
        result.lang,
        day(result),
        pictures=shown,
        images=images(shown),
        author=result.area_name,
    )
