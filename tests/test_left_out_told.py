"""Guards: what a run leaves out of a user's file is named on the report's page and on the index, with its count; what only
looks like a plan's word is read."""

import healthplan as hp
from healthplan.report.manifest import DONE, Entry
from healthplan.report.result import result
from healthplan.report.sections import sources
from healthplan.report.site import index_pages

HEAD = "指标,地区,年份,数值,单位,填报科室,数据状态,备注\n"


def test_from_a_file_to_the_page_and_the_index(tmp_path):
    rows = [f"每千人口注册护士数,demo,{y},{v},人/千人,规划信息科,,见规划说明" for y, v in ((2021, 3.1), (2022, 3.2), (2023, 3.3))]  # fmt: skip
    rows += ["每千人口注册护士数,demo,2024,3.4,人/千人,规划信息科,预计,"]
    rows += [f"某某工作站数,demo,{y},3,个,规划信息科,," for y in (2022, 2023)]
    file = tmp_path / "护士.csv"
    file.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    seen = hp.plan("demo-2027", files=[str(file)])
    own = seen.vintages[seen.vintages["row"].notna() & (seen.vintages["indicator"] == "nurses_per_1000")]  # fmt: skip
    assert sorted(own["year"]) == [2021, 2022, 2023]

    # six cells of 填报科室, one value that is expected, two figures under an unknown name
    page = sources.sources(seen)
    assert "自有文件中未采用的内容（9处）" in page
    for told in ("填报科室", "预计", "某某工作站数"):
        assert told in page, told
    left = result(seen).left_out
    assert left == 9
    entry = Entry(page="a.html", name="a", plan="demo-2027", lang="zh", variant="newest", status=DONE, left_out=left)  # fmt: skip
    assert "自有文件中有9处未采用".encode() in index_pages([entry])["index.html"]
    clean = entry.model_copy(update={"left_out": 0})
    assert "未采用".encode() not in index_pages([clean])["index.html"]
