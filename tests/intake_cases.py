"""Treacherous files of our own, each made here in a few lines, with what must happen to it.

Every case is a hazard that a careful reader knows from statistical files: what is refused must be refused for
the reason a person needs, what is read must keep its meaning, and what is left out must be listed.
"""

from __future__ import annotations

import io
import pickle
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests import biff

HEAD = "指标,地区,年份,数值,单位,来源"
RATES = {2015: "4.58", 2016: "3.76", 2017: "3.71", 2018: "3.52", 2019: "3.06", 2020: "2.66", 2021: "2.3", 2022: "2.26", 2023: "2.15"}  # fmt: skip
LITERACY = {2015: "21.9", 2016: "23.7", 2017: "25.4", 2018: "28.4", 2019: "32.3", 2020: "35.6", 2021: "36.5", 2022: "38.3", 2023: "40.5"}  # fmt: skip
BIRTHS = {2015: "41234", 2016: "43120", 2017: "40987", 2018: "38012", 2019: "36544", 2020: "31876", 2021: "29021", 2022: "25433", 2023: "24110"}  # fmt: skip
LIFE = {2015: "82.75", 2016: "83.18", 2017: "83.37", 2018: "83.63", 2019: "83.66", 2020: "83.67", 2021: "84.11", 2022: "83.18", 2023: "84.02"}  # fmt: skip
TARGETS = "指标,地区,基期年份,基期值,目标年份,目标值,单位,方向,来源"


@dataclass(frozen=True, eq=False)
class Case:
    """One file. ``says``: words of an error (when ``ok`` is false) or of the warnings. ``values``: what the
    table must hold, by (indicator, area, year)."""

    name: str
    make: Callable[[], bytes]
    ok: bool
    says: tuple[str, ...] = ()
    values: dict | None = None
    codes: tuple[str, ...] = ()
    kind: str = "series"
    absent: tuple[str, ...] = field(default=())


def long(
    values: dict = RATES,
    indicator: str = "婴儿死亡率",
    unit: str = "‰",
    area: str = "浦东新区",
    head: str = HEAD,
    **cells: str,
) -> str:
    """A long table; ``cells`` replace values of years, as y2018="..."."""
    shown = {year: cells.get(f"y{year}", value) for year, value in values.items()}
    lines = [f"{indicator},{area},{year},{value},{unit},年报" for year, value in shown.items()]
    return "\n".join([head, *lines]) + "\n"


def put(text: str, row: int, line: str) -> str:
    """The text with one line replaced (row 1 is the header)."""
    lines = text.split("\n")
    lines[row - 1] = line
    return "\n".join(lines)


def wide(header: str, *rows: str) -> str:
    """A wide table."""
    return "\n".join([f"指标,地区,单位,{header}", *rows]) + "\n"


def targets(*rows: str) -> str:
    """A target sheet."""
    return "\n".join([TARGETS, *rows]) + "\n"


def book(*sheets: tuple[str, list[list]], change: Callable | None = None) -> bytes:
    """An .xlsx with these sheets; ``change`` may alter the workbook before it is saved."""
    import openpyxl

    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets:
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if change:
        change(workbook)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def table(values: dict = RATES, indicator: str = "婴儿死亡率", unit: str = "‰") -> list[list]:
    """A long table as cells, numbers as numbers."""
    return [
        HEAD.split(","),
        *([indicator, "浦东新区", y, float(v), unit, "年报"] for y, v in values.items()),
    ]


def _edit_zip(data: bytes, edit: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            new.writestr(info.filename, edit(info.filename, old.read(info.filename)))
        for name, content in (extra or {}).items():
            new.writestr(name, content)
    return out.getvalue()


def _sheet_xml(body: bytes, before: bytes = b"") -> bytes:
    """A workbook whose first sheet's XML is replaced."""
    xml = (
        b'<?xml version="1.0" encoding="UTF-8"?>' + before
        + b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + body + b"</sheetData></worksheet>"
    )  # fmt: skip
    return _edit_zip(
        book(("数据", table())),
        lambda name, old: xml if name == "xl/worksheets/sheet1.xml" else old,
    )


def _laughs() -> bytes:
    entities = b'<!ENTITY a0 "ha">' + b"".join(
        b'<!ENTITY a%d "%s">' % (i, b"&a%d;" % (i - 1) * 10) for i in range(1, 10)
    )
    row = b'<row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row>'
    return _sheet_xml(row, b"<!DOCTYPE w [" + entities + b"]>")


def _utf16_doctype() -> bytes:
    xml = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY e "1">]><worksheet><sheetData/></worksheet>'
    return _edit_zip(
        book(("数据", table())),
        lambda n, old: xml.encode("utf-16") if n == "xl/worksheets/sheet1.xml" else old,
    )


def _zip_bomb() -> bytes:
    return _edit_zip(book(("数据", table())), lambda n, old: old, {"xl/media/big.bin": b"\0" * 70_000_000})


def _far() -> bytes:
    return _sheet_xml(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def _hide_first(workbook) -> None:
    workbook.worksheets[0].sheet_state = "hidden"
    workbook.active = 1


def _merge(*ranges: str) -> Callable:
    def change(workbook) -> None:
        for cells in ranges:
            workbook.worksheets[0].merge_cells(cells)

    return change


def _style(cells: str, style: str) -> Callable:
    def change(workbook) -> None:
        for row in workbook.worksheets[0][cells]:
            for cell in row:
                cell.number_format = style

    return change


def _set(**cells) -> Callable:
    def change(workbook) -> None:
        for place, value in cells.items():
            workbook.worksheets[0][place] = value

    return change


class _Run:
    def __reduce__(self):
        return (print, ("must not run",))


def rates(skip: tuple[int, ...] = (), **changed: float) -> dict:
    """What a table of RATES must hold."""
    found = {("婴儿死亡率", "浦东新区", y): float(v) for y, v in RATES.items() if y not in skip}
    return {**found, **{("婴儿死亡率", "浦东新区", int(y[1:])): v for y, v in changed.items()}}


def _of(values: dict, indicator: str, scale: float = 1.0) -> dict:
    return {(indicator, "浦东新区", y): float(v) * scale for y, v in values.items()}


def text(content: str, encoding: str = "utf-8") -> Callable[[], bytes]:
    """Text in an encoding."""
    return lambda: content.encode(encoding)


TEXT_CASES = [
    Case("utf16le_without_bom.csv", text(long(), "utf-16-le"), True, values=rates()),
    Case("utf16be_without_bom.csv", text(long(), "utf-16-be"), True, values=rates()),
    Case("utf16be_bom.csv", lambda: b"\xfe\xff" + long().encode("utf-16-be"), True, values=rates()),
    Case("utf32.csv", lambda: b"\xff\xfe\x00\x00" + long().encode("utf-32-le"), True, values=rates()),
    Case("big5.csv", text("指標,地區,年份,數值,單位\n嬰兒死亡率,臺北市,2023,2.15,%\n", "big5"), False, ("编码",)),
    Case("mixed_encodings.csv", lambda: long().encode() + "婴儿死亡率,黄浦区,2015,4.1,‰,年报\n".encode("gbk"), False, ("编码", "11")),
    Case("bad_byte.csv", lambda: long().encode().replace("年报\n".encode(), b"\xff\xff\n", 1), False, ("编码", "2")),
    Case("gbk_of_utf8.csv", lambda: long().encode().decode("gb18030", "replace").encode("utf-8"), False, ("指标",)),
    Case("latin1_of_gbk.csv", lambda: long(unit="%").encode("gbk").decode("latin-1").encode("utf-8"), False, ("指标",)),
    Case("replacement_characters.csv", text(long().replace("浦东", "\ufffd\ufffd")), False, ("2", "地区")),
    Case("nul_bytes.csv", lambda: long().encode().replace(b"3.52", b"3\x00.52"), False, ("5", "NUL")),
    Case("bom_in_the_middle.csv", lambda: ("\ufeff" + long() + "\ufeff婴儿死亡率,浦东新区,2014,4.9,‰,年报\n").encode(), True, ("BOM",), rates(y2014=4.9)),
    Case("bom_header_again.csv", lambda: ("\ufeff" + long() + "\ufeff" + long(area="黄浦区")).encode(), True, ("BOM",)),
    Case("tab.csv", text(long().replace(",", "\t")), True, values=rates()),
    Case("pipe.txt", text(long().replace(",", "|")), True, values=rates()),
    Case("cr_only.csv", text(long().replace("\n", "\r")), True, values=rates()),
    Case("crlf_blank_rows.csv", text(long().replace("\n", "\r\n\r\n")), True, values=rates()),
    Case("blank_cells_row.csv", text(put(long(), 6, ",,,,,")), True, values=rates((2019,))),
    Case("quoted_everything.csv", text("\n".join(",".join(f'"{c}"' for c in line.split(",")) for line in long().strip().split("\n"))), True, values=rates()),
    Case("quoted_thousands.csv", text(long(BIRTHS, "出生活产数", "人", y2018='"38,012"')), True, values=_of(BIRTHS, "出生活产数")),
    Case("sep_line.csv", text("sep=;\n" + long().replace(",", ";")), True, values=rates()),
    Case("missing_cell.csv", text(put(long(), 5, "婴儿死亡率,浦东新区,2018,3.52,年报")), False, ("5",)),
    Case("trailing_commas.csv", text(long().replace("\n", ",,,\n")), True, values=rates()),
    Case("quote_open_at_last_row.csv", text(long().rstrip("\n").removesuffix("年报") + '"年报'), False, ("10", "引号")),
    Case("quote_inside.csv", text(put(long(), 5, '婴儿死亡率,浦东新区,2018,3.52,‰,"年报"第2版')), True, values=rates()),
    Case("empty.csv", lambda: b"", False, ("空",)),
    Case("only_bom.csv", lambda: b"\xef\xbb\xbf", False, ("空",)),
    Case("only_blank_lines.csv", lambda: b"\n\n , ,\n", False, ("指标",)),
    Case("no_header.csv", text(long().split("\n", 1)[1]), False, ("指标", "数值")),
    Case("header_swapped_order.csv", text("数值,年份,单位,地区,指标\n2.15,2023,‰,浦东新区,婴儿死亡率\n"), True, values=rates(tuple(range(2015, 2023)))),
    Case("header_spaces.csv", text(long(head=" 指标 ,地 区,年　份,数值 ,单位,来源")), True, values=rates()),
    Case("header_unit.csv", text(long(unit="", head="指标,地区,年份,数值（‰）,单位,来源")), True, values=rates()),
    Case("header_unit_conflict.csv", text(long(unit="%", head="指标,地区,年份,数值（‰）,单位,来源")), False, ("2", "‰", "%")),
    Case("header_value_twice.csv", text(long(head="指标,地区,年份,数值,数值,来源")), False, ("数值",)),
    Case("header_missing_unit.csv", text("指标,地区,年份,数值\n婴儿死亡率,浦东新区,2023,2.15\n"), True, ("单位",), {("婴儿死亡率", "浦东新区", 2023): 2.15}),
    Case("header_missing_area.csv", text("指标,年份,数值,单位\n婴儿死亡率,2023,2.15,‰\n"), False, ("地区",)),
    Case("header_missing_year.csv", text("指标,地区,数值,单位\n婴儿死亡率,浦东新区,2.15,‰\n"), False, ("年份",)),
    Case("header_traditional.csv", text(long(head="指標,地區,年份,數值,單位,來源")), True, values=rates()),
    Case("unknown_column.csv", text(long().replace("来源", "来源,经办人", 1).replace("年报\n", "年报,王\n")), True, ("经办人",), rates()),
    Case("nameless_column.csv", text(long().replace("来源\n", "来源,\n", 1).replace("年报\n", "年报,7\n")), False, ("列名",)),
    Case("header_repeated.csv", text(long() + long(area="黄浦区")), True),
    Case("title_unit.csv", text("附表,,,,,\n单位：‰,,,,,\n" + long(unit="")), True, values=rates()),
    Case("note_status.csv", text(long() + "注：2023年为快报数。,,,,,\n"), True, ("注",), rates()),
    Case("total_row.csv", text(long() + "婴儿死亡率,合计,2023,2.3,‰,年报\n"), True, ("合计",), rates()),
    Case("subtotal_word.csv", text(long() + "婴儿死亡率,全区小计,2023,2.3,‰,年报\n"), True, ("合计",), rates()),
    Case("only_totals.csv", text(long(area="合计")), False, ("数据",)),
    Case("extra_number_cell.csv", text(put(long(), 6, "婴儿死亡率,浦东新区,2019,3.06,‰,年报,,9.9")), False, ("6",)),
    Case("long_file.csv", text(HEAD + "\n" + "".join(f"婴儿死亡率,镇{i},2020,{2 + i % 7 / 10},‰,年报\n" for i in range(5000))), True),
]  # fmt: skip

VALUE_CASES = [
    Case("fullwidth.csv", text(long(y2018="３．５２", y2019="３．０６‰")), True, values=rates()),
    Case("circled.csv", text(long(y2016="3.76①", y2019="3.06²")), True, ("①",), rates()),
    Case("star.csv", text(long(y2016="3.76*", y2019="3.06[1]")), True, ("*",), rates()),
    Case("half.csv", text(long(y2016="3½")), False, ("3", "数值", "3½")),
    Case("decimal_comma.csv", text(long(y2016='"3,76"')), False, ("3", "3,76")),
    Case("european.csv", text(long(BIRTHS, "出生活产数", "人", y2018='"38.012,5"')), False, ("5", "38.012,5")),
    Case("chinese_grouping.csv", text(long(BIRTHS, "出生活产数", "人", y2018='"3,8012"')), False, ("5", "3,8012")),
    Case("space_thousands.csv", text(long(BIRTHS, "出生活产数", "人", y2018="38 012")), True, values=_of(BIRTHS, "出生活产数")),
    Case("indian_grouping.csv", text(long(BIRTHS, "出生活产数", "人", y2018='"3,80,12"')), False, ("5",)),
    Case("percent_text.csv", text(long(LITERACY, "居民健康素养水平", "%", y2018="28.4%", y2019="32.3％")), True, values=_of(LITERACY, "居民健康素养水平")),
    Case("negative.csv", text(long(y2018="-3.52")), False, ("5", "-3.52")),
    Case("fullwidth_minus.csv", text(long(y2018="－3.52")), False, ("5",)),
    Case("accounting.csv", text(long(y2018="(3.52)")), False, ("5", "(3.52)")),
    Case("share_over_100.csv", text(long(LITERACY, "居民健康素养水平", "%", y2018="128.4")), False, ("5", "128.4", "100")),
    Case("na_error.csv", text(long(y2018="#N/A")), False, ("5", "#N/A")),
    Case("div0.csv", text(long(y2018="#DIV/0!")), False, ("5", "#DIV/0!")),
    Case("narrow.csv", text(long(y2018="########")), False, ("5", "####")),
    Case("date_value.csv", text(long(y2018="3月10日")), False, ("5", "日期")),
    Case("date_value_iso.csv", text(long(y2018="2023-03-10")), False, ("5", "日期")),
    Case("date_value_en.csv", text(long(y2018="10-Mar")), False, ("5", "日期")),
    Case("time_value.csv", text(long(y2018="3:52")), False, ("5", "3:52")),
    Case("ratio_value.csv", text(long(y2018="1:1.25")), False, ("5",)),
    Case("formula_text.csv", text(long(y2018="=3+0.52")), False, ("5", "公式")),
    Case("apostrophe.csv", text(long(y2018="'3.52")), True, values=rates()),
    Case("scientific.csv", text(long(BIRTHS, "出生活产数", "人", y2018="3.8012E+04")), True, ("科学",), _of(BIRTHS, "出生活产数")),
    Case("dashes.csv", text(long(y2018="－", y2019="——", y2020="-")), True, ("缺失",), rates((2018, 2019, 2020))),
    Case("words_missing.csv", text(long(y2018="暂无", y2019="未公布", y2020="N/A")), True, ("缺失", "3"), rates((2018, 2019, 2020))),
    Case("all_missing.csv", text(long(dict.fromkeys(RATES, "-"))), False, ("数据", "缺失")),
    Case("about.csv", text(long(y2018="近3.5", y2019="3左右", y2020="2-3")), False, ("5", "6", "7")),
    Case("ten_thousand.csv", text(long({y: f"{int(v) / 10000:.4f}" for y, v in BIRTHS.items()}, "出生活产数", "万人")), True, ("万人",), _of(BIRTHS, "出生活产数")),
    Case("ten_thousand_suffix.csv", text(long(BIRTHS, "出生活产数", "人", y2018="3.8012万")), True, values=_of(BIRTHS, "出生活产数")),
    Case("ten_thousand_slip.csv", text(long(BIRTHS, "出生活产数", "人", y2018="3.8012")), False, ("5", "3.8012")),
    Case("estimate_value.csv", text(long(y2023="2.15（预计）")), True, ("预计",), rates((2023,))),
    Case("provisional_value.csv", text(long(y2023="2.15（初步）")), True, (), rates()),
    Case("revised_value.csv", text(long() + "婴儿死亡率,浦东新区,2018,3.25,‰,年报（修订）\n"), True, ("修订", "3.52", "3.25"), rates(y2018=3.25)),
    Case("both_revised.csv", text(long() + "婴儿死亡率,浦东新区,2018,3.25,‰,年报（修订）\n婴儿死亡率,浦东新区,2018,3.2,‰,年报（修订）\n"), False, ("12", "3.2")),
    Case("exact_duplicate.csv", text(long() + "婴儿死亡率,浦东新区,2018,3.52,‰,年报\n"), True, ("重复", "5", "11"), rates()),
    Case("duplicate_by_alias.csv", text(long() + "婴儿死亡率（‰）,浦东新区,2018,3.25,‰,年报\n"), False, ("5", "11", "3.25")),
    Case("tenfold.csv", text(long(y2018="35.2")), False, ("5", "35.2", "3.52")),
    Case("fraction_unit.csv", text(long({y: f"{float(v) / 100:.3f}" for y, v in LITERACY.items()}, "居民健康素养水平", "小数")), True, ("单位",), _of(LITERACY, "居民健康素养水平")),
    Case("fraction_blank_unit.csv", text(long({y: f"{float(v) / 100:.3f}" for y, v in LITERACY.items()}, "居民健康素养水平", "")), False, ("0.219",)),
    Case("permille_of_share.csv", text(long({y: f"{float(v) * 10:.0f}" for y, v in LITERACY.items()}, "居民健康素养水平", "‰")), True, ("单位",), _of(LITERACY, "居民健康素养水平")),
    Case("per_ten_thousand_nurses.csv", text(long({2022: "40.2", 2023: "41.5"}, "每千人口注册护士数", "人/万人")), True, ("单位",), {("每千人口注册护士数", "浦东新区", 2022): 4.02, ("每千人口注册护士数", "浦东新区", 2023): 4.15}),
    Case("unit_of_another.csv", text(long(LIFE, "人均预期寿命", "%")), False, ("单位", "岁")),
    Case("unit_wan_for_rate.csv", text(long({2023: "4.15"}, "每千人口注册护士数", "万人")), False, ("万人",)),
    Case("unit_letters.csv", text(long({2023: "2.8"}, "孕产妇死亡率", "per 100,000").replace("per 100,000", '"per 100,000"')), True, values={("孕产妇死亡率", "浦东新区", 2023): 2.8}),
    Case("life_months.csv", text(long(LIFE, "人均预期寿命", "岁", y2018="1003.6")), False, ("5",)),
    Case("nine_nines.csv", text(long(LITERACY, "居民健康素养水平", "%", y2018="999")), False, ("5", "999")),
    Case("minus_99.csv", text(long(LIFE, "人均预期寿命", "岁", y2018="-99")), False, ("5", "-99")),
    Case("parts.csv", text("指标,地区,年份,数值,单位,分子,分母\n婴儿死亡率,浦东新区,2023,2.0,‰,20,10000\n"), True, values={("婴儿死亡率", "浦东新区", 2023): 2.0}),
    Case("parts_disagree.csv", text("指标,地区,年份,数值,单位,分子,分母\n婴儿死亡率,浦东新区,2023,2.0,‰,200,10000\n"), False, ("2", "20")),
    Case("births_zero.csv", text("指标,地区,年份,数值,单位\n活产数,浦东新区,2024,0,人\n孕产妇死亡数,浦东新区,2024,2,人\n婴儿死亡率,浦东新区,2024,0,‰\n"), False, ("活产数", "分母")),
    Case("infants_above_children.csv", text("指标,地区,年份,数值,单位\n新生儿死亡率,浦东新区,2024,2.6,‰\n婴儿死亡率,浦东新区,2024,2.1,‰\n"), False, ("2.6", "2.1", "婴儿死亡率")),
    Case("deaths_above_births.csv", text("指标,地区,年份,数值,单位\n活产数,浦东新区,2024,100,人\n婴儿死亡数,浦东新区,2024,130,人\n"), False, ("130", "100", "活产数")),
    Case("rate_beside_its_parts.csv", text("指标,地区,年份,数值,单位\n活产数,浦东新区,2024,5000,人\n婴儿死亡数,浦东新区,2024,20,人\n婴儿死亡率,浦东新区,2024,1.9,‰\n"), False, ("1.9", "4")),
    Case("rate_of_its_parts.csv", text("指标,地区,年份,数值,单位\n常住人口,浦东新区,2024,50,万人\n注册护士数,浦东新区,2024,1700,人\n每千人口注册护士数,浦东新区,2024,3.5,人\n"), True, values={("常住人口", "浦东新区", 2024): 500000.0, ("注册护士数", "浦东新区", 2024): 1700.0, ("每千人口注册护士数", "浦东新区", 2024): 3.5}),
    Case("death_without_rate.csv", text("指标,地区,年份,数值,单位\n孕产妇死亡数,浦东新区,2024,1,人\n孕产妇死亡率,浦东新区,2024,0,1/10万\n"), False, ("孕产妇死亡数", "矛盾")),
    Case("parts_zero.csv", text("指标,地区,年份,数值,单位,分子,分母\n婴儿死亡率,浦东新区,2023,2.0,‰,20,0\n"), False, ("分母",)),
    Case("parts_only.csv", text("指标,地区,年份,单位,分子,分母\n婴儿死亡率,浦东新区,2023,‰,20,10000\n"), True, values={("婴儿死亡率", "浦东新区", 2023): 2.0}),
]  # fmt: skip

YEAR_CASES = [
    Case("serial_years.csv", text(long().replace(",2015,", ",42369,").replace(",2016,", ",42735,")), False, ("2", "42369", "日期")),
    Case("quarter.csv", text(put(long(), 10, "婴儿死亡率,浦东新区,2023Q1,2.15,‰,年报")), True, ("10", "2023Q1"), rates((2023,))),
    Case("half_year.csv", text(put(long(), 10, "婴儿死亡率,浦东新区,2023年上半年,2.15,‰,年报")), True, ("10", "上半年"), rates((2023,))),
    Case("months.csv", text(put(long(), 10, "婴儿死亡率,浦东新区,2023年1-9月,2.15,‰,年报")), True, ("10", "1-9月"), rates((2023,))),
    Case("month.csv", text(put(long(), 10, "婴儿死亡率,浦东新区,2023-06,2.15,‰,年报")), False, ("10", "2023-06")),
    Case("piece_of_all.csv", text("指标,地区,年份,数值,单位\n医院数,浦东新区,2023,12,个\n其中：某某站点,浦东新区,2023,3,个\n"), True, ("其中：某某站点",), {("医院数", "浦东新区", 2023): 12.0}, codes=("LEFT-PIECE",)),
    Case("disowned.csv", text("指标,地区,年份,数值,单位,备注\n医院数,浦东新区,2022,12,个,\n医院数,浦东新区,2023,120,个,笔误，应为12个\n"), True, ("应为12个", "120"), {("医院数", "浦东新区", 2022): 12.0}, codes=("VALUE-DISOWNED",)),
    Case("being_checked.csv", text("指标,地区,年份,数值,单位,备注\n"+"".join(f"平均住院日,浦东新区,{y},{v},天,{n}\n" for y, v, n in ((2019, 9.1, ""), (2020, 9.0, ""), (2021, 88, "已报市级核实中"), (2022, 8.7, ""), (2023, 8.5, "")))), False, ("88",)),
    Case("third_quarters.csv", text(put(long(), 10, "婴儿死亡率,浦东新区,2023年前三季度,2.15,‰,年报")), True, ("10",), rates((2023,))),
    Case("pooled.csv", text(put(long(), 10, "婴儿死亡率,浦东新区,2021-2023,2.15,‰,年报")), False, ("10", "2021-2023")),
    Case("school_year.csv", text(put(long(), 10, "婴儿死亡率,浦东新区,2022/23,2.15,‰,年报")), True, ("2022/23", "2023"), rates()),
    Case("pooled_years.csv", text("指标,地区,年份,数值,单位,分子,分母\n孕产妇死亡率,浦东新区,2021—2023年合计,,1/10万,3,60000\n孕产妇死亡率,浦东新区,2023,5,1/10万,1,20000\n"), True, ("2021/2023",)),
    Case("pooled_mean.csv", text("指标,地区,年份,数值,单位\n居民健康素养水平,浦东新区,2021-2023年平均,35,%\n"), False, ("2021-2023年平均", "分子")),
    Case("year_20160.csv", text(put(long(), 10, "婴儿死亡率,浦东新区,20160,2.15,‰,年报")), False, ("10", "20160")),
    Case("year_1015.csv", text(put(long(), 10, "婴儿死亡率,浦东新区,1015,2.15,‰,年报")), False, ("10", "1015")),
    Case("year_decimal.csv", text(put(long(), 10, "婴儿死亡率,浦东新区,2023.5,2.15,‰,年报")), False, ("10", "2023.5")),
    Case("year_or_school.csv", text(put(long(), 10, "婴儿死亡率,浦东新区,2011/12,2.15,‰,年报")), False, ("10", "2011/12")),
    Case("year_letter_o.csv", text(put(long(), 10, "婴儿死亡率,浦东新区,2O23,2.15,‰,年报")), False, ("10",)),
    Case("year_chinese.csv", text(put(long(), 10, "婴儿死亡率,浦东新区,二〇二三年,2.15,‰,年报")), True, values=rates()),
    Case("year_republic.csv", text(put(long(), 10, "婴儿死亡率,浦东新区,民国112年,2.15,‰,年报")), False, ("10",)),
    Case("year_estimate.csv", text(put(long(), 10, "婴儿死亡率,浦东新区,2023年（预计）,2.15,‰,年报")), True, ("预计",), rates((2023,))),
    Case("year_flash.csv", text(put(long(), 10, "婴儿死亡率,浦东新区,2023年快报,2.15,‰,年报")), True, values=rates()),
    Case("year_goal.csv", text(put(long(), 10, "婴儿死亡率,浦东新区,2025年目标,2.15,‰,年报")), True, ("目标",), rates((2023,))),
    Case("year_and_value_swapped.csv", text(put(long(), 10, "婴儿死亡率,浦东新区,2.15,2023,‰,年报")), False, ("10", "年份")),
    Case("period_column.csv", text("指标,地区,年份,时期,数值,单位\n婴儿死亡率,浦东新区,2023,1-6月,1.1,‰\n婴儿死亡率,浦东新区,2023,,2.15,‰\n"), True),
]  # fmt: skip

NAME_CASES = [
    Case("kangxi.csv", text(long().replace("儿死亡率,浦东新区,2023", "⼉死亡率,浦东新区,2023")), True, ("形近",), rates()),
    Case("zero_width.csv", text(long().replace("婴儿死亡率,浦东新区,2023", "婴儿\u200b死亡率,浦东新\u200b区,2023")), True, ("形近",), rates()),
    Case("kangxi_conflict.csv", text(long() + "婴⼉死亡率,浦东新区,2018,3.25,‰,年报\n"), False, ("5", "11", "3.25")),
    Case("cyrillic_id.csv", text(long(indicator="infant_mоrtality_rate")), True, ("形近",)),
    Case("trailing_space.csv", text(long().replace("浦东新区,2023", "浦东新区 　,2023")), True, values=rates()),
    Case("inner_space.csv", text(long().replace("婴儿死亡率,浦东新区,2023", "婴儿 死亡率,浦东新区,2023")), True, values=rates()),
    Case("alias.csv", text(long(indicator="IMR")), True),
    Case("english_name.csv", text(long(indicator="Infant mortality rate")), True),
    Case("slip_in_all_rows.csv", text(long(indicator="婴儿死忘率")), True, ("婴儿死亡率",)),
    Case("missing_character.csv", text(long(LITERACY, "居民健康素养水", "%")), True, ("居民健康素养水平",)),
    Case("other_base.csv", text(long({2023: "41.5"}, "每万人口注册护士数", "人")), True, ("没有登记",)),
    Case("unknown_indicator.csv", text(long(indicator="网络满意度指数", unit="分")), True, ("没有登记",)),
    Case("blank_area.csv", text(put(long(), 6, "婴儿死亡率,,2019,3.06,‰,年报")), False, ("6", "地区")),
    Case("blank_indicator.csv", text(put(long(), 6, ",浦东新区,2019,3.06,‰,年报")), False, ("6", "指标")),
    Case("swapped_columns.csv", text(put(long(), 6, "浦东新区,婴儿死亡率,2019,3.06,‰,年报")), False, ("6",)),
    Case("area_two_spellings.csv", text(long() + "婴儿死亡率,浦东,2014,4.9,‰,年报\n"), False, ("浦东", "浦东新区", "11")),
    Case("area_with_province.csv", text(long() + "婴儿死亡率,上海市浦东新区,2014,4.9,‰,年报\n"), False, ("上海市浦东新区", "11")),
    Case("area_slip.csv", text(long().replace("浦东新区,2018", "浦冬新区,2018")), False, ("5", "浦冬新区", "浦东新区")),
    Case("two_districts.csv", text(long(area="黄浦区") + "\n".join(long(area="青浦区").split("\n")[1:])), True),
    Case("script_area.csv", text(long(area="<script>alert(1)</script>")), False, ("地区",)),
    Case("path_area.csv", text(long(area="../../etc/passwd")), False, ("地区",)),
    Case("formula_area.csv", text(long(area="=cmd|' /C calc'!A0")), False, ("地区",)),
    Case("at_area.csv", text(long(area="@SUM(1+1)")), False, ("地区",)),
    Case("template_area.csv", text(long(area="{{7*7}}")), False, ("地区",)),
    Case("terminal_area.csv", text(long(area="浦东\x1b[31m新区")), False, ("地区",), absent=("\x1b",)),
    Case("numbered_indicator.csv", text(long(indicator="1.婴儿死亡率")), True, values=rates()),
    Case("indicator_unit_conflict.csv", text(long(indicator="婴儿死亡率（%）")), False, ("%", "‰")),
]  # fmt: skip

WIDE_CASES = [
    Case("wide_growth.csv", text(wide("2021年,2022年,2023年,同比增长", "婴儿死亡率,浦东新区,‰,2.3,2.26,2.15,-4.9%")), True, ("同比增长",), rates(tuple(range(2015, 2021)))),
    Case("wide_growth_each.csv", text(wide("2022年,同比增长%,2023年,同比增长%", "婴儿死亡率,浦东新区,‰,2.26,-1.7,2.15,-4.9")), True, ("同比增长",), rates(tuple(range(2015, 2022)))),
    Case("wide_part_year.csv", text(wide("2022年,2023年,2024年1-6月", "婴儿死亡率,浦东新区,‰,2.26,2.15,1.1")), True, ("1-6月",), rates(tuple(range(2015, 2022)))),
    Case("wide_quarter.csv", text(wide("2022年,2023年,2024Q1", "婴儿死亡率,浦东新区,‰,2.26,2.15,1.1")), True, ("2024Q1",), rates(tuple(range(2015, 2022)))),
    Case("wide_average.csv", text(wide("2022年,2023年,2019-2023年平均", "婴儿死亡率,浦东新区,‰,2.26,2.15,2.4")), True, ("平均",), rates(tuple(range(2015, 2022)))),
    Case("wide_future.csv", text(wide("2022年,2023年,2035年", "婴儿死亡率,浦东新区,‰,2.26,2.15,1.0")), False, ("2035",)),
    Case("wide_same_year_twice.csv", text(wide("2022年,2023年,2023", "婴儿死亡率,浦东新区,‰,2.26,2.15,2.2")), False, ("2023",)),
    Case("wide_total.csv", text(wide("2022年,2023年", "婴儿死亡率,浦东新区,‰,2.26,2.15", "婴儿死亡率,合计,‰,2.3,2.2")), True, ("合计",), rates(tuple(range(2015, 2022)))),
    Case("wide_note.csv", text(wide("2022年,2023年", "婴儿死亡率,浦东新区,‰,2.26,2.15", "注：2023年为快报数,,,,")), True, ("注",), rates(tuple(range(2015, 2022)))),
    Case("wide_blank_area.csv", text(wide("2022年,2023年", "婴儿死亡率,浦东新区,‰,2.26,2.15", "婴儿死亡率,,‰,2.3,2.2")), False, ("3", "地区")),
    Case("wide_extra_cell.csv", text(wide("2022年,2023年", "婴儿死亡率,浦东新区,‰,2.26,2.15,2.0")), False, ("2",)),
    Case("wide_missing.csv", text(wide("2021年,2022年,2023年", "婴儿死亡率,浦东新区,‰,2.3,—,2.15")), True, ("缺失",), rates((*range(2015, 2021), 2022))),
    Case("wide_flash.csv", text(wide("2022年,2023年（快报）", "婴儿死亡率,浦东新区,‰,2.26,2.15")), True, values=rates(tuple(range(2015, 2022)))),
    Case("wide_two_header_rows.csv", text("指标,地区,单位,2022年,,2023年,\n,,,数值,同比增长,数值,同比增长\n婴儿死亡率,浦东新区,‰,2.26,-1.7,2.15,-4.9\n"), True, ("同比增长",), rates(tuple(range(2015, 2022)))),
    Case("wide_years_below.csv", text("指标,地区,单位,年份,,\n,,,2021,2022,2023\n婴儿死亡率,浦东新区,‰,2.3,2.26,2.15\n"), True, values=rates(tuple(range(2015, 2021)))),
    Case("wide_no_area.csv", text("指标,单位,2022年,2023年\n婴儿死亡率,‰,2.26,2.15\n"), False, ("地区",)),
    Case("wide_value_text.csv", text(wide("2022年,2023年", "婴儿死亡率,浦东新区,‰,2.26,约2")), False, ("2", "2023年", "约2")),
    Case("wide_and_long.csv", text("指标,地区,年份,数值,2023年\n婴儿死亡率,浦东新区,2022,2.26,2.15\n"), False, ("数值", "2023年")),
    Case("wide_forecast_and_goal.csv", text(wide("2023年,2024年预计,2025年规划目标", "婴儿死亡率,浦东新区,‰,2.15,2.1,2.0")), True, ("2024年预计", "2025年规划目标"), {("婴儿死亡率", "浦东新区", 2023): 2.15}),
]  # fmt: skip

BOOK_CASES = [
    Case("error_cell.xlsx", lambda: book(("数据", table()), change=_set(D5="#DIV/0!")), False, ("5", "#DIV/0!")),
    Case("hidden_first.xlsx", lambda: book(("旧", table()), ("数据", table()), change=_hide_first), True, ("隐藏", "旧"), rates()),
    Case("all_hidden.xlsx", lambda: book(("旧", table()), ("空", []), change=_hide_first), False, ("隐藏",)),
    Case("merged_indicator.xlsx", lambda: book(("数据", [HEAD.split(","), *([("婴儿死亡率" if y == 2015 else None), "浦东新区", y, float(v), "‰", "年报"] for y, v in RATES.items())]), change=_merge("A2:A10")), True, values=rates()),
    Case("merged_value.xlsx", lambda: book(("数据", table()), change=_merge("D5:D6")), False, ("5", "合并")),
    Case("merged_title.xlsx", lambda: book(("数据", [["附表 主要健康指标"], [], *table()]), change=_merge("A1:F1")), True, values=rates()),
    Case("merged_year_header.xlsx", lambda: book(("数据", [["指标", "地区", "单位", "2022年", None, "2023年", None], [None, None, None, "数值", "同比增长", "数值", "同比增长"], ["婴儿死亡率", "浦东新区", "‰", 2.26, -1.7, 2.15, -4.9]]), change=_merge("D1:E1", "F1:G1", "A1:A2", "B1:B2", "C1:C2")), True, ("同比增长",), rates(tuple(range(2015, 2022)))),
    Case("date_value.xlsx", lambda: book(("数据", table()), change=_style("D5:D5", "m月d日")), False, ("5", "日期")),
    Case("percent_literal.xlsx", lambda: book(("数据", table(LITERACY, "居民健康素养水平", "%")), change=_style("D2:D10", '0.0"%"')), True, values=_of(LITERACY, "居民健康素养水平")),
    Case("percent_typed_wrong.xlsx", lambda: book(("数据", table(LITERACY, "居民健康素养水平", "%")), change=_style("D5:D5", "0.0%")), False, ("5", "28.4")),
    Case("percent_mixed.xlsx", lambda: book(("数据", table({**LITERACY, 2018: "0.284"}, "居民健康素养水平", "%")), change=_style("D5:D5", "0.0%")), True, ("28.4%",), _of(LITERACY, "居民健康素养水平")),
    Case("percent_format_permille_unit.xlsx", lambda: book(("数据", table({y: str(float(v) / 1000) for y, v in RATES.items()})), change=_style("D2:D10", "0.00%")), False, ("‰", "%")),
    Case("boolean.xlsx", lambda: book(("数据", table()), change=_set(D5=True)), False, ("5", "TRUE")),
    Case("text_year.xlsx", lambda: book(("数据", table()), change=_set(C5="2018年")), True, values=rates()),
    Case("serial_year.xlsx", lambda: book(("数据", table()), change=_set(C5=43465)), False, ("5", "43465")),
    Case("two_sheets.xlsx", lambda: book(("一", table()), ("二", table(LITERACY, "居民健康素养水平", "%"))), True, values={**rates(), **_of(LITERACY, "居民健康素养水平")}),
    Case("two_sheets_conflict.xlsx", lambda: book(("一", table()), ("二", table({**RATES, 2018: "3.25"}))), False, ("3.25", "3.52")),
    Case("text_sheet.xlsx", lambda: book(("数据", table()), ("说明", [["本表由区卫健委提供"], ["联系人", "王"]])), True, ("说明",), rates()),
    Case("two_tables.xlsx", lambda: book(("数据", [*table(), [], *table(LITERACY, "居民健康素养水平", "%")])), True, values={**rates(), **_of(LITERACY, "居民健康素养水平")}),
    Case("eurostat.csv", text("freq,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\nA,YR,AT,2020,81.3,\n"), False, ("Eurostat", "TIME_PERIOD", "--map"), codes=("HEAD-FORMAT",)),
    Case("side_by_side.xlsx", lambda: book(("数据", [[*a, None, *b] for a, b in zip(table(), table(LITERACY, "居民健康素养水平", "%"), strict=True)])), True, values={**rates(), **_of(LITERACY, "居民健康素养水平")}),
    Case("formula_header.xlsx", lambda: book(("数据", table()), change=_set(D1="=A1")), False, ("数值",)),
    Case("formula_year.xlsx", lambda: book(("数据", table()), change=_set(C5="=C4+1")), False, ("5", "公式")),
    Case("formula_indicator.xlsx", lambda: book(("数据", table()), change=_set(A5="=A4")), False, ("5", "公式")),
    Case("far_cell.xlsx", _far, False, ("XFD1048576",)),
    Case("laughs.xlsx", _laughs, False, ("实体",)),
    Case("doctype_utf16.xlsx", _utf16_doctype, False, ("实体",)),
    Case("zip_bomb.xlsx", _zip_bomb, False, ("解压",)),
    Case("deep_xml.xlsx", lambda: _sheet_xml(b"<a>" * 5000 + b"</a>" * 5000), False, ("嵌套",)),
    Case("truncated_half.xlsx", lambda: book(("数据", table()))[:2500], False, ("损坏",)),
    Case("flipped.xlsx", lambda: (lambda d: d[:900] + bytes(b ^ 255 for b in d[900:960]) + d[960:])(book(("数据", table()))), False, ("损坏",)),
    Case("csv_named.xlsx", text(long()), False, ("CSV", "xlsx")),
    Case("csv_named.xls", text(long()), False, ("CSV",)),
    Case("html_named.xls", text("<html><body><table><tr><td>指标</td></tr></table></body></html>"), False, ("HTML", "xlsx")),
    Case("html_named.csv", text("<!DOCTYPE html>\n<html><body>404</body></html>"), False, ("HTML",)),
    Case("xml_named.xls", text('<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>'), False, ("XML", "xlsx")),
    Case("xlsx_named.csv", lambda: book(("数据", table())), False, ("xlsx",)),
    Case("zip_named.xlsx", lambda: _edit_zip(b"PK\x05\x06" + b"\0" * 18, lambda n, o: o, {"a.csv": long().encode()}), False, ("zip",)),
    Case("encrypted.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600, False, ("密码",)),
    Case("truncated.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 700, False, ("损坏",)),
    Case("figures.pkl", lambda: pickle.dumps(_Run()), False, ("pickle",)),
    Case("pickle_named.csv", lambda: pickle.dumps(_Run()), False, ("pickle",)),
    Case("pickle_named.xlsx", lambda: pickle.dumps(_Run(), protocol=0), False, ("pickle",)),
    Case("picture_named.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, False, ("xlsx",)),
    Case("document.docx", lambda: _edit_zip(b"PK\x05\x06" + b"\0" * 18, lambda n, o: o, {"word/document.xml": b"<a/>"}), False, ("Word",)),
    Case("report.pdf", lambda: b"%PDF-1.7\n", False, ("PDF",)),
    Case("gzipped.csv", lambda: b"\x1f\x8b\x08" + b"\0" * 50, False, ("gzip",)),
    Case("only_header.xlsx", lambda: book(("数据", [HEAD.split(",")])), False, ("数据",)),
    Case("empty_book.xlsx", lambda: book(("数据", [])), False, ("指标",)),
    Case("fullwidth_in_book.xlsx", lambda: book(("数据", table()), change=_set(D5="３.５２", C6="２０１９年")), True, values=rates()),
]  # fmt: skip

NURSES = "每千人口注册护士数,浦东新区,2020,3.72,{year},{value},{unit},{direction},规划"


def nurses(year: str = "2030", value: str = "4.5", unit: str = "人", direction: str = "上升") -> str:
    """One target row."""
    return NURSES.format(year=year, value=value, unit=unit, direction=direction)


def one_target(**more: str) -> dict:
    """What a sheet of one nurses row holds."""
    return {("每千人口注册护士数", "浦东新区", int(more.get("year", "2030"))): float(more.get("value", "4.5"))}


TARGET_CASES = [
    Case("plain.csv", text(targets(nurses())), True, values=one_target(), kind="targets"),
    Case("at_least.csv", text(targets(nurses(value="≥4.5"))), True, values=one_target(), kind="targets"),
    Case("not_below.csv", text(targets(nurses(value="不低于4.5人"))), True, values=one_target(), kind="targets"),
    Case("reach.csv", text(targets(nurses(value="达到4.5人以上"))), True, values=one_target(), kind="targets"),
    Case("wrong_side.csv", text(targets(nurses(value="≤4.5"))), False, ("2", "4.5", "上升"), kind="targets"),
    Case("range.csv", text(targets(nurses(value="4-5"))), True, values=one_target(value=4.0), kind="targets"),
    Case("about.csv", text(targets(nurses(value="近4.5"))), False, ("2", "近4.5"), kind="targets"),
    Case("including.csv", text(targets(nurses(value="4.5人以上（含4.5人）"))), True, values=one_target(), kind="targets"),
    Case("spaced_sign.csv", text(targets(nurses(value="> =4.5"))), True, values=one_target(), kind="targets"),
    Case("at_least_reach.csv", text(targets(nurses(value="至少达到4.5"))), True, values=one_target(), kind="targets"),
    Case("below_including.csv", text(targets("婴儿死亡率,浦东新区,2020,2.66,2030,低于2（含2）,‰,下降,规划")), False, ("低于2",), kind="targets"),
    Case("in_words.csv", text(targets("婴儿死亡率,浦东新区,2020,2.66,2030,千分之二以内,‰,下降,规划")), True, values={("婴儿死亡率", "浦东新区", 2030): 2.0}, kind="targets"),
    Case("unit_of_goal_only.csv", text(targets("孕产妇死亡率,浦东新区,2020,50,2030,0.4‰以内,,下降,规划")), False, ("‰", "50"), kind="targets"),
    Case("nature_word.csv", text("指标,地区,完成时限,目标值,单位,指标属性\n婴儿死亡率,浦东新区,2030年底,2,‰,随便\n"), False, ("随便", "约束性"), kind="targets"),
    Case("yearly_goal.csv", text(targets("居民健康素养水平,浦东新区,2020,35.6,2030,每年提高0.5个百分点,%,上升,规划")), True, values={("居民健康素养水平", "浦东新区", 2030): 0.5}, kind="targets"),
    Case("words.csv", text(targets(nurses(value="全面加强"))), False, ("2", "全面加强"), kind="targets"),
    Case("goal_points.csv", text(targets("居民健康素养水平,浦东新区,2020,25,2030,提高15%,%,上升,规划")), True, ("提高15%", "个百分点"), values={("居民健康素养水平", "浦东新区", 2030): 15.0}, kind="targets"),
    Case("goal_beside.csv", text(targets(nurses(value="比2020年增长30%"), nurses(value="翻一番"))), True, ("3", "翻一番", "第2行"), values=one_target(value=100.0), kind="targets"),
    Case("goal_range.csv", text("指标,地区,目标年份,目标值,单位,方向,比较方式\n病床使用率,浦东新区,2030,80,%,保持,区间\n"), False, ("2", "80", "80%-90%"), kind="targets"),
    Case("goal_none_left.csv", text(targets(nurses(value="基本消除"))), False, ("2", "基本消除", "数值"), kind="targets"),
    Case("goal_nearly.csv", text(targets(nurses(value="基本全覆盖"))), False, ("2", "基本全覆盖", "≥95%"), kind="targets"),
    Case("goal_place.csv", text(targets(nurses(value="名列前茅"))), False, ("2", "名列前茅", "前三名"), kind="targets"),
    Case("goal_against.csv", text(targets(nurses(value="缩小与全市的差距"))), False, ("2", "全市", "不低于全市平均水平"), kind="targets"),
    Case("goal_each.csv", text(targets(nurses(value="每个片区都要有"))), False, ("2", "每个片区", "每个乡镇至少1个"), kind="targets"),
    Case("goal_every_year.csv", text(targets(nurses(value="每年都要开展"))), False, ("2", "每年", "每年新增200张"), kind="targets"),
    Case("goal_several.csv", text(targets(nurses(value="4.5且医护比达到1:1.2"))), False, ("2", "且", "每行一个目标"), kind="targets"),
    Case("empty_goal.csv", text(targets(nurses(value=""))), False, ("2", "目标值"), kind="targets"),
    Case("unknown_direction.csv", text(targets(nurses(direction="往前"))), False, ("2", "方向", "往前"), kind="targets"),
    Case("two_digit_target_year.csv", text(targets(nurses(year="30年"))), False, ("2", "30年"), kind="targets"),
    Case("baseline_after.csv", text(targets(nurses().replace(",2020,", ",2030,").replace("2030,3.72", "2024,3.72").replace(",2030,", ",2023,"))), False, ("2024", "2023"), kind="targets"),
    Case("target_past.csv", text(targets(nurses(year="2022"))), True, ("2022",), one_target(year="2022"), kind="targets"),
    Case("conflict.csv", text(targets(nurses(), nurses(value="5"))), False, ("2", "3", "4.5", "5"), kind="targets"),
    Case("repeat.csv", text(targets(nurses(), nurses())), True, ("重复",), one_target(), kind="targets"),
    Case("fraction_goal.csv", text(targets("居民健康素养水平,浦东新区,2020,35.6,2030,0.4,%,上升,规划")), False, ("0.4", "35.6"), kind="targets"),
    Case("negative_goal.csv", text(targets("婴儿死亡率,浦东新区,2020,2.66,2030,-2,‰,下降,规划")), False, ("-2",), kind="targets"),
    Case("unit_conflict_goal.csv", text(targets("婴儿死亡率,浦东新区,2020,2.66,2030,2‰,%,下降,规划")), False, ("‰", "%"), kind="targets"),
    Case("unknown_unit_goal.csv", text(targets(nurses(unit="件"))), False, ("件",), kind="targets"),
    Case("slip_goal.csv", text(targets(nurses().replace("注册护士数", "注册护土数"))), True, ("每千人口注册护士数",), kind="targets"),
    Case("missing_column_goal.csv", text("指标,地区,目标年份,单位\n婴儿死亡率,浦东新区,2030,‰\n"), False, ("目标值",), kind="targets"),
    Case("header_with_year.csv", text("指标,地区,单位,2030年目标值\n婴儿死亡率,浦东新区,‰,2\n"), True, values={("婴儿死亡率", "浦东新区", 2030): 2.0}, kind="targets"),
    Case("deadline_words.csv", text("指标,地区,完成时限,目标值,单位\n婴儿死亡率,浦东新区,2030年底,2,‰\n"), True, values={("婴儿死亡率", "浦东新区", 2030): 2.0}, kind="targets"),
    Case("formula_goal.xlsx", lambda: book(("目标", [TARGETS.split(","), ["婴儿死亡率", "浦东新区", 2020, 2.66, 2030, "=2+0", "‰", "下降", "规划"]])), False, ("2", "公式"), kind="targets"),
    Case("english.csv", text("indicator,area,baseline_year,baseline_value,target_year,target_value,unit,direction,source\n婴儿死亡率,浦东新区,2020,2.66,2030,2.0,‰,decrease,plan\n"), True, values={("婴儿死亡率", "浦东新区", 2030): 2.0}, kind="targets"),
]  # fmt: skip

ENTRY = "  - 指标: 婴儿死亡率\n    地区: 浦东新区\n    目标年份: 2030\n    目标值: {value}\n    单位: ‰\n"


def yaml_goal(value: str = "2.0", before: str = "", after: str = "") -> Callable[[], bytes]:
    """A YAML target file with one entry."""
    return lambda: (before + "目标:\n" + ENTRY.format(value=value) + after).encode()


GOAL = {("婴儿死亡率", "浦东新区", 2030): 2.0}
YAML_CASES = [
    Case("plain.yaml", yaml_goal(), True, values=GOAL, kind="targets"),
    Case("quoted.yaml", yaml_goal('"2.0"'), True, values=GOAL, kind="targets"),
    Case("gbk.yaml", lambda: yaml_goal()().decode().encode("gbk"), True, values=GOAL, kind="targets"),
    Case("laughs.yaml", yaml_goal(before="a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n"), False, ("别名",), kind="targets"),
    Case("alias_value.yaml", yaml_goal(value="&v 2.0"), False, ("&v",), kind="targets"),
    Case("merge.yaml", yaml_goal(after="    <<: {单位: 人}\n"), False, ("<<",), kind="targets"),
    Case("tag_value.yaml", yaml_goal(value="!!float 2"), False, ("!!float",), kind="targets"),
    Case("python_name.yaml", yaml_goal(value="!!python/name:os.system"), False, ("!!python",), kind="targets"),
    Case("local_tag.yaml", yaml_goal(value="!Ref x"), False, ("!Ref",), kind="targets"),
    Case("tab.yaml", yaml_goal(after="\t备注: x\n"), False, ("Tab",), kind="targets"),
    Case("boolean_goal.yaml", yaml_goal(value="NO"), False, ("NO",), kind="targets"),
    Case("octal_goal.yaml", yaml_goal(value="0o17"), False, ("0o17",), kind="targets"),
    Case("list_goal.yaml", yaml_goal(value="[1, 2]"), False, ("目标值",), kind="targets"),
    Case("empty_goal.yaml", yaml_goal(value=""), False, ("目标值",), kind="targets"),
    Case("missing_key.yaml", lambda: yaml_goal()().decode().replace("    目标年份: 2030\n", "").encode(), False, ("目标年份",), kind="targets"),
    Case("alias_and_name.yaml", yaml_goal(after="    target_value: 3\n"), False, ("2.0", "3"), kind="targets"),
    Case("not_a_list.yaml", lambda: "目标:\n  指标: 婴儿死亡率\n".encode(), False, ("目标",), kind="targets"),
    Case("only_text.yaml", lambda: "目标".encode(), False, ("目标",), kind="targets"),
    Case("empty.yaml", lambda: b"# nothing\n", False, ("空",), kind="targets"),
    Case("deep_flow.yaml", lambda: b"a: " + b"{a: " * 3000, False, ("嵌套",), kind="targets"),
    Case("deep_block.yaml", lambda: b"- " * 3000, False, ("嵌套",), kind="targets"),
    Case("bad_indent.yaml", yaml_goal(after="   单位: x\n"), False, ("7",), kind="targets"),
    Case("control.yaml", yaml_goal(value='"2\x07"'), False, (), kind="targets"),
    Case("second_key.yaml", yaml_goal(after="其他: 1\n"), False, ("其他",), kind="targets"),
    Case("unclosed.yaml", yaml_goal(value='"2.0'), False, (), kind="targets"),
]  # fmt: skip

PARAMETER_CASES = [
    Case("good.yaml", text("plan: demo-2027\nlang: zh\nas_of: 2024\nobservations:\n  - 模板/数据.xlsx\n"), True, kind="params"),
    Case("misspelt.yaml", text("aera: 浦东新区\n"), False, ("aera", "area"), kind="params"),
    Case("traversal.yaml", text("plan: ../../etc/passwd\n"), False, ("plan", "../../etc/passwd"), kind="params"),
    Case("observation_traversal.yaml", text("plan: demo-2027\nobservations: [../../../etc/passwd]\n"), False, ("observations", "../../../etc/passwd"), kind="params"),
    Case("absolute.yaml", text("plan: demo-2027\nobservations: [/etc/passwd]\n"), False, ("/etc/passwd",), kind="params"),
    Case("home.yaml", text("plan: demo-2027\nobservations: [~/.ssh/id_rsa]\n"), False, ("observations",), kind="params"),
    Case("drive.yaml", text("plan: demo-2027\nobservations: ['C:\\Windows\\x.csv']\n"), False, ("observations",), kind="params"),
    Case("remote.yaml", text("plan: demo-2027\nobservations: [ftp://192.0.2.1/x.csv]\n"), False, ("ftp", "observations"), kind="params"),
    Case("share.yaml", text("plan: demo-2027\nobservations: ['\\\\server\\x.csv']\n"), False, ("observations",), kind="params"),
    Case("format_string.yaml", text("plan: demo-2027\narea: '{area.__class__.__mro__}'\n"), False, ("area",), kind="params"),
    Case("code_value.yaml", text("plan: demo-2027\narea: '__import__(\"os\").system(\"id\")'\n"), False, ("area",), kind="params"),
    Case("newline_value.yaml", text('plan: demo-2027\narea: "x\\nimport os"\n'), False, ("area",), kind="params"),
    Case("lang.yaml", text("plan: demo-2027\nlang: fr\n"), False, ("lang", "fr"), kind="params"),
    Case("year.yaml", text("plan: demo-2027\nas_of: 明年\n"), False, ("as_of", "明年"), kind="params"),
    Case("token.yaml", text("plan: demo-2027\napi_token: abc123\n"), False, ("api_token",), kind="params", absent=("abc123",)),
    Case("twice.yaml", text("plan: demo-2027\nplan: other\n"), False, ("plan", "demo-2027", "other"), kind="params"),
    Case("nested.yaml", text("plan: {id: demo-2027}\n"), False, ("plan",), kind="params"),
    Case("colon.yaml", text("plan：demo-2027\n"), False, ("：",), kind="params"),
    Case("dunder.yaml", text("__class__: x\n"), False, ("__class__",), kind="params"),
    Case("list.yaml", text("- plan: demo-2027\n"), False, (), kind="params"),
    Case("params.json", text('{"plan": "demo-2027"}'), False, (".json",), kind="params"),
]  # fmt: skip


def _calculated(body: str = "") -> bytes:
    """A workbook with one formula whose result was saved with it."""

    def edit(name: str, old: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return old
        return old.replace(b'<c r="D5" t="n"><v>3.52</v></c>', b'<c r="D5"><f>3+0.52</f><v>3.52</v></c>')

    return _edit_zip(book(("数据", table())), edit)


def _hide_lines(workbook) -> None:
    workbook.worksheets[0].row_dimensions[5].hidden = True
    workbook.worksheets[0].column_dimensions["F"].hidden = True


def ods(rows: str, *, before: str = "", table: str = "", manifest: bytes = b"<manifest/>") -> bytes:
    """An OpenDocument spreadsheet with these rows as XML."""
    names = "".join(
        f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text", "style")
    )
    xml = (
        f'<?xml version="1.0"?>{before}<office:document-content{names}><office:automatic-styles><style:style style:name="gone">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>'
        f'<table:table table:name="数据" {table}>{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    parts = {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": xml.encode(),
        "META-INF/manifest.xml": manifest,
    }
    return _edit_zip(b"PK\x05\x06" + b"\0" * 18, lambda n, o: o, parts)


def ods_row(*cells: object, more: str = "") -> str:
    """One row; a number may carry attributes as a pair (number, attributes)."""
    out = []
    for cell in cells:
        value, extra = cell if isinstance(cell, tuple) else (cell, "")
        if isinstance(value, str):
            out.append(
                f'<table:table-cell office:value-type="string" {extra}><text:p>{value}</text:p></table:table-cell>'
            )
        elif value is None:
            out.append(f"<table:table-cell {extra}/>")
        else:
            kind = "" if "value-type" in extra else 'office:value-type="float"'
            out.append(
                f'<table:table-cell {kind} office:value="{value}" {extra}><text:p>{value}</text:p></table:table-cell>'
            )
    return f"<table:table-row {more}>{''.join(out)}</table:table-row>"


_ODS_HEAD = ods_row(*HEAD.split(","))
_ODS_TWO = ods_row("婴儿死亡率", "浦东新区", 2022, 2.26, "‰", "年报") + ods_row(
    "婴儿死亡率", "浦东新区", 2023, 2.15, "‰", "年报"
)
_PERCENT = 'office:value-type="percentage"'
_LATE = rates(tuple(range(2015, 2022)))
ODS_CASES = [
    Case("plain.ods", lambda: ods(_ODS_HEAD + _ODS_TWO), True, values=_LATE),
    Case("percent.ods", lambda: ods(_ODS_HEAD + ods_row("居民健康素养水平", "浦东新区", 2023, (0.405, _PERCENT), "%", "年报")), True, ("40.5%",), {("居民健康素养水平", "浦东新区", 2023): 40.5}),
    Case("uncalculated.ods", lambda: ods(_ODS_HEAD + ods_row("婴儿死亡率", "浦东新区", 2023, (None, 'table:formula="of:=1+1"'), "‰", "年报")), False, ("2", "公式")),
    Case("error.ods", lambda: ods(_ODS_HEAD + ods_row("婴儿死亡率", "浦东新区", 2023, ("#DIV/0!", 'table:formula="of:=1/0"'), "‰", "年报")), False, ("2", "#DIV/0!")),
    Case("hidden.ods", lambda: ods(_ODS_HEAD + _ODS_TWO, table='table:style-name="gone"'), False, ("隐藏",)),
    Case("hidden_row.ods", lambda: ods(_ODS_HEAD + _ODS_TWO.replace("<table:table-row", '<table:table-row table:visibility="collapse"', 1)), True, ("隐藏",), _LATE),
    Case("merged.ods", lambda: ods(_ODS_HEAD + ods_row(("婴儿死亡率", 'table:number-rows-spanned="2"'), "浦东新区", 2022, 2.26, "‰", "年报") + ods_row(None, "浦东新区", 2023, 2.15, "‰", "年报")), True, ("合并",), _LATE),
    Case("date_year.ods", lambda: ods(_ODS_HEAD + '<table:table-row><table:table-cell office:value-type="string"><text:p>婴儿死亡率</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>浦东新区</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2023-12-31"><text:p>2023-12-31</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="2.15"/><table:table-cell office:value-type="string"><text:p>‰</text:p></table:table-cell></table:table-row>'), True, values=rates(tuple(range(2015, 2023)))),
    Case("repeated.ods", lambda: ods(_ODS_HEAD + ods_row("x", more='table:number-rows-repeated="1048576"')), False, ("1",)),
    Case("wide_repeat.ods", lambda: ods(_ODS_HEAD + ods_row(("x", 'table:number-columns-repeated="16384"'))), False, ()),
    Case("blank_tail.ods", lambda: ods(_ODS_HEAD + _ODS_TWO + ods_row((None, 'table:number-columns-repeated="16384"'), more='table:number-rows-repeated="1048000"')), True, values=_LATE),
    Case("doctype.ods", lambda: ods(_ODS_HEAD + _ODS_TWO, before='<!DOCTYPE a [<!ENTITY x "y">]>'), False, ("实体",)),
    Case("locked.ods", lambda: ods(_ODS_HEAD, manifest=b"<manifest><encryption-data/></manifest>"), False, ("密码",)),
    Case("broken.ods", lambda: ods(_ODS_HEAD + "<table:table-row>"), False, ("损坏",)),
    Case("bad_number.ods", lambda: ods(_ODS_HEAD + ods_row("婴儿死亡率", "浦东新区", 2023, ("2.15", 'office:value="abc"'), "‰", "年报").replace('office:value-type="string" office:value="abc"', 'office:value-type="float" office:value="abc"')), False, ()),
    Case("bad_date.ods", lambda: ods(_ODS_HEAD + '<table:table-row><table:table-cell office:value-type="date" office:date-value="tomorrow"/></table:table-row>'), False, ()),
    Case("ods_named.xlsx", lambda: ods(_ODS_HEAD + _ODS_TWO), False, ("ods",)),
]  # fmt: skip

SECOND_CASES = [
    Case("calculated.xlsx", _calculated, True, ("公式",), rates()),
    Case("hidden_lines.xlsx", lambda: book(("数据", table()), change=_hide_lines), True, ("隐藏",), rates()),
    Case("macro.xlsm", lambda: _edit_zip(book(("数据", table())), lambda n, o: o, {"xl/vbaProject.bin": b"x"}), True, ("宏", "xlsx"), rates()),
    Case("old.xls", lambda: biff.workbook(table()), True, (), rates()),
    Case("old_locked.xls", lambda: biff.workbook(table(), locked=True), False, ("密码",)),
    Case("old_far.xls", lambda: biff.workbook(table(), extra=biff.number(65535, 255, 1)), False, ("65536",)),
    Case("old_hidden.xls", lambda: biff.workbook(table(), hidden=True), False, ("隐藏",)),
    Case("old_named.xlsx", lambda: biff.workbook(table()), False, ("xls",)),
    Case("wps.et", lambda: biff.workbook(table()), False, ("WPS", "xlsx")),
    Case("old_circle.xls", lambda: (lambda d: d[:512] + b"\0\0\0\0" * 128 + d[1024:])(biff.workbook(table())), False, ("损坏",)),
    Case("many_elements.xlsx", lambda: _sheet_xml(b"<a/>" * 1_600_000), False, ()),
    Case("doctype_in_styles.xlsx", lambda: _edit_zip(book(("数据", table())), lambda n, o: o.replace(b"<styleSheet", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><styleSheet') if n == "xl/styles.xml" else o), False, ("实体",)),
    Case("overlong_cell.csv", text(long().replace("年报\n", "甲" * 3000 + "\n", 1)), False, ("2", "来源")),
    Case("huge_cell.csv", text(long().replace("年报\n", "甲" * 150_000 + "\n", 1)), False, ("2", "来源")),
    Case("huge_line.csv", text(HEAD + "\n" + "x" * 1_100_000), False, ()),
    Case("many_faults.csv", text(HEAD + "\n" + "".join(f"婴儿死亡率,镇{i},2020,约2,‰,年报\n" for i in range(320))), False, ("20",), codes=("FAULT-MORE",)),
    Case("two_numbers.csv", text(long(y2018="3.52（力争3.4）")), False, ("5", "3.4")),
    Case("foreign_digits.csv", text(long(y2018="٣.٥")), False, ("5",)),
    Case("all_months.csv", text(put(long(), 10, "婴儿死亡率,浦东新区,2023年1-12月,2.15,‰,年报")), True, values=rates()),
    Case("broken_year.csv", text(put(long(), 10, "婴儿死亡率,浦东新区,20 23,2.15,‰,年报")), False, ("10", "20 23")),
    Case("running_year.csv", text(put(long(), 10, "婴儿死亡率,浦东新区,2026,2.15,‰,年报")), True, ("2026",)),
    Case("lone_zero.csv", text(long(y2018="0")), True, ("2018",)),
    Case("marked_goal.csv", text(targets(nurses(value="4.5①"))), True, ("①",), one_target(), kind="targets"),
    Case("ditto.csv", text(put(long(), 6, "〃,浦东新区,2019,3.06,‰,年报")), False, ("6", "指标")),
    Case("ditto_area.csv", text(put(long(), 6, "婴儿死亡率,同上,2019,3.06,‰,年报")), False, ("6", "地区")),
    Case("part_rows.csv", text(HEAD + "\n人均预期寿命,浦东新区,2022,83,岁,年报\n其中：男,浦东新区,2022,81,岁,年报\n女,浦东新区,2022,85,岁,年报\n"), True, ("3-4",)),
    Case("group_title.csv", text("表1 浦东新区农村孕产妇死亡率,,,,,\n" + HEAD + "\n孕产妇死亡率,浦东新区,2022,9,1/10万,年报\n"), False, ("农村",)),
    Case("part_row.csv", text(put(long(), 6, "其中：男,浦东新区,2019,3.06,‰,年报")), False, ("6", "其中")),
    Case("number_as_indicator.csv", text(put(long(), 6, "12,浦东新区,2019,3.06,‰,年报")), False, ("6", "指标")),
    Case("note_of_one_year.csv", text("指标,地区,单位,2021年,2022年,备注\n婴儿死亡率,浦东新区,‰,2.3,2.26,2022年口径变化\n"), True),
    Case("two_units_of_people.csv", text(long({2022: "256000", 2023: "26.1"}, "常住人口", "万人")), False, ("26.1",)),
    Case("quarter_column.csv", text("指标,地区,年份,季度,数值,单位\n出生活产数,浦东新区,2023,1,6000,人\n出生活产数,浦东新区,2023,2,6100,人\n"), True, values={}),
    Case("month_column.csv", text("指标,地区,年份,月份,数值,单位\n出生活产数,浦东新区,2023,1,2000,人\n"), True, values={}),
    Case("whole_year_period.csv", text("指标,地区,年份,时期,数值,单位\n出生活产数,浦东新区,2023,全年,24110,人\n"), True, values={("出生活产数", "浦东新区", 2023): 24110.0}),
    Case("spaces_between.csv", text(long().replace(",", " ")), False, ("分隔符",)),
    Case("formula_source.csv", text(long().replace("年报", '"=HYPERLINK(""http://192.0.2.1"")"')), True, ("公式",), rates()),
    Case("markup_source.csv", text(long().replace("年报", "<script>x</script>")), True, ("标签",), rates()),
    Case("lone_value.csv", text(put(long(), 6, ",,,约3,,")), False, ("6", "约3")),
    Case("goal_columns.csv", text("指标,地区,单位,2020年,2025年目标值,2030年目标值\n婴儿死亡率,浦东新区,‰,2.66,2.3,2.0\n"), True, values={("婴儿死亡率", "浦东新区", 2025): 2.3, ("婴儿死亡率", "浦东新区", 2030): 2.0}, kind="targets"),
    Case("goal_and_baseline_columns.csv", text("指标,地区,单位,2020年基期值,2030年目标值\n婴儿死亡率,浦东新区,‰,2.66,3.0\n"), False, ("2.66", "3.0"), kind="targets"),
    Case("guess_goal_columns.csv", text("指标,地区,单位,2025年目标值,2030年目标值\n婴儿死亡率,浦东新区,‰,2.3,2.0\n"), True, values={("婴儿死亡率", "浦东新区", 2025): 2.3, ("婴儿死亡率", "浦东新区", 2030): 2.0}, kind="any"),
    Case("traditional_area.csv", text(long() + "婴儿死亡率,浦東新區,2014,4.9,‰,年报\n"), False, ("浦東新區", "11")),
    Case("traditional_indicator.csv", text(long(indicator="嬰兒死亡率")), True, ("婴儿死亡率", "2")),
    Case("turned_area.csv", text(long(area="\u202e区新东浦")), False, ("地区",)),
    Case("old_far_inside.xls", lambda: biff.workbook(table(), inside=biff.number(65535, 32767, 1)), False, ("损坏",)),
    Case("old_many_strings.xls", lambda: biff.workbook(table(), extra=biff.record(0x00FC, b"\xff\xff\xff\x7f" * 2)), True, (), rates()),
    Case("all_relabelled.csv", text(long(unit="%")), False, ("%", "‰", "45.8")),
    Case("all_converted.csv", text(long({y: f"{float(v) / 10:.3f}" for y, v in RATES.items()}, unit="%")), True, ("%", "‰"), rates()),
    Case("share_in_permille.csv", text(long(LITERACY, "居民健康素养水平", "‰")), False, ("‰", "21.9")),
    Case("relabelled_goal.csv", text(targets("婴儿死亡率,浦东新区,2020,2.66,2030,2,%,下降,规划")), False, ("%", "20 ‰"), kind="targets"),
    Case("total_goal.csv", text(targets(nurses(), "婴儿死亡率,合计,2020,2.66,2030,2,‰,下降,规划")), True, ("合计",), one_target(), kind="targets"),
    Case("future_baseline.csv", text(targets("婴儿死亡率,浦东新区,2035,2.66,2030,2,‰,下降,规划")), False, ("2035", "2030"), kind="targets"),
    Case("row_of_key.yaml", yaml_goal(value="不足2"), False, ("第5行", "不足2"), kind="targets"),
    Case("missing_years.csv", text(long({2015: "4.58", 2016: "3.76", 2019: "3.06", 2020: "2.66"})), True, ("2017-2018",)),
    Case("wide_line.csv", text(HEAD + ",x" * 2000 + "\n"), False, ()),
    Case("blank_year.csv", text(put(long(), 6, "婴儿死亡率,浦东新区,,3.06,‰,年报")), False, ("6", "年份")),
    Case("mid_year_day.csv", text(put(long(), 10, "婴儿死亡率,浦东新区,2023-06-30,2.15,‰,年报")), True, ("2023-06-30",), rates()),
    Case("two_digit_header.csv", text(wide("22年,23年", "婴儿死亡率,浦东新区,‰,2.26,2.15")), False, ("22年", "23年")),
    Case("serial_header.csv", text(wide("44926,45291", "婴儿死亡率,浦东新区,‰,2.26,2.15")), False, ("44926",)),
    Case("marked_indicator.csv", text(long(indicator="婴儿死亡率①")), True, ("①",), rates()),
    Case("worded_indicator.csv", text(long(indicator="全区婴儿的死亡率")), True, ("婴儿死亡率",), rates()),
    Case("part_above_whole.csv", text("指标,地区,年份,数值,单位,分子,分母\n居民健康素养水平,浦东新区,2023,40,%,4000,1000\n"), False, ("4000", "1000")),
    Case("parts_rounded.csv", text("指标,地区,年份,数值,单位,分子,分母\n居民健康素养水平,浦东新区,2023,40.5,%,405,1000\n居民健康素养水平,浦东新区,2022,40,%,405,1000\n"), True),
    Case("parts_differ.csv", text("指标,地区,年份,数值,单位,分子,分母\n居民健康素养水平,浦东新区,2022,38,%,405,1000\n"), False, ("38", "405", "1000", "40.5")),
    Case("parts_weighed.csv", text("指标,地区,年份,数值,单位,分子,分母,备注\n居民健康素养水平,浦东新区,2022,38,%,405,1000,加权\n"), True, ("40.5",)),
    Case("parts_fraction.csv", text("指标,地区,年份,数值,单位,分子,分母\n居民健康素养水平,浦东新区,2022,0.45,%,9,20\n"), False, ("0.45", "9", "20", "45%")),
    Case("part_alone.csv", text("指标,地区,年份,数值,单位,分子,分母\n居民健康素养水平,浦东新区,2022,,%,405,\n"), False, ("405",)),
    Case("parts_below_years.csv", text("指标,地区,单位,2022年,2023年,2023年,2023年\n,,,,数值,分子,分母\n居民健康素养水平,浦东新区,%,40,,405,1000\n"), True, (), {("居民健康素养水平", "浦东新区", 2022): 40, ("居民健康素养水平", "浦东新区", 2023): 40.5}),
    Case("none_said.csv", text(long({2022: "无", 2023: "2.15"}, "婴儿死亡率")), True, ("1格", "无"), {("婴儿死亡率", "浦东新区", 2023): 2.15}),
    Case("count_times_ten.csv", text(long({2018: "12", 2019: "13", 2020: "130", 2021: "12", 2022: "14"}, "孕产妇死亡数", "人")), True, ("130",)),
    Case("one_death.csv", text(long({2018: "0", 2019: "0", 2020: "52", 2021: "0"}, "孕产妇死亡率", "1/10万")), True, ("52", "2020")),
    Case("step.csv", text(long({2016: "3.1", 2017: "3.2", 2018: "3.3", 2019: "3.4", 2020: "2.1", 2021: "2.2", 2022: "2.3"}, "每千人口注册护士数", "人")), True, ("2020",)),
    Case("step_declared.csv", text(long({2016: "3.1", 2017: "3.2", 2018: "3.3", 2019: "3.4", 2020: "2.1（口径变化）", 2021: "2.2", 2022: "2.3"}, "每千人口注册护士数", "人")), True, absent=("突变",)),
    Case("label_switched.csv", text(long().replace("2.3,‰", "2.3,%").replace("2.26,‰", "2.26,%")), False, ("8", "%", "‰")),
    Case("life_far.csv", text(long({2023: "1000"}, "人均预期寿命", "岁")), False, ("1000",)),
    Case("literacy_zero.csv", text(long({2023: "0"}, "居民健康素养水平", "%")), True, ("居民健康素养水平",)),
    Case("negative_unknown.csv", text(long({2023: "-5"}, "网络满意度指数", "分")), False, ("-5",)),
    Case("part_of_a_person.csv", text(long({2022: "25433.5", 2023: "24110.2"}, "出生活产数", "人")), False, ("整数",)),
    Case("type_column.csv", text("指标,地区,年份,数值,单位,类型\n婴儿死亡率,浦东新区,2023,2.15,‰,实际\n婴儿死亡率,浦东新区,2025,2.0,‰,目标\n"), True, ("目标",), {("婴儿死亡率", "浦东新区", 2023): 2.15}),
    Case("department.csv", text("指标,地区,年份,数值,单位,填报科室,所属规划\n" + "".join(f"婴儿死亡率,浦东新区,{y},{v},‰,规划信息科,目标\n" for y, v in RATES.items())), True, ("填报科室",), rates()),
    Case("explanation.csv", text("指标,地区,年份,数值,单位,备注\n婴儿死亡率,浦东新区,2022,2.26,‰,see explanation\n婴儿死亡率,浦东新区,2023,2.15,‰,按规划口径；由规划信息科提供\n"), True, (), {("婴儿死亡率", "浦东新区", 2022): 2.26, ("婴儿死亡率", "浦东新区", 2023): 2.15}),
    Case("expected_note.csv", text("指标,地区,年份,数值,单位,备注\n婴儿死亡率,浦东新区,2022,2.26,‰,\n婴儿死亡率,浦东新区,2023,2.15,‰,预计数，以年报为准\n"), True, ("预计数",), {("婴儿死亡率", "浦东新区", 2022): 2.26}),
    Case("outbreak.csv", text(HEAD + ",备注\n" + "".join(f"百日咳发病率,浦东新区,{y},{v},1/10万,年报,{n}\n" for y, v, n in ((2020, 1.1, ""), (2021, 0.9, ""), (2022, 1.4, ""), (2023, 1.2, ""), (2024, 12.3, "暴发，已核实")))), True, ("核实", "12.3")),
    Case("outbreak_answered.csv", text(HEAD + ",是否核实\n" + "".join(f"婴儿死亡率,浦东新区,{y},{v},‰,年报,{n}\n" for y, v, n in ((2019, 3.1, ""), (2020, 3.2, ""), (2021, 2.9, ""), (2022, 3.3, ""), (2023, 31, "是")))), True, ("核实",)),
    Case("outbreak_doubted.csv", text(HEAD + ",备注\n" + "".join(f"百日咳发病率,浦东新区,{y},{v},1/10万,年报,{n}\n" for y, v, n in ((2020, 1.1, ""), (2021, 0.9, ""), (2022, 1.4, ""), (2023, 1.2, ""), (2024, 12.3, "未经核实")))), False, ("12.3",)),
    Case("outbreak_of_cases.csv", text(HEAD + "\n" + "".join(f"手足口病聚集性疫情,浦东新区,{y},{v},起,年报\n" for y, v in ((2019, 3), (2020, 2), (2021, 3), (2022, 4), (2023, 31)))), True, ("31",)),
    Case("spelled_twice.csv", text(long(indicator="网络满意度指数", unit="分").replace("网络满意度指数,浦东新区,2018", "网络満意度指数,浦东新区,2018")), True, ("网络満意度指数", "网络满意度指数"), codes=("KEY-ALIKE",)),
    Case("near_names.csv", text(HEAD + "\n三甲医院数,浦东新区,2023,9,个,年报\n日均住院费用,浦东新区,2023,1200,元,年报\n"), True, absent=("三级医院数", "次均住院费用")),
    Case("verified_area.csv", text(long(head=HEAD + ",备注").replace("年报", "年报,") + "婴儿死亡率,浦东,2014,4.9,‰,年报,已核实\n"), True, ("浦东", "浦东新区", "11")),
    Case("status_column.csv", text("指标,地区,年份,数值,单位,数据状态\n婴儿死亡率,浦东新区,2022,2.26,‰,正式\n婴儿死亡率,浦东新区,2023,2.15,‰,预计\n"), True, ("预计",), {("婴儿死亡率", "浦东新区", 2022): 2.26}),
    Case("status_word.csv", text("指标,地区,年份,数值,单位,数据状态\n婴儿死亡率,浦东新区,2022,2.26,‰,某某\n"), True, ("某某",), {("婴儿死亡率", "浦东新区", 2022): 2.26}),
    Case("sex_column.csv", text("指标,地区,年份,数值,单位,性别\n婴儿死亡率,浦东新区,2022,2.26,‰,男\n婴儿死亡率,浦东新区,2022,2.16,‰,女\n"), True),
    Case("sex_heads.csv", text("指标,地区,年份,男,女,合计,单位\n人均预期寿命,浦东新区,2022,81,85.5,83.2,岁\n"), True),
    Case("sex_below_years.csv", text("指标,地区,单位,2022年,,,2023年,,\n,,,男,女,合计,男,女,合计\n人均预期寿命,浦东新区,岁,81,85.5,83.2,81.2,85.7,83.4\n"), True),
    Case("sex_below_measures.csv", text("年份,地区,人均预期寿命（岁）,,,孕产妇死亡率（1/10万）,\n,,男,女,合计,城市,农村\n2022,浦东新区,81,85.5,83.2,5,9\n"), True),
    Case("group_named.csv", text(HEAD + "\n农村孕产妇死亡率,浦东新区,2022,9,1/10万,年报\n男性预期寿命,浦东新区,2022,81,岁,年报\n"), True, ("农村", "男性")),
    Case("group_unknown.csv", text("指标,地区,年份,数值,单位,民族\n人均预期寿命,浦东新区,2022,83,岁,回族\n"), False, ("回族", "民族")),
    Case("group_like.csv", text("指标,地区,年份,数值,单位,类别\n人均预期寿命,浦东新区,2022,83,岁,农民工\n"), False, ("农民工", "类别")),
    Case("group_unnamed.csv", text("指标,地区,年份,数值,单位,甲\n人均预期寿命,浦东新区,2022,81,岁,男\n人均预期寿命,浦东新区,2022,85,岁,女\n"), True, ("甲",)),
    Case("group_apart.csv", text("指标,地区,年份,数值,单位,填报人\n人均预期寿命,浦东新区,2022,81,岁,张\n人均预期寿命,浦东新区,2022,85,岁,王\n"), False, ("填报人",)),
    Case("group_gap.csv", text("指标,地区,年份,数值,单位,性别\n人均预期寿命,浦东新区,2021,81,岁,男\n人均预期寿命,浦东新区,2022,81.2,岁,\n"), False, ("3", "合计")),
    Case("group_blank.csv", text("指标,地区,年份,数值,单位,性别\n人均预期寿命,浦东新区,2022,81,岁,男\n人均预期寿命,浦东新区,2022,83,岁,\n"), True, ("全人群",)),
    Case("group_note.csv", text("指标,地区,年份,数值,单位,备注\n人均预期寿命,浦东新区,2022,81,岁,男\n"), False, ("男",)),
    Case("group_area.csv", text(HEAD + "\n人均预期寿命,农村,2022,81,岁,年报\n"), False, ("农村",)),
    Case("group_both.csv", text("指标,地区,年份,数值,单位,性别\n男性预期寿命,浦东新区,2022,81,岁,女\n"), False, ("男性", "女")),
    Case("group_sheet.xlsx", lambda: book(("农村", [["指标", "地区", "年份", "数值", "单位"], ["孕产妇死亡率", "浦东新区", 2022, 9, "1/10万"]])), True, ("农村",)),
    Case("two_editions.csv", text("指标,地区,年份,数值,单位,来源\n人均预期寿命,浦东新区,2019,83.6,岁,2020年鉴\n人均预期寿命,浦东新区,2019,83.2,岁,2022年鉴\n"), True, ("83.6", "2022")),
    Case("revised_column.csv", text("指标,地区,年份,数值,修订值,单位\n人均预期寿命,浦东新区,2019,83.6,83.2,岁\n人均预期寿命,浦东新区,2020,83.7,,岁\n"), True, ("83.6", "83.2"), {("人均预期寿命", "浦东新区", 2019): 83.2, ("人均预期寿命", "浦东新区", 2020): 83.7}),
    Case("edition_column.csv", text("指标,地区,年份,数值,单位,版本\n人均预期寿命,浦东新区,2019,83.6,岁,甲版\n"), False, ("甲版",)),
    Case("another_basis.csv", text("指标,地区,年份,数值,单位,人口口径\n每千人口注册护士数,浦东新区,2019,3.1,人/千人,六普\n每千人口注册护士数,浦东新区,2020,3.0,人/千人,七普\n"), True, ("六普", "七普")),
    Case("step_elsewhere.csv", text(long({2014: "3.1", 2015: "3.2", 2016: "3.3", 2017: "2.1", 2018: "2.2", 2019: "2.3"}, "每千人口注册护士数", "人")), True, ("突变", "2017")),
    Case("ended_area.csv", text(long({2010: "1700", 2012: "1900"}, "医疗卫生机构床位数", "张", "大足县")), True, ("大足区", "2011")),
    Case("census_step.csv", text(long({2016: "2.8", 2017: "2.9", 2018: "3.0", 2019: "3.1", 2020: "2.95", 2021: "3.05"}, "每千人口注册护士数", "人/千人")), True, ("2020", "普查")),
    Case("towns_above_hundred.csv", text("指标,地区,年份,数值,单位\n国家卫生镇覆盖率,浦东新区,2023,120,%\n"), False, ("120", "上限"), codes=("VALUE-HIGH",)),
    Case("above_hundred.csv", text(long({2022: "99.2", 2023: "101.3"}, "产前检查率", "%")), True, ("101.3", "分母")),
    Case("area_code.csv", text(long(area="500101")), True),
    Case("crosswise.csv", text("年份,地区,婴儿死亡率（‰）,居民健康素养水平(%)\n2022,浦东新区,2.26,38.3\n2023年,浦东新区,2.15,40.5\n"), True, values={("婴儿死亡率", "浦东新区", 2022): 2.26, ("婴儿死亡率", "浦东新区", 2023): 2.15, ("居民健康素养水平", "浦东新区", 2022): 38.3, ("居民健康素养水平", "浦东新区", 2023): 40.5}),
    Case("merged_says_so.xlsx", lambda: book(("数据", [HEAD.split(","), ["婴儿死亡率", "浦东新区", 2022, 2.26, "‰", "年报"], [None, "浦东新区", 2023, 2.15, "‰", "年报"]]), change=_merge("A2:A3")), True, ("合并",), rates(tuple(range(2015, 2022)))),
    Case("backward.csv", text(targets("婴儿死亡率,浦东新区,2020,2.66,2030,3.2,‰,下降,规划")), False, ("2.66", "3.2", "下降"), kind="targets"),
    Case("wrong_direction.csv", text(targets("婴儿死亡率,浦东新区,2020,2.66,2030,2,‰,上升,规划")), False, ("上升", "婴儿死亡率"), kind="targets"),
    Case("no_change.csv", text(targets(nurses(value="3.72"))), True, ("3.72",), kind="targets"),
    Case("far_goal.csv", text(targets("婴儿死亡率,浦东新区,2020,26.6,2030,2,‰,下降,规划")), True, ("26.6",), kind="targets"),
    Case("hundredfold_goal.csv", text(targets("每千人口注册护士数,浦东新区,2020,0.372,2030,37.2,人,上升,规划")), False, ("0.372", "37.2"), kind="targets"),
    Case("stages_back.csv", text(targets(nurses(year="2028", value="5"), nurses(year="2030", value="4.5"))), True, ("2028", "2030"), kind="targets"),
    Case("two_baselines.csv", text(targets(nurses(year="2028", value="4.2"), nurses().replace("3.72", "3.9"))), True, ("3.9", "3.72"), kind="targets"),
    Case("unreadable_deadline.csv", text("指标,地区,完成时限,目标值,单位\n婴儿死亡率,浦东新区,近期,2,‰\n"), False, ("近期",), kind="targets"),
    Case("year_typo.csv", text(targets(nurses(year="2225"))), False, ("2225",), kind="targets"),
    Case("no_direction.csv", text("指标,地区,目标年份,目标值,单位\n网络满意度指数,浦东新区,2030,90,分\n"), True, ("方向",), kind="targets"),
    Case("no_target_header.csv", text("甲,乙\n1,2\n"), False, ("指标",), kind="targets"),
    Case("two_documents.yaml", yaml_goal(after="---\na: 1\n"), False, ("---",), kind="targets"),
    Case("outside.yaml", text("plan: demo-2027\nobservations: [..\\x.csv]\n"), False, ("observations",), kind="params"),
    Case("guess_targets.csv", text(targets(nurses())), True, values=one_target(), kind="any"),
    Case("guess_figures.csv", text(long()), True, values=rates(), kind="any"),
    Case("guess_parameters.yaml", text("plan: demo-2027\n"), True, kind="any"),
    Case("guess_targets.yaml", yaml_goal(), True, values=GOAL, kind="any"),
    Case("guess_ours.csv", text("milestone_id,plan_id,locator,deliverable_zh,deliverable_en,area,wording,state\na-m001,a,一,x,x,wanzhou,must,current\n"), True, kind="any"),
    Case("guess_ours_wrong.csv", text("milestone_id,plan_id,locator,deliverable_zh,deliverable_en,area,wording,state\na-m001,a,一,x,x,wanzhou,should,current\n"), False, ("2", "wording", "should"), kind="any"),
    Case("example_row.csv", text(long() + "婴儿死亡率,浦东新区,2014,9,‰,示例行\n"), True, ("示例行",), rates()),
]  # fmt: skip

# what a remark beside the figure of 2023 says of it, by the code that must ask; "" for what may stand there
REMARKS = {
    "NOTE-PART": ("截至2023年9月底", "1—11月", "1-3季度数据", "2023年上半年", "数据更新至11月20日", "先填10月快报数", "不含12月", "截至填表之日", "数据为10个月合计",
                  "统计时间：2023.1.1-2023.9.30", "as of end of September 2023", "Jan–Nov only", "2022年为1—11月数", "本年累计至9月"),
    "GROUP-NOTE": ("仅城镇居民", "只统计了城区", "不含民营医院", "仅公立医院", "男性数据", "样本仅来自3个街道", "65岁以上老人的数", "为全市数据", "本数据不含高新区", "抽样未覆盖农村", "仅我院数据", "excluding private hospitals"),
    "NOTE-BASIS": ("户籍人口口径", "按常住人口计算"),
    "": ("1—12月", "截至2023年12月31日", "截至9月底，确为全年数", "2023年9月启用新系统", "2020年为1—11月数", "10月份开展调查，全区抽样1000人", "上半年已通过验收", "全人群", "含民营医院",
         "仅供参考", "民营医院3家、公立医院5家", "仅1家医院未完成", "城乡居民均包括"),
}  # fmt: skip
REMARK_CASES = [
    Case(f"remark_{code}_{n}.csv", text(f"指标,地区,单位,2021年,2022年,2023年,备注\n居民健康素养水平,浦东新区,%,36.5,38.3,40.5,{note}\n"), code in ("", "NOTE-BASIS"), (note,) if code else (), codes=(code,) if code else (),
         absent=("备注",) if not code else ())
    for code, notes in REMARKS.items() for n, note in enumerate(notes)
]  # fmt: skip

CASES = [
    *TEXT_CASES,
    *VALUE_CASES,
    *YEAR_CASES,
    *NAME_CASES,
    *WIDE_CASES,
    *BOOK_CASES,
    *TARGET_CASES,
    *YAML_CASES,
    *PARAMETER_CASES,
    *SECOND_CASES,
    *ODS_CASES,
    *REMARK_CASES,
]


def write(case: Case, folder: Path) -> Path:
    """The case's file in a folder."""
    path = folder / case.name
    path.write_bytes(case.make())
    return path
