"""Two spellings of one thing within a file, where the register cannot tell: 浦东 and 浦东新区, 浦东新区 and 浦冬新区."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from healthplan.errors import Fault
from healthplan.intake.faulting import fault, span
from healthplan.intake.rows import Assembled, Row
from healthplan.language import characters, names, vocabulary

_SUFFIX = re.compile(
    r"(?:新区|自治县|自治州|林区|矿区|经开区|开发区|街道|地区|省|市|区|县|旗|镇|乡|州)$"
)
_PREFIX = re.compile(r"^.{2,12}(?:省|市|自治区|自治州|州|区|县)$")
MANY = 400  # more names than this are no district's file and are not compared


def check(found: Assembled, file: str) -> Iterator[Fault]:
    """A fault for each name that looks like another spelling of a name with more rows."""
    for column, known in (("area", found.area_names), ("indicator", found.indicator_names)):
        rows: dict[str, list[Row]] = defaultdict(list)
        for row in found.rows:
            rows[getattr(row, column)].append(row)
        if len(rows) > MANY:
            continue
        ordered = sorted(rows, key=lambda key: -len(rows[key]))
        for place, small in enumerate(ordered):
            for large in ordered[:place]:
                one, other = known[small], known[large]
                alike = _slip(one, other, column) and _fills_a_hole(
                    rows[small], rows[large], column
                )
                if alike or (column == "area" and _area(one, other)):
                    first = rows[small][0]
                    yield fault(
                        "KEY-SPELLING", file, sheet=first.raw.sheet, row=first.raw.row,
                        column=first.raw.columns.get(column, column), value=one, other=other,
                        rows=span([r.raw.row for r in rows[small]]),
                    )  # fmt: skip
                    break


def _area(one: str, other: str) -> bool:
    """One is the other with the word for its rank, or with the larger area's name before it."""
    plain = [characters.key(name).translate(vocabulary.traditional()) for name in (one, other)]
    short, long = sorted(plain, key=len)
    if short == long:
        return characters.key(one) != characters.key(other)
    if len(short) < 2:
        return False
    if _SUFFIX.sub("", long) == short and short:
        return True
    return long.endswith(short) and bool(_PREFIX.match(long[: -len(short)])) and len(short) >= 3


def _slip(one: str, other: str, column: str) -> bool:
    one, other = characters.key(one), characters.key(other)
    if column == "indicator":
        return len(one) >= 4 and names.is_slip(one, other)
    return len(one) == len(other) >= 3 and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _fills_a_hole(small: list[Row], large: list[Row], column: str) -> bool:
    """The few rows of one name stand exactly where the many rows of the other have none."""
    other = "indicator" if column == "area" else "area"
    have = {(getattr(r, other), r.year) for r in large}
    return (
        len(small) <= 2
        and len(large) >= 3
        and all((getattr(r, other), r.year) not in have for r in small)
        and {getattr(r, other) for r in small} <= {getattr(r, other) for r in large}
    )
