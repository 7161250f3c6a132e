"""The same invented plan in every format and encoding gives the same goals.

Guards: merged cells, tables in document order, encodings, wrapped lines, and that a file which is
none of these is refused with one named fault.
"""

from pathlib import Path

import pandas as pd
import pytest
import test_memory

from healthplan import registers
from healthplan.errors import InputError
from healthplan.planreader import deliverables, passed_over, read_plan
from healthplan.planreader.block import Block
from healthplan.planreader.plan import Document, located, period_of, read_document

PLAN = Path(__file__).parent / "planreader" / "province.txt"
KEY = ["comparator", "value", "value_high", "unit", "deadline"]


def _goals(frame: pd.DataFrame) -> list:
    return sorted(frame[KEY].fillna(-1).astype(str).to_numpy().tolist())


@pytest.fixture(scope="module")
def expected() -> list:
    return _goals(read_plan(PLAN))


@pytest.fixture(scope="module")
def document() -> Document:
    return read_document(PLAN)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_any_encoding(tmp_path: Path, expected: list, encoding: str) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes(PLAN.read_text(encoding="utf-8").encode(encoding))
    assert _goals(read_plan(path)) == expected


def test_wrapped_lines_are_joined(tmp_path: Path, expected: list, document: Document) -> None:
    """A text broken every 38 signs, paragraphs indented, the table in pipes."""
    lines = []
    for block in document.blocks:
        if block.is_table:
            lines += ["| " + " | ".join(row) + " |" for row in block.rows]
        else:
            text = "　　" + block.text
            lines += [text[i : i + 38] for i in range(0, len(text), 38)]
    path = tmp_path / "plan.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert _goals(read_plan(path)) == expected


def test_a_table_with_one_cell_a_line(tmp_path: Path, expected: list, document: Document) -> None:
    lines = []
    for block in document.blocks:
        lines += [cell for row in block.rows for cell in row] if block.is_table else [block.text]
    path = tmp_path / "plan.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert _goals(read_plan(path)) == expected


def test_docx_with_merged_cells(tmp_path: Path, expected: list, document: Document) -> None:
    import docx

    book = docx.Document()
    for block in document.blocks:
        if not block.is_table:
            book.add_paragraph(block.text)
            continue
        table = book.add_table(len(block.rows), len(block.rows[0]))
        for r, row in enumerate(block.rows):
            for c, cell in enumerate(row):
                same = r > 1 and c == 1 and cell == block.rows[r - 1][c]
                if same:
                    table.cell(r - 1, c).merge(table.cell(r, c))
                else:
                    table.cell(r, c).text = cell
    path = tmp_path / "plan.docx"
    book.save(str(path))
    assert _goals(read_plan(path)) == expected


def test_html_with_spans_and_a_wrong_charset_line(tmp_path: Path, expected: list, document: Document) -> None:
    parts = ['<html><head><meta charset="gbk"><script>var x = "90%";</script></head><body>']
    for block in document.blocks:
        if not block.is_table:
            parts.append(f"<p>&nbsp;&nbsp;{block.text}</p>")
            continue
        parts.append("<table>")
        for r, row in enumerate(block.rows):
            cells = []
            for c, cell in enumerate(row):
                if r > 1 and c == 1 and cell == block.rows[r - 1][c]:
                    continue
                span = 1
                while c == 1 and r + span < len(block.rows) and block.rows[r + span][c] == cell:
                    span += 1
                cells.append(f'<td rowspan="{span}"><p>{cell.replace("<", "&lt;")}</p></td>')
            parts.append(f"<tr>{''.join(cells)}</tr>")
        parts.append("</table>")
    path = tmp_path / "plan.html"
    path.write_text("".join(parts) + "</body></html>", encoding="utf-8")
    assert _goals(read_plan(path)) == expected


def test_pdf_with_a_ruled_table(tmp_path: Path, expected: list, document: Document) -> None:
    path = tmp_path / "plan.pdf"
    _draw(path, document.blocks)
    assert _goals(read_plan(path)) == expected


def _draw(path: Path, blocks: list[Block]) -> None:
    """A real PDF: paragraphs broken into lines, the table ruled."""
    import matplotlib
    import pylopdf_fonts_zh_cn
    from matplotlib.backends.backend_pdf import FigureCanvasPdf, PdfPages
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    font = Path(pylopdf_fonts_zh_cn.__file__).parent / "NotoSansSC-Regular.otf"
    with matplotlib.rc_context({"pdf.fonttype": 42}), PdfPages(path) as pages:
        figure, y = Figure(figsize=(8.27, 11.69)), 0.95
        for block in blocks:
            lines = [] if block.is_table else _lines("　　" + block.text, 40)
            if y - (0.34 if block.is_table else 0.02 * len(lines)) < 0.05:
                FigureCanvasPdf(figure)
                pages.savefig(figure)
                figure, y = Figure(figsize=(8.27, 11.69)), 0.95
            if block.is_table:
                axes = figure.add_axes((0.08, y - 0.3, 0.84, 0.28))
                axes.axis("off")
                table = axes.table([list(row) for row in block.rows], loc="upper center")
                for cell in table.get_celld().values():
                    cell.set_text_props(fontproperties=FontProperties(fname=str(font), size=7))
                y -= 0.33
            for line in lines:
                figure.text(0.1, y, line, fontproperties=FontProperties(fname=str(font), size=10))
                y -= 0.02
        FigureCanvasPdf(figure)
        pages.savefig(figure)


def _lines(text: str, width: int) -> list[str]:
    return [text[i : i + width] for i in range(0, len(text), width)]


def test_departments_baselines_locators_and_evidence() -> None:
    rows = read_plan(PLAN).set_index("name")
    labs = rows.loc["省级疾控中心检测参数"]
    assert labs["departments"] == "省卫生健康委;省委编办;省财政厅"
    assert labs["locator"] == "第三章第一节一"
    assert "检测参数不少于1200项" in labs["evidence"]
    assert rows.loc["居民健康素养水平", "baseline"] == "22.6 (2020)"
    assert rows.loc["婴儿死亡率", "baseline"] == "3.1‰ (2020)"
    assert (rows["confidence"].between(0.5, 1)).all()


def test_doubts_are_told_in_both_languages() -> None:
    zh = read_plan(PLAN, lang="zh").set_index("name").loc["国家区域医疗中心", "why"]
    en = read_plan(PLAN, lang="en").set_index("name").loc["国家区域医疗中心", "why"]
    assert zh == "文中未给时限"
    assert en == "the text gives no date"


def test_the_registry_gives_the_indicator() -> None:
    registry = pd.DataFrame(
        {
            "indicator": ["life_expectancy", "health_literacy_rate"],
            "name_zh": ["人均预期寿命", "健康素养水平"],
            "aliases": ["平均预期寿命", "居民健康素养水平;健康素养"],
        }
    )
    rows = read_plan(PLAN, indicators=registry)
    found = dict(zip(rows["name"], rows["indicator"], strict=True))
    assert found["居民健康素养水平"] == "health_literacy_rate"
    assert found["人均预期寿命"] == "life_expectancy"
    assert found["婴儿死亡率"] == ""


@pytest.mark.parametrize(
    ("title", "start", "end"),
    [
        ("某区2024年卫生健康工作要点", 2024, 2024),
        ("某县卫生健康发展三年行动方案（2023-2025年）", 2023, 2025),
        ("某市“十四五”医疗卫生服务体系规划", 2021, 2025),
        ("健康某省行动（2019—2030年）", 2019, 2030),
        ("某区医共体建设评价指标（2026年）", 2026, 2026),
        ("某县家庭医生签约绩效细则（2025年度）", 2025, 2025),
    ],
)
def test_the_years_of_a_plan(title: str, start: int, end: int) -> None:
    document = Document("plan.txt", [Block(text=title), Block(text="一、主要目标")])
    period = period_of(document)
    assert (period.start, period.end) == (start, end)


def test_progress_is_told_to_the_end(document: Document) -> None:
    seen: list[tuple[int, int]] = []
    located(document, lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] == len(seen)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("plan.doc", b"\xd0\xcf\x11\xe0" + b"0" * 600, "READ-KIND"),
        ("plan.docx", b"PK\x03\x04 broken", "READ-BROKEN"),
        ("torn.docx", test_memory.docx("<w:p>"), "READ-BROKEN"),
        ("locked.docx", b"\xd0\xcf\x11\xe0" + b"0" * 600, "READ-BROKEN"),
        ("deep.html", b"<html><body>" + b"<div>" * 9999 + "到2025年，床位达到5张。".encode(), "READ-BROKEN"),
        ("plan.pdf", b"%PDF-1.7 broken", "READ-BROKEN"),
        ("plan.xlsx", b"PK\x03\x04 a workbook", "READ-KIND"),
        ("plan.txt", b"   \n  \n", "READ-EMPTY"),
        ("plan.bin", b"\x00\x01\x02" * 50, "READ-KIND"),
        ("plan.html", b"<html><body></body></html>", "READ-EMPTY"),
    ],
)
def test_other_files_are_refused_with_one_fault(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as raised:
        read_plan(path)
    assert [fault.code for fault in raised.value.faults] == [code]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        read_plan(tmp_path / "nothing.docx")
    assert raised.value.faults[0].code == "READ-MISSING"


def test_a_plan_without_printed_years_begins_after_its_base() -> None:
    """Without title years or a date of issue, a figure of the base year is no goal."""
    text = "2020年，床位数达到6.1张。到2025年，健康素养水平比2020年提高5个百分点，达到25%。"
    document = Document(
        "plan.txt",
        [Block(text="关于加强卫生服务的意见"), Block(text="一、主要目标"), Block(text=text)],
    )
    period = period_of(document)
    assert (period.start, period.end) == (2021, None)
    goals = [item.claim for item in located(document) if not item.claim.fact]
    assert [(claim.value, claim.deadline) for claim in goals] == [(5.0, "2025"), (25.0, "2025")]


@pytest.mark.parametrize(
    ("title", "body", "due"),
    [
        (
            "西河县卫生健康局关于做好2026年职业病防治工作的通知",
            "接尘劳动者体检率达到95%以上。",
            "2026",
        ),
        ("关于加强托育服务的意见", "普惠托位占比不低于60%。", ""),
        ("东湖区2027年血液安全工作要点", "年采血人次达到1.2万人次，血液报废率低于3%。", "2027"),
    ],
)
def test_undated_goals_of_a_plan_without_headings_are_proposed_unsure(
    tmp_path: Path, title: str, body: str, due: str
) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(f"{title}\n{body}\n", encoding="utf-8")
    found = read_plan(path, lang="zh")
    assert len(found) == body.count("，") + 1
    assert set(found["deadline"]) == {due}
    assert (found["confidence"] < 0.8).all()
    assert found["why"].str.contains("全文无标题").all()


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("西河县2025年职业病防治工作总结", "总结"),
        ("关于2025年家庭医生签约服务进展的通报", "通报"),
        ("西河县卫生健康概况", "题目也不像规划"),
    ],
)
def test_a_review_gives_no_goal_and_what_was_passed_over_is_told(tmp_path: Path, title: str, said: str) -> None:
    path = tmp_path / "review.txt"
    path.write_text(f"{title}\n接尘劳动者体检率达到95%以上。签约率达到46%。\n", encoding="utf-8")
    assert read_plan(path).empty
    told = passed_over(path, "zh")
    assert "2句" in told and said in told
    assert "passed over: 2" in passed_over(path, "en")


def test_offices_behind_the_full_stop_are_read_and_promises_without_a_number_are_named(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(
        "青石区公共卫生体系建设方案（2024—2026年）\n（一）2025年底前，建成区公共卫生应急指挥中心。（区卫生健康委）\n"
        "（二）居民健康素养水平达到32%。（区疾控中心、各镇街）\n（三）制定监测预警工作制度。（区疾控中心）\n"
        "（四）加强人才队伍建设。（区卫生健康委）\n（五）到2026年，引进博士2至3名。（区人力社保局）\n（六）到2026年，床位达到600张。（含民营）\n",
        encoding="utf-8",
    )
    found = read_plan(path, indicators=registers.load_indicators()).set_index("value")
    assert found.loc[[32, 2, 600], "departments"].tolist() == ["区疾控中心;各镇街", "区人力社保局", ""]
    assert found.loc[32, "name"] == "居民健康素养水平"
    told = deliverables(path, "zh")
    assert "2件" in told and "应急指挥中心" in told and "监测预警工作制度" in told


def test_a_number_without_a_name_stops_nothing(tmp_path: Path) -> None:
    """No name to look for in the evidence is no separator to split it by."""
    path = tmp_path / "plan.txt"
    path.write_text("2025年工作要点\n\n一、主要目标\n\n新增1,000个。\n\n到2025年，签约率达到60%。\n", encoding="utf-8")
    assert 60 in read_plan(path, indicators=registers.load_indicators())["value"].tolist()


def _typeset(tmp_path: Path, words: str) -> Path:
    import typst

    (tmp_path / "plan.typ").write_text(words, "utf-8")
    return Path(
        str(typst.compile(str(tmp_path / "plan.typ"), output=str(tmp_path / "plan.pdf")) or tmp_path / "plan.pdf")
    )


def test_an_english_pdf_is_read_in_words(tmp_path: Path) -> None:
    """Guards: a PDF has places of letters and no blanks; run together, no sentence of it has a goal."""
    path = _typeset(tmp_path, "By 2027, the infant mortality rate will be kept below 3.5 per 1,000 live births.\n")
    found = read_plan(path)
    assert found[["comparator", "value", "unit", "deadline"]].values.tolist() == [["<", 3.5, "‰", "2027"]]


def test_a_pdf_of_too_many_pages_is_refused_and_not_cut(tmp_path: Path) -> None:
    path = _typeset(tmp_path, "#pagebreak()\n" * 600 + "到2027年，每千人口注册护士数达到3.9人。\n")
    with pytest.raises(InputError) as error:
        read_plan(path)
    assert [(fault.code, str(fault.value)) for fault in error.value.faults] == [("READ-SPAN", "601")]
