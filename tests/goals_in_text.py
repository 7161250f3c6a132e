"""The goals that the plan reader finds in one piece of text, and how the rules' examples write them."""

from healthplan.language.characters import paragraph
from healthplan.planreader.dates import Period
from healthplan.planreader.outline import Passage
from healthplan.planreader.reading import Reader
from healthplan.planreader.rules import FOLDER
from healthplan.planreader.sentence import Claim


def kinds() -> list[str]:
    """The kinds of rules there are: the file names."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def read_text(text: str, period: Period = Period(2024, 2024)) -> list[Claim]:  # noqa: B008
    """Goals in one piece of text: no headings, no document."""
    found = Reader(period).read(Passage(paragraph(text), "", "", ""))
    return [item.claim for item in found if not item.claim.fact]


def shorthand(claims: list[Claim]) -> str:
    """Claims as the rules' examples write them: `>= 30 % @2025 | ...`, order of the text."""
    return " | ".join(_short(claim) for claim in claims)


def _short(claim: Claim) -> str:
    value = "" if claim.value is None else f"{claim.value:.10g}"
    if claim.high is not None:
        value += f"-{claim.high:.10g}"
    parts = [claim.comparator, value, claim.unit, f"@{claim.deadline}" if claim.deadline else ""]
    return " ".join(part for part in parts if part)
