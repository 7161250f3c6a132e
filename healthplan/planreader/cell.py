"""A cell of a table or sheet read as the sentence it stands for: the name of its row, then its words.

No word of a cell is passed over, as many of a document are: a cell that says anything beside its goals gives none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from healthplan.language import comparators, groups, numbers, vocabulary
from healthplan.language.characters import normal
from healthplan.planreader import kinds
from healthplan.planreader.claims import read_sentence
from healthplan.planreader.in_words import find_wholes
from healthplan.planreader.sentence import Claim, Context, Prepared, prepare

_LIMBS = re.compile(
    r"[，；。\n]|(?=并且|且(?!末)|并同时)|、(?=(?:城|农|乡|男|女|户籍|常住|流动|基层|[一二三]级)[^，；、]*\d)"
)
_DATED = re.compile(r"[（\[【](?P<due>(?P<to>[到至])?(?P<year>20\d\d)年?(?:底|末)?前?)[）\]】]：?")
_ASIDE = re.compile("（((?:力争|争取|努力)[^（）]*)）")
_HELD = re.compile("(?:且|并|并且)(?:持续|长期|继续)?(?:保持|巩固)(?=[，；。]|$)")  # no condition of its own
_JOINS = re.compile("(?:并且|且|并同时|同时)")
_HOPE = re.compile("(?:力争|争取|力求|努力|期望)(?:在)?(?:到?年底)?(?:达到|实现)?")


@dataclass(frozen=True)
class _Limb:
    """One part of a cell: its words, and the mark's end where it is a condition beside the one before: "" of both, 或 of either."""

    text: str
    joined: str | None


def read_cell(name: str, cell: str, context: Context, *, falling: bool = False) -> list[Claim]:
    """The goals of a cell in the row of ``name``; none where any of its words is not understood.

    ``name`` of a claim is the row's, without words for a group where the cell has its own (农村自来水普及率:
    城市≥95%，农村≥90%); a unit of which each one is meant, years and conditions are told as in a sentence.
    ``falling``: less is better, for a bare number.
    """
    text = normal(re.sub(r"\s+", "", cell) if not cell.isascii() else cell.strip())
    limbs = list(_limbs(text))
    found: list[Claim] = []
    whose, mixed = "", {"", comparators.EITHER} <= {limb.joined for limb in limbs}
    for limb in limbs:
        whose, claims = _read(normal(name), limb.text, whose, context, falling)
        if mixed or not claims:
            return []
        if limb.joined is not None and found:
            mark = found[-1].all_of or f"{len(found)}{limb.joined}"
            found[-1] = replace(found[-1], all_of=mark)
            claims = [_beside(found[-1], claim) for claim in claims]
        found += claims
    return [replace(claim, evidence=f"{name} {cell.strip()}") for claim in found]


def _beside(first: Claim, claim: Claim) -> Claim:
    """A claim as another condition of the first; 力争 holds on for either of two."""
    either = comparators.either(first.all_of)
    return replace(claim, all_of=first.all_of, wording=(first if either else claim).wording)


def _limbs(text: str) -> Iterator[_Limb]:
    for n, alternative in enumerate(kinds.EITHER.split(_ASIDE.sub(r"，\1", _HELD.sub("", text)))):
        for i, part in enumerate(filter(None, _LIMBS.split(alternative))):
            join = _JOINS.match(part)
            how = "" if join else comparators.EITHER if n and not i else None
            yield _Limb(part[join.end() :] if join else part, how)


def _read(name: str, limb: str, whose: str, context: Context, falling: bool) -> tuple[str, list[Claim]]:
    """The group that a limb is about, which holds on, and its goals."""
    each, rest = kinds.each_of(_OUT_OF.sub("", _due_first(limb, context.deadlines)))
    group, rest = _group(rest)
    whose = group or whose
    row = groups.without(name, whose)
    hope = _HOPE.match(rest)
    rest = rest[hope.end() :] if hope and hope.end() < len(rest) else rest
    row, rest = _growing(row, _plainly(rest))
    worded = re.search(f"(?:{comparators.any_word('after')})$", rest)
    bare = re.fullmatch(rf"(?P<due>(?:[到至]?20\d\d年(?:底|末)?前?：?)?)(?:平均)?(?P<number>{_BARE})", rest)
    if bare:
        said = "达到" if worded else "≥" if each else "≤" if falling else "达到"
        rest = f"{bare['due'].rstrip('：')}{said}{bare['number']}"
    told = replace(context, named=row)
    plain = f"{row}{rest}"
    ready = prepare(plain, context.period, context.register, row)
    claims = [claim for claim in read_sentence(plain, told) if not claim.fact]
    opposed = any("opposed" in claim.why for claim in claims)
    if not claims or opposed or _BOTH.search(rest) or _left_over(ready, len(row)):
        return whose, []
    claims = [claim.doubted("bare_number", 0.9) if bare and not worded else claim for claim in claims]
    return whose, [
        replace(
            claim,
            comparator=_none_at_all(claim),
            name=_name(claim, rest, row, name),
            group=whose,
            each=each or claim.each,
            unit=_unit(rest, claim),
            wording="strive" if hope else claim.wording,
        )
        for claim in claims
    ]


def _due_first(limb: str, due: tuple[str, ...]) -> str:
    """（2030年）≥83岁, ≥83岁（到2030年）: by when stands first, without its bracket; another year behind a number is none."""
    found = _DATED.search(limb)
    if found is None or (found.start() and not (found["to"] or found["year"] in due)):
        return limb
    return f"{found['due']}{limb[: found.start()]}{limb[found.end() :]}"


def _plainly(rest: str) -> str:
    """The words for none at all in one fashion: 零, 不发生 and 暴发疫情为0起."""
    rest = _EVERYWHERE.sub("", _NONE.sub(r"无\1", rest))
    return re.sub(
        "^(?:(?:为|保持|保持为|降至|降为|归|清)?零(?=[例人起]?$)|(?:不|未|无|没有)发生$|(?:无|没有)$)",
        "0",
        rest,
    )


_EVERYWHERE = re.compile(
    "^(?:实现|达到|镇街?|乡镇|街道|村居?|社区|县域|区域|城乡|机构|人群|人口|全区|全县|全市|[和及、（）])+(?=(?:实现|达到)?全(?:面)?覆盖)"
)
_GROWS = re.compile(f"^(?:年均|每年)?(?:{vocabulary.alternatives()['growth']})(?!.*(?:减缓|放缓|趋缓|下降|回落|减慢))")


def _growing(row: str, rest: str) -> tuple[str, str]:
    """次均费用: 增幅控制在5%以内 is said of the growth of what the row names."""
    found = _GROWS.match(rest)
    if found is None:
        return row, rest
    return row if comparators.names_growth(row) else f"{row}{found.group()}", rest[found.end() :]


def _name(claim: Claim, rest: str, row: str, name: str) -> str:
    """The row's name; that of an event of its own; of a growth held against another measure the growth."""
    if claim.value == 0 and _EVENT.search(rest):
        return claim.name
    grown = row != groups.without(name, claim.group) and row.startswith(name)
    return name if grown and claim.comparator != comparators.REFERENCE else row


_BOTH = re.compile(r"(?<!不)[低高大小少多]于[^（]*（含")  # 低于93（含93） says both
_BARE = r"(?:[一二三四五六七八九](?=[级星])|\d[\d.,]*)(?:[-~]+\d[\d.]*)?(?![:：∶\d])[^\d，；。：]{0,6}"
_OUT_OF = re.compile(r"^\d+[支个家所项名台辆](?:[^，。；\d]{0,8})[中里内](?:要|应|需)?(?:有)?")
"""5支中至少3支: how many there are of them is no goal."""


def _none_at_all(claim: Claim) -> str:
    """达到0 is none at all."""
    none = claim.value == 0 and claim.comparator in comparators.STATED
    return comparators.EQUAL if none else claim.comparator


def _unit(rest: str, claim: Claim) -> str:
    """The unit of a limb's number, as far as the limb says it: full coverage is in %, an event of its own is counted."""
    told = claim.comparator not in comparators.STATED or _EVENT.search(rest) or claim.value == 100
    # a number without a unit (or 零发生) is in that of its row
    return claim.unit if told or any(q.unit for q in numbers.find_quantities(rest)) else ""


_NONE = re.compile(
    r"^([^\d，。；≥≤<>]{0,12}?(?:疫情|事件|事故|死亡病例|死亡|病例|暴发|流行))(?:数|起数)?(?:控制)?(?:为|是|保持|在)*(?:0|零)(?:起|例|人|次)?$"
)
"""暴发疫情为0起, beside another condition: none of them."""
_EVENT = re.compile("(?:无|没有|未发生|不发生|不出现|杜绝)[^，。；]")


def _group(limb: str) -> tuple[str, str]:
    """The group that a limb begins with (男≥78岁), and the rest of it."""
    for end in range(min(12, len(limb) - 1), 0, -1):
        words = limb[:end].rstrip("：:为达到")
        if re.search(r"[≥≤<>=%]|\d(?!.*岁)", words):
            continue
        if (group := groups.read(words)) and re.match(_BEGINS, limb[end:]):
            return group, limb[end:]
    return "", limb


_BEGINS = re.compile(
    r"[\d≥≤<>=：]|[一二三四五六七八九][级星]|达|不|控|提|下|降|高|低|优|超|至少|至多|每|力争|争取|均|为|约|保持|进入|前|持续|有所|翻|增|减"
)
_FILLERS = re.compile(
    "至少|至多|最少|最多|不?超过|以上|以下|以内|之间|左右|幅度|水平|标准|目标|比例|总体|基本|全部|稳定|保持|维持|控制|实现|达到|每年度?|年均|逐年|平均|累计|共计?|合计|再|约|"
    "其中|分别|各|均|都|应|要|须|的|在|为|到|至|年度?|时|内|间|了|（含[^）]*）|"
    "新增|净增|增加|增长|提高|提升|上升|下降|降低|减少|增|减|升|降|培训|培养|引进|建成|建立|设置|配备|有|占"
)


def _left_over(ready: Prepared, named: int) -> str:
    """What of a cell's words no part of the reading accounts for."""
    signs = list(ready.hidden)
    wholes = find_wholes(ready.hidden)
    spans = [
        (0, named),
        *((w.start, w.end) for w in wholes),
        *((d.start, d.end) for d in ready.dates),
    ]
    spans += [(q.start, q.end) for q in numbers.find_quantities(ready.hidden)]
    for start, end in spans:
        signs[start:end] = " " * (end - start)
    rest = "".join(signs)
    words = "|".join(comparators.any_word(place) for place in ("after", "before", "lead", "cell"))
    rest = re.sub(rf"{words}|{_FILLERS.pattern}", " ", rest, flags=re.IGNORECASE)
    if kinds.span_of(ready.plain[named:]):
        rest = re.sub(r"[\d#一二两三四五六七八九十]+", "", rest)
    return re.sub(r"[\s@（）()，；。、：%]+", "", rest)
