"""The words of a target cell as goals: read as the sentence that they stand for, by the reader of documents.

A word in the column of comparisons (``words/goal_forms.csv``: 每年降低, 位次进入前, 不低于平均) and the cell make one phrase.
What nobody can read is refused with the code of the kind that it seems to be, which says how to write it.
"""

import re
from dataclasses import replace

from healthplan.intake.target_lines import TargetLine
from healthplan.language import comparators, units, vocabulary
from healthplan.language.names import Register
from healthplan.planreader.cell import read_cell
from healthplan.planreader.dates import Period
from healthplan.planreader.naming import subjects
from healthplan.planreader.sentence import Claim, Context

_WHOSE = re.compile(f"{vocabulary.alternatives()['areas']}|省|市")
_SEEMS = (
    ("GOAL-NONE-LEFT", "消除|消灭|清零|杜绝|根除|归零"),
    ("GOAL-NEARLY", "基本|接近|大致|初步"),
    ("GOAL-PLACE", "前列|前茅|领先|先进|位次|排名|名次|第一方阵"),
    ("GOAL-AGAINST", "平均|持平|标准|国家|全国|全省|全市|优于|好于"),
    ("GOAL-EACH", "每个|每一|每所|每家|各|为单位|所有|全部"),
    ("GOAL-EVERY-YEAR", "每年|年均|逐年|按年|yearly|annual"),
    ("GOAL-SEVERAL", "且|同时|；|;|，|、|和|及"),
    ("GOAL-WAY", "不减|改善|优化|提升|提高|上升|下降|降低|减少|增加|稳定|保持|加强|完善|控制|减缓"),
)


def phrase(line: TargetLine) -> str:
    """The line's goal in words: the cell's own, or the form of its comparison with the cell's number."""
    cell, shape = line.text("target_value"), comparators.form(line.text("comparator"))
    if not shape:
        return cell
    at = _WHOSE.search(cell) or _WHOSE.search(line.text("reference"))
    unit = line.text("unit")
    unit = units.difference_unit(unit) if unit == "%" else unit  # 降低 0.5 of a share is points
    whole = shape.format(value=_WHOSE.sub("", cell) if "{whose}" in shape else cell, whose=at.group() if at else "")
    return f"{whole}{unit}" if re.search(r"增加[\d.]+$|降低[\d.]+$", whole) and unit else whole


def read(line: TargetLine, name: str, deadline: str, known: Register, falling: bool) -> list[Claim]:
    """The goals of a line, by the reader of sentences; none where any word of it is not understood."""
    context = Context(Period(), "goals", (deadline,) if deadline else (), "", known)
    found = read_cell(name, phrase(line), context, falling=falling)
    if any({"rank_open", "nearly_all"} & set(claim.why) for claim in found):
        return []
    if "分别" in phrase(line) and {claim.name for claim in found} == {name}:
        each = subjects(name, len(found), known)  # 高血压、糖尿病患者管理率: 分别达到70%、65%
        found = [replace(one, name=n) for one, n in zip(found, each, strict=True)] if len(each) > 1 else []
    summed = comparators.form(line.text("comparator")).startswith("累计")
    return [replace(claim, per="period") for claim in found] if summed else found


def refusal(line: TargetLine) -> str:
    """The code for a cell that nobody can read, by the kind that it seems to be."""
    text = phrase(line)
    if comparators.read(line.text("comparator")) == comparators.RANGE:
        return "GOAL-RANGE"
    return next((code for code, words in _SEEMS if re.search(words, text)), "GOAL-TEXT")
