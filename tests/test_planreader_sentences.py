"""Sentences and invented documents in the language of plans: what must be read from each.

Guards the reading as a whole: a changed rule that mends one sentence and breaks another shows here.
"""

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from healthplan.language.names import register
from healthplan.planreader import read_plan
from healthplan.planreader.dates import Period
from healthplan.planreader.outline import Passage
from healthplan.planreader.reading import LONGEST, Reader, read_text, sentences, shorthand
from healthplan.registers import load_indicators

HERE = Path(__file__).parent / "planreader"


def _sentences() -> list:
    cases = []
    for path in sorted(HERE.glob("sentences*.yaml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8")):
            period = Period(*group["period"])
            cases += [
                pytest.param(period, text, expected, id=f"{path.stem}-{n}")
                for n, (text, expected) in enumerate(group["reads"].items())
            ]
    return cases


@pytest.mark.parametrize(("period", "text", "expected"), _sentences())
def test_a_sentence_is_read(period: Period, text: str, expected: str) -> None:
    assert shorthand(read_text(text, period)) == expected


@pytest.mark.parametrize("name", sorted(path.stem for path in HERE.glob("*.txt")))
def test_an_invented_document_is_read_whole(name: str) -> None:
    """Every goal of the document with value, comparator, unit and deadline, and nothing else."""
    rows = read_plan(HERE / f"{name}.txt")
    wanted = pd.read_csv(HERE / f"{name}.csv", dtype=str, keep_default_na=False)
    assert _keys(rows) == _keys(wanted)


def _keys(frame: pd.DataFrame) -> Counter:
    columns = ["comparator", "value", "value_high", "unit", "deadline"]
    table = frame[columns].copy()
    for name in ("value", "value_high"):
        table[name] = pd.to_numeric(table[name].replace("", None)).map(
            lambda v: "" if pd.isna(v) else f"{v:.10g}"
        )
    return Counter(map(tuple, table.astype(str).to_numpy().tolist()))


NAMES = [
    "居民健康素养水平",
    "重点人群家庭医生签约率",
    "两癌筛查覆盖率",
    "县域内就诊率",
    "满意度达标比例",
]
WORDS = {
    "达到{v}%": ">=", "提高到{v}%以上": ">=", "不低于{v}%": ">=", "控制在{v}%以内": "<=",
    "≥{v}%": ">=", "降至{v}%以下": "<=", "超过{v}%": ">", "低于{v}%": "<", "保持在{v}%左右": "=",
}  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    word=st.sampled_from(sorted(WORDS)),
    value=st.decimals(min_value=1, max_value=99, places=1),
    year=st.integers(2022, 2035),
    lead=st.sampled_from(["", "力争", "稳步提升服务能力，", "全省"]),
)
def test_what_is_written_is_read_back(name, word, value, year, lead) -> None:
    """Write a goal from its parts, read it, and find the same parts."""
    text = f"到{year}年，{lead}{name}{word.format(v=value)}。"
    claims = read_text(text, Period(2021, 2035))
    assert [(c.comparator, c.value, c.unit, c.deadline) for c in claims] == [
        (WORDS[word], float(value), "%", str(year))
    ]
    assert name in claims[0].name


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.integers(1, 98), min_size=2, max_size=4),
    year=st.integers(2022, 2030),
)
def test_values_told_respectively_go_to_their_names(values, year) -> None:
    """分别: the n-th value belongs to the n-th name."""
    names = ["早诊率", "规范治疗率", "随访率", "知晓率"][: len(values)]
    text = f"到{year}年，{'、'.join(names)}分别达到{'、'.join(f'{v}%' for v in values)}。"
    claims = read_text(text, Period(2021, 2030))
    assert [(c.name, c.value) for c in claims] == [
        (n, float(v)) for n, v in zip(names, values, strict=True)
    ]


@settings(max_examples=80, deadline=None)
@given(
    text=st.text(
        alphabet="到2025年，达。%、0.1至：（）“”一三分别提高下降于其中的个/-≥", max_size=60
    )
)
def test_any_text_is_read_without_a_crash(text) -> None:
    for claim in read_text(text, Period(2021, 2025)):
        assert 0 <= claim.confidence <= 1


def test_a_run_without_a_stop_is_cut_and_nothing_is_lost() -> None:
    """Reading time stays bounded: pieces are short, together they are the whole text."""
    text = "到2025年，达标率达到90%、" * 400
    pieces = [piece for _, piece in sentences(text)]
    assert max(map(len, pieces)) <= LONGEST
    assert "".join(pieces) == text


@pytest.mark.parametrize("text", ["1" * 3000, "一二三四" * 800, "（" * 3000, "“" * 2000 + "90%"])
def test_an_endless_run_is_no_goal(text: str) -> None:
    assert read_text(text, Period(2021, 2025)) == []


def test_a_number_right_behind_a_registered_name_is_read() -> None:
    """五星级村卫生室9家 and 健康达人5名: a registered name that holds a numeral hid the number behind it."""
    known = register(load_indicators())
    passage = Passage("年内争创五星级村卫生室9家，评选健康达人5名，新增托位1000个。", "", "", "")
    read = [item.claim for item in Reader(Period(2024, 2024), known).read(passage)]
    told = [(claim.name, claim.comparator, claim.value) for claim in read]
    assert told == [
        ("五星级村卫生室", ">=", 9),
        ("健康达人", ">=", 5),
        ("新增托位", "increase_by", 1000),
    ]
