"""The calendar of a ledger: quarters (``2024Q3``), their last days, and the share of the time that has gone."""

import re
from datetime import date, timedelta

from healthplan.errors import Fault, UsageError
from healthplan.language import characters

_QUARTER = re.compile(r"(\d{4})\s*[年\-./]?\s*(?:Q|第)?\s*([1-4一二三四])\s*(?:季度|季)?", re.IGNORECASE)
DIGITS = {"一": "1", "二": "2", "三": "3", "四": "4"}


def quarter(written: str) -> str:
    """``YYYYQn`` from what a person writes (2024Q3, 2024-Q3, 2024年第三季度). Raises :class:`UsageError`."""
    match = _QUARTER.fullmatch(characters.half_width(written).strip())
    if not match:
        raise UsageError(Fault("LEDGER-QUARTER", value=written, fields={"expected": "2024Q3"}))
    return f"{match[1]}Q{DIGITS.get(match[2], match[2])}"


def of_year(year: int) -> list[str]:
    """The four quarters of a year."""
    return [f"{year}Q{n}" for n in range(1, 5)]


def year_of(one: str) -> int:
    """The year of a quarter, or of a year standing alone."""
    return int(one[:4])


def number(one: str) -> int:
    """1 to 4."""
    return int(one[-1])


def before(one: str, back: int = 1) -> str:
    """The quarter so many before this one (after it, where ``back`` < 0)."""
    place = year_of(one) * 4 + number(one) - 1 - back
    return f"{place // 4}Q{place % 4 + 1}"


def first_day(one: str) -> date:
    """1 January, April, July or October."""
    return date(year_of(one), 3 * number(one) - 2, 1)


def last_day(one: str) -> date:
    """The day on which a quarter ends."""
    return first_day(before(one, -1)) - timedelta(days=1)


def at(day: date) -> str:
    """The quarter that a day lies in."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def day(written: str, *, end: bool = True) -> date:
    """The last (else the first) day that a date as precise as known (YYYY, YYYY-MM, YYYY-MM-DD) can mean."""
    parts = [int(part) for part in written.split("-")]
    if len(parts) == 3:
        return date(*parts)
    year, month = parts[0], parts[1] if len(parts) == 2 else (12 if end else 1)
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1) if end else date(year, month, 1)


def share(start: date, due: date, now: date) -> float:
    """How much of the time from the first day ``start`` to the last day ``due`` has gone at the end of ``now``, 0 to 1.

    By whole quarters where all three close one (31 March is a quarter of a year although it has 91 of 366 days), else by
    days.
    """
    if now >= due:
        return 1.0
    if now < start:
        return 0.0
    whole = start == first_day(at(start)) and due == last_day(at(due)) and now == last_day(at(now))
    if whole:
        ends = [year_of(at(d)) * 4 + number(at(d)) for d in (start, due, now)]
        return (ends[2] - ends[0] + 1) / (ends[1] - ends[0] + 1)
    return ((now - start).days + 1) / ((due - start).days + 1)
