"""What a sentence states: one claim for each number, and the context it inherits."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from healthplan.language.names import Register
from healthplan.language.numbers import Quantity
from healthplan.planreader.dates import Period
from healthplan.planreader.hide import Prepared
from healthplan.planreader.rules import Rule


@dataclass(frozen=True)
class Context:
    """What a sentence inherits: the plan's years, its section, a date that still holds."""

    period: Period
    section: str = ""
    deadlines: tuple[str, ...] = ()
    subject: str = ""
    register: Register | None = None


@dataclass(frozen=True)
class Claim:
    """One number with its meaning. `fact` claims are offered as baselines, never as goals."""

    name: str
    comparator: str
    value: float | None
    high: float | None
    unit: str
    deadline: str
    evidence: str
    confidence: float
    why: tuple[str, ...] = ()
    baseline: str = ""
    scope: str = ""
    fact: bool = False
    year: str = ""


@dataclass
class Sentence:
    """A prepared sentence while it is read."""

    ready: Prepared
    context: Context
    verb: Rule | None = None
    verb_at: int = -1
    name: str = ""
    where: str = ""
    claims: list[Claim] = field(default_factory=list)
    starts: dict[int, Quantity] = field(default_factory=dict)


_SCOPE = re.compile(
    r"(全国|全省|全市|全区|全县|全州|各(?:省|市|县|区|地)\S{0,4}?|每个?(?:省|市|县|区|乡镇|街道|社区|村)(?:（\S+?）)?|"
    r"(?:二级|三级)(?:及|或)?以上(?:公立)?\S{0,4}?(?:医院|医疗机构|医疗卫生机构)|县级\S{0,6}?医院|基层医疗卫生机构|乡镇卫生院|村卫生室|"
    r"社区卫生服务(?:中心|站|机构)|公立医院|城市|农村)"
)


def scope_of(name: str) -> str:
    """Where or to whom a goal applies, as far as its name says so."""
    found = _SCOPE.findall(name)
    return ";".join(dict.fromkeys(found))
