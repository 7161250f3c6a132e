"""Guards A12: a file that asks for memory by a number in it is refused at once, and the number is named.

Each file is read in a process that may not have more than 3 GB and 60 seconds of processor time: what is not
refused beforehand dies there.
"""

import io
import os
import subprocess
import sys
import zipfile

import pytest
from conftest import ROOT

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs limits on a process")

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CELL = "<w:tc><w:tcPr>{}</w:tcPr><w:p><w:r><w:t>床位数达到5张</w:t></w:r></w:p></w:tc>"
HUGE = "999999999"


def packed(parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return made.getvalue()


def office(main, kind, parts, content_type):
    types = f'<Types xmlns="{TYPES}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/{main}" ContentType="{content_type}"/></Types>'  # fmt: skip
    rels = f'<Relationships xmlns="{TYPES}/relationships"><Relationship Id="r1" Type="{REL}/{kind}" Target="{main}"/></Relationships>'  # fmt: skip
    return packed({"[Content_Types].xml": types, "_rels/.rels": rels, **parts})


def docx(body):
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    text = f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    return office("word/document.xml", "officeDocument", {"word/document.xml": text}, kind)


def table(rows):
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{rows}</w:tbl>"


def xlsx(extra):
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    book = f'<workbook xmlns="{SHEET}" xmlns:r="{REL}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'  # fmt: skip
    rels = f'<Relationships xmlns="{TYPES}/relationships"><Relationship Id="r1" Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'  # fmt: skip
    sheet = f'<worksheet xmlns="{SHEET}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>指标</t></is></c></row></sheetData>{extra}</worksheet>'  # fmt: skip
    parts = {
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": rels,
        "xl/worksheets/sheet1.xml": sheet,
    }
    return office("xl/workbook.xml", "officeDocument", parts, kind)


def ods(rows):
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    body = f"<office:body><office:spreadsheet><table:table table:name='a'>{rows}</table:table></office:spreadsheet></office:body>"  # fmt: skip
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"<office:document-content {spaces}>{body}</office:document-content>",
        }
    )


def ods_cell(more="", text="指标"):
    return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"


def pdf(box="0 0 595 842", stream="", more=""):
    """One page, its cross-reference table left to the parser's repair."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R >>",
        f"<< /Length {len(stream)} {more} >>\nstream\n{stream}\nendstream",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{text}\nendobj\n".encode()
    start = len(made)
    lines = "".join(f"{place:010} 00000 n \n" for place in places)
    made += f"xref\n0 5\n0000000000 65535 f \n{lines}trailer << /Size 5 /Root 1 0 R >>\n".encode()
    return made + f"startxref\n{start}\n%%EOF\n".encode()


def html(rows):
    return f"<html><body><table>{rows}</table></body></html>".encode()


SPAN = '<w:gridSpan w:val="{}"/>'
PLANS = {
    "span.docx": (docx(table(f"<w:tr>{CELL.format(SPAN.format(HUGE))}</w:tr>")), HUGE),
    "digits.docx": (docx(table(f"<w:tr>{CELL.format(SPAN.format('9' * 6000))}</w:tr>")), "9" * 40),
    "before.docx": (docx(table(f'<w:tr><w:trPr><w:gridBefore w:val="{HUGE}"/></w:trPr>{CELL.format("")}</w:tr>')), HUGE),
    "many.docx": (docx(table(f"<w:tr>{CELL.format(SPAN.format(900)) * 900}</w:tr>")), "300600"),
    "nodes.docx": (docx("<w:p/>" * 6_100_000), "60"),
    "col.html": (html(f"<tr><td colspan={HUGE}>1</td><td>2</td></tr><tr><td>3<td>4</tr>"), HUGE),
    "row.html": (html(f"<tr><td rowspan={HUGE}>1</td><td>2</td></tr><tr><td>3<td>4</tr>"), HUGE),
    "digits.html": (html(f"<tr><td colspan={'9' * 6000}>1</td></tr><tr><td>3</tr>"), "9" * 40),
    "many.html": (html(f"<tr>{'<td colspan=1000>1</td>' * 900}</tr><tr><td>3<td>4</tr>"), "301000"),
    "long.html": (html("<tr><td rowspan=65534 colspan=1000>1</td></tr>" + "<tr><td>3</tr>" * 20_000), "200010"),
    "box.pdf": (pdf(f"0 0 {HUGE} {HUGE}"), HUGE),
    "columns.pdf": (pdf(stream="x", more=f"/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns {HUGE} >>"), HUGE),
    "index.pdf": (pdf(stream="x", more=f"/Type /XRef /W [1 2 1] /Index [0 {HUGE}]"), HUGE),
}  # fmt: skip
GOAL = "到2025年，每千人口床位数达到5.5张，居民健康素养水平达到30%以上。"
ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
# what asks for time or memory by all that stands in it, with the code of the one line that the reader gives up with
PIECES = {
    "paragraph.txt": (("2025年计划\n" + GOAL * 5000).encode(), "READ-SLOW"),
    "paragraphs.html": (b"<html><body>" + f"<p>{GOAL}</p>".encode() * 60_000, "READ-GOALS"),
    "depth.html": (b"<html><body>" + b"<div>" * 10_000 + GOAL.encode(), "READ-BROKEN"),
    "bomb.docx": (docx(f"<w:p><w:r><w:t>{'0' * 390_000_000}</w:t></w:r></w:p>"), "READ-MEMORY"),
    "entities.docx": (
        office(
            "word/document.xml",
            "officeDocument",
            {
                "word/document.xml": f'<!DOCTYPE d [<!ENTITY e0 "目标">{ENTITIES}]><w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&e9;</w:t></w:r></w:p></w:body></w:document>'
            },
            WORD,
        ),
        "READ-BROKEN",
    ),
}
TABLES = {
    "merge.xlsx": (xlsx('<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), "A1:XFD1048576"),
    "merges.xlsx": (xlsx("<mergeCells>" + "".join(f'<mergeCell ref="A{n}:Z{n + 9999}"/>' for n in (1, 20000, 40000)) + "</mergeCells>"), "A1:Z10000"),
    "rows.ods": (ods(f"<table:table-row table:number-rows-repeated='99999999'>{ods_cell()}</table:table-row>"), "99999999"),
    "columns.ods": (ods("<table:table-row>" + ods_cell("table:number-columns-repeated='99999999'") + "</table:table-row>"), "1000"),
}  # fmt: skip


def limited(*arguments):
    """The command in a process with 3 GB and 60 seconds; a document's answer comes from the fault alone. The last line of
    its standard error is the memory of the largest process that it started."""
    code = (
        "import atexit, resource, sys; peak = lambda: resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss;"
        "atexit.register(lambda: print(peak(), file=sys.stderr));"
        "resource.setrlimit(resource.RLIMIT_AS, (3 << 30,) * 2);"
        "resource.setrlimit(resource.RLIMIT_CPU, (60, 60));"
        f"sys.argv = ['healthplan', *{[str(a) for a in arguments]!r}];"
        "from healthplan.cli import main; main()"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT), "HEALTHPLAN_WORKSPACE": str(ROOT), "HEALTHPLAN_LANG": "en",
           "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # fmt: skip
    return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_that_asks_for_memory_is_refused_and_the_number_named(tmp_path, name):
    content, number = PLANS[name]
    (tmp_path / name).write_bytes(content)
    ran = limited("read-plan", tmp_path / name, "--out", tmp_path / "c.csv")
    assert ran.returncode == 1, ran.stderr
    assert "[READ-SPAN]" in ran.stderr and name in ran.stderr, ran.stderr
    assert number in ran.stderr
    assert not (tmp_path / "c.csv").exists()


@pytest.mark.parametrize("name", PIECES)
def test_a_plan_that_asks_for_time_or_memory_ends_with_one_line(tmp_path, name):
    """Ten seconds for this, and a gibibyte: of a process's own, with the limits of any system that has them."""
    content, code = PIECES[name]
    (tmp_path / name).write_bytes(content)
    ran = limited("read-plan", tmp_path / name, "--out", tmp_path / "c.csv")
    assert ran.returncode == 1
    *_, said, peak = ran.stderr.splitlines()
    assert f"[{code}]" in said and name in said, ran.stderr
    assert "Traceback" not in ran.stderr
    assert int(peak) < 1 << 20  # kB


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_asks_for_memory_is_refused_and_the_number_named(tmp_path, name):
    content, number = TABLES[name]
    (tmp_path / name).write_bytes(content)
    ran = limited("check", tmp_path / name)
    assert ran.returncode == 1, ran.stderr + ran.stdout
    assert "[FILE-FAR]" in ran.stdout and number in ran.stdout, ran.stdout + ran.stderr


def test_spans_that_end_beyond_the_sheet_are_cut(tmp_path):
    """A merged title over the whole width is ordinary; what it claims beyond the sheet is not built."""
    wide = "table:number-columns-spanned='99999999' table:number-rows-spanned='99999999'"
    rows = [
        ods_cell(wide, "指标"),
        "".join(ods_cell(text=t) for t in ("婴儿死亡率", "2023年", "2.1")),
    ]
    content = ods("".join(f"<table:table-row>{row}</table:table-row>" for row in rows))
    (tmp_path / "a.ods").write_bytes(content)
    ran = limited("check", tmp_path / "a.ods")
    assert "Error" not in ran.stderr and ran.returncode in (0, 1)


def test_ordinary_spans_are_read(tmp_path):
    """A heading over forty columns, a label down sixty rows, a page of A0: nothing to refuse."""
    (tmp_path / "a.docx").write_bytes(docx(table(f"<w:tr>{CELL.format(SPAN.format(40))}</w:tr>" * 3)))
    rows = (
        "<tr><td rowspan=60 colspan=2>到2025年，每千人口床位数达到5张</td><td>1</td></tr>" + "<tr><td>2</td></tr>" * 59
    )
    (tmp_path / "a.html").write_bytes(html(rows))
    for name in ("a.docx", "a.html"):
        ran = limited("read-plan", tmp_path / name, "--out", tmp_path / "c.csv")
        assert ran.returncode == 0, ran.stderr
