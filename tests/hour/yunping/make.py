"""Draws the pack of papers of the invented 云屏区 (澄岚市). Run: python make.py  (files land beside this script)."""
import csv
import html as H
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter as L

HERE = Path(__file__).resolve().parent
AREA, CITY = "云屏区", "澄岚市"
Y = list(range(2017, 2025))

# ------------------------------------------------------------------ the simulated truth
S: dict[str, dict[int, float]] = {}
K: dict[str, tuple[str, str, str, int]] = {}  # key -> (registered id, name, unit, decimals)
ND: dict[str, tuple[str, str]] = {}  # key -> (numerator key, denominator key)


def reg(key, name, unit, vals, dec=0, rid=None, start=None):
    years = Y if start is None else list(range(start, 2025))
    S[key] = dict(zip(years, vals))
    K[key] = (key if rid is None else rid, name, unit, dec)


def rate(key, name, unit, num, den, per, dec=2, rid=None):
    K[key] = (key if rid is None else rid, name, unit, dec)
    ND[key] = (num, den)
    S[key] = {y: round(S[num][y] / S[den][y] * per + 1e-9, dec) for y in S[num] if y in S[den]}


def share(key, name, numname, den, pct, dec=2, rid=None, start=2017):
    S[key + "_n"] = {y: round(S[den][y] * p / 100) for y, p in zip(range(start, 2025), pct)}
    K[key + "_n"] = ("", numname, "人", 0)
    rate(key, name, "%", key + "_n", den, 100, dec, rid)


reg("population_resident", "年末常住人口", "人", [505800, 508600, 511200, 514300, 516800, 518900, 520700, 522400])
reg("population_registered", "年末户籍人口", "人", [468200, 470100, 471900, 473000, 473800, 474100, 474000, 473600])
reg("population_65plus", "65岁及以上常住人口", "人", [62300, 65100, 68000, 71400, 74900, 78300, 81900, 85200])
rate("population_65plus_share", "65岁及以上人口占比", "%", "population_65plus", "population_resident", 100, 1)
reg("births", "出生人口数", "人", [5012, 4788, 4561, 4290, 4118, 3995, 3942, 4087])
reg("deaths_total", "死亡人口数", "人", [3058, 3096, 3144, 3190, 3227, 3342, 3401, 3388])
avg = {y: (S["population_resident"].get(y - 1, 503100) + S["population_resident"][y]) / 2 for y in Y}
S["_avg"] = avg
rate("birth_rate", "人口出生率", "‰", "births", "_avg", 1000, 2)
rate("death_rate", "人口死亡率", "‰", "deaths_total", "_avg", 1000, 2)
del ND["birth_rate"], ND["death_rate"]
S["natural_growth_rate"] = {y: round(S["birth_rate"][y] - S["death_rate"][y], 2) for y in Y}
K["natural_growth_rate"] = ("natural_growth_rate", "人口自然增长率", "‰", 2)

reg("live_births", "活产数", "人", [4986, 4751, 4538, 4266, 4102, 3981, 3925, 4071])
reg("infant_deaths", "婴儿死亡数", "人", [19, 17, 15, 13, 12, 11, 10, 9])
reg("under5_deaths", "5岁以下儿童死亡数", "人", [26, 24, 21, 18, 17, 16, 14, 13])
reg("neonatal_deaths", "新生儿死亡数", "人", [11, 10, 9, 8, 7, 6, 6, 5], rid="")
reg("maternal_deaths", "孕产妇死亡数", "人", [1, 0, 1, 0, 0, 1, 0, 0])
rate("infant_mortality_rate", "婴儿死亡率", "‰", "infant_deaths", "live_births", 1000)
rate("under5_mortality_rate", "5岁以下儿童死亡率", "‰", "under5_deaths", "live_births", 1000)
rate("neonatal_mortality_rate", "新生儿死亡率", "‰", "neonatal_deaths", "live_births", 1000)
rate("maternal_mortality_rate", "孕产妇死亡率", "1/10万", "maternal_deaths", "live_births", 100000)
share("maternal_mgmt_rate", "产妇系统管理率", "产妇系统管理人数", "live_births", [90.6, 91.0, 91.4, 91.9, 92.3, 92.6, 93.1, 93.4])
share("hospital_delivery_rate", "住院分娩率", "住院分娩活产数", "live_births", [99.9, 99.92, 99.93, 99.95, 99.95, 99.97, 99.97, 100])
share("newborn_visit_rate", "新生儿访视率", "新生儿访视人数", "live_births", [95.1, 95.6, 96.0, 95.2, 96.4, 96.9, 97.1, 97.6])
reg("child_u3_total", "3岁以下儿童数", "人", [15420, 14980, 14310, 13640, 12950, 12380, 12030, 11960], rid="")
share("child_u3_mgmt_rate", "3岁以下儿童系统管理率", "3岁以下儿童系统管理人数", "child_u3_total", [90.2, 90.9, 91.1, 90.4, 91.6, 92.0, 92.5, 92.9])
reg("women_due", "应查适龄妇女数", "人", [15000, 15200, 15600, 16000, 16400, 16800, 17200], rid="", start=2018)
share("womens_two_cancer_screening_rate", "适龄妇女两癌筛查覆盖率", "两癌免费检查人数", "women_due",
      [38.2, 42.7, 41.5, 47.3, 50.8, 53.6, 57.1], start=2018)

reg("life_expectancy", "人均预期寿命", "岁", [78.02, 78.35, 78.71, 79.02, 79.20, 79.41, 79.72, 79.95], 2)
reg("premature_ncd_mortality", "重大慢性病过早死亡率", "%", [16.2, 15.9, 15.6, 15.2, 14.9, 14.7, 14.4, 14.1], 1)
reg("health_literacy_rate", "居民健康素养水平", "%", [14.8, 17.3, 20.1, 23.6, 26.2, 28.9, 31.4, 33.7], 1)
reg("immunization_rate", "适龄儿童免疫规划疫苗接种率", "%", [97.82, 98.01, 98.14, 97.55, 98.20, 98.33, 98.41, 98.56], 2)
reg("tb_cases", "肺结核报告发病数", "例", [262, 255, 241, 228, 219, 214, 203, 196])
rate("tb_incidence", "肺结核报告发病率", "1/10万", "tb_cases", "population_resident", 100000)
reg("epidemic_spread_events", "疫情蔓延事件数", "起", [0, 0, 0, 0, 0], start=2020)
reg("pertussis_cases", "百日咳报告病例数", "例", [6, 9, 11, 4, 3, 14, 22, 431], rid="")
reg("hypertension_managed_count", "接受健康管理的高血压患者数", "人", [45120, 46230, 47015, 48244], start=2021)
share("hypertension_standard_mgmt_rate", "高血压患者规范管理率", "高血压规范管理人数", "hypertension_managed_count", [69.8, 70.9, 72.4, 73.6], start=2021)
reg("diabetes_managed_count", "接受健康管理的糖尿病患者数", "人", [14210, 14866, 15302, 15911], start=2021)
share("diabetes_standard_mgmt_rate", "2型糖尿病患者规范管理率", "糖尿病规范管理人数", "diabetes_managed_count", [68.1, 69.5, 71.0, 72.2], start=2021)
reg("smi_registered", "在册严重精神障碍患者数", "人", [2016, 2054, 2081, 2107], rid="", start=2021)
share("smi_standard_mgmt_rate", "严重精神障碍患者规范管理率", "严重精神障碍规范管理人数", "smi_registered", [88.4, 89.6, 91.1, 92.3], start=2021)
reg("elderly_base", "辖区65岁及以上常住居民数", "人", [74900, 78300, 81900, 85200], rid="", start=2021)
share("elderly_standard_mgmt_rate", "65岁及以上老年人城乡社区规范健康管理服务率", "规范健康管理的老年人数", "elderly_base", [58.6, 60.3, 62.2, 63.9], start=2021)

reg("institutions_total", "医疗卫生机构总数", "个", [398, 403, 409, 412, 415, 418, 424, 427])
reg("hospitals_total", "医院数", "个", [11, 11, 12, 13, 13, 14, 15, 15])
reg("township_hospitals", "乡镇卫生院数", "个", [12, 12, 12, 12, 11, 11, 11, 11])
reg("community_health_centres", "社区卫生服务中心（站）数", "个", [19, 19, 20, 21, 22, 22, 23, 24])
reg("village_clinics", "村卫生室数", "个", [131, 131, 130, 130, 128, 128, 127, 126])
reg("tertiary_hospitals", "三级医院数", "个", [1, 1, 1, 1, 1, 1, 1, 2])
reg("village_ok", "达到基本标准的村卫生室数", "个", [62, 73, 85, 96], rid="", start=2021)
rate("village_clinic_basic_standard_share", "村卫生室达到基本标准的比例", "%", "village_ok", "village_clinics", 100, 1)
reg("beds_total", "医疗卫生机构床位数", "张", [2768, 2840, 2921, 3004, 3068, 3142, 3215, 3268])
reg("hospital_beds", "医院床位数", "张", [2102, 2160, 2231, 2304, 2352, 2418, 2480, 2521])
reg("health_workers_total", "卫生人员总数", "人", [3902, 4046, 4205, 4377, 4546, 4706, 4871, 5002])
reg("health_technicians", "卫生技术人员数", "人", [3150, 3282, 3430, 3590, 3742, 3890, 4041, 4160])
reg("physicians", "执业（助理）医师数", "人", [1182, 1225, 1280, 1334, 1392, 1446, 1503, 1549])
reg("licensed_physicians", "执业医师数", "人", [968, 1010, 1063, 1117, 1171, 1225, 1281, 1330])
reg("nurses", "注册护士数", "人", [1298, 1370, 1452, 1541, 1620, 1702, 1786, 1850])
reg("gps", "全科医生数", "人", [98, 110, 123, 137, 149, 160, 172, 181], rid="")
reg("pharmacists", "药师数", "人", [198, 205, 213, 221, 229, 238, 247, 255])
reg("village_doctors", "乡村医生和卫生员数", "人", [212, 204, 196, 187, 179, 170, 164, 158])
rate("beds_per_1000", "每千人口医疗卫生机构床位数", "张/千人", "beds_total", "population_resident", 1000)
rate("physicians_per_1000", "每千人口执业（助理）医师数", "人/千人", "physicians", "population_resident", 1000)
rate("nurses_per_1000", "每千人口注册护士数", "人/千人", "nurses", "population_resident", 1000)
rate("gps_per_10000", "每万人口全科医生数", "人/万人", "gps", "population_resident", 10000)
rate("pharmacists_per_1000", "每千人口药师（士）数", "人/千人", "pharmacists", "population_resident", 1000, 2, "")
reg("outpatient_visits", "总诊疗人次", "万人次", [268.41, 275.36, 284.92, 241.57, 262.80, 259.44, 291.73, 303.58], 2)
reg("inpatient_admissions", "入院人次", "万人次", [7.92, 8.17, 8.49, 7.21, 7.86, 7.80, 9.02, 9.31], 2)
reg("avg_length_of_stay", "平均住院日", "天", [9.6, 9.4, 9.2, 9.1, 8.9, 8.6, 8.4, 8.2], 1)
reg("bed_occupancy_rate", "医院病床使用率", "%", [84.1, 83.6, 84.0, 68.9, 73.4, 70.2, 77.8, 78.4], 1)
S["discharges"] = {y: round(S["hospital_beds"][y] * 365 * S["bed_occupancy_rate"][y] / 100 / S["avg_length_of_stay"][y]) for y in Y}
K["discharges"] = ("", "医院出院人数", "人", 0)

reg("nursery_places_total", "3岁以下婴幼儿托位总数", "个", [812, 1105, 1468, 1842, 2195], start=2020)
rate("nursery_places_per_1000", "每千人口3岁以下婴幼儿托位数", "个/千人", "nursery_places_total", "population_resident", 1000)
reg("nursery_places_added", "新增托位数", "个", [310, 380, 395, 372], start=2021)
reg("inclusive_places", "普惠托位数", "个", [402, 579, 818, 1112, 1420], rid="", start=2020)
rate("inclusive_nursery_place_share", "普惠托位占比", "%", "inclusive_places", "nursery_places_total", 100, 1)
reg("in_district_treatment_share", "区域内就诊率", "%", [84.3, 85.0, 85.8, 86.9, 87.4, 88.0, 88.7, 89.3], 1)
reg("drg_dip_fund_share", "DRG/DIP付费的医保基金支付比例", "%", [31.6, 52.3, 68.9, 77.5], 1, start=2021)
reg("avg_inpatient_cost", "住院次均费用", "元", [7215, 7480, 7702, 7936, 8105, 8214, 8166, 8090])
reg("avg_outpatient_cost", "门诊次均费用", "元", [212.4, 220.8, 228.3, 241.5, 246.0, 252.7, 250.1, 247.6], 1)
reg("insured", "基本医疗保险参保人数", "人", [489300, 491200, 493800, 496100, 497400, 497900, 498200, 498600], rid="")
reg("family_doctor_key_rate", "家庭医生签约率（重点人群）", "%", [68.3, 70.6, 72.9], 1, start=2022)
reg("gov_health_expenditure", "地方财政医疗卫生支出", "亿元", [4.31, 4.58, 4.92, 5.47, 5.36, 5.81, 5.95, 6.08], 2)

# ------------------------------------------------------------------ log of what is printed
STOCK = {"population_resident", "population_registered", "population_65plus", "population_65plus_share", "institutions_total", "hospitals_total", "township_hospitals", "community_health_centres",
         "village_clinics", "village_ok", "village_clinic_basic_standard_share", "tertiary_hospitals", "beds_total", "hospital_beds", "health_workers_total", "health_technicians", "physicians",
         "licensed_physicians", "nurses", "gps", "pharmacists", "village_doctors", "beds_per_1000", "physicians_per_1000", "nurses_per_1000", "gps_per_10000", "pharmacists_per_1000",
         "tech_per_1000", "nursery_places_total", "nursery_places_per_1000", "inclusive_places", "inclusive_nursery_place_share", "insured"}
FIG, TRAP = [], []
CUR = ["", ""]
SEEN = {}  # file -> printed strings to be found again


def at(file, place):
    CUR[:] = [file, place]


def num(v, dec, sep=False):
    return f"{v:,.{dec}f}" if sep else f"{v:.{dec}f}"


def log(key, y, printed, *, value=None, kind="level", need="core", nd=False, note="", period="", area=AREA, place=None):
    rid, name, unit, dec = K[key]
    value = S[key][y] if value is None else value
    n = d = ""
    if nd and key in ND:
        n, d = S[ND[key][0]][y], S[ND[key][1]][y]
    FIG.append([CUR[0], place or CUR[1], rid, name, area, y, period or ("year-end" if key in STOCK else "annual"), round(value, 4), unit, n, d, printed, kind, need, note])


def F(key, y, form="", **kw):
    """text of a figure in prose; form: '' plain, 'w' in 万, ',' thousands"""
    dec = K[key][3]
    v = kw.pop("value", None)
    v = S[key][y] if v is None else v
    if form == "w":
        s = f"{v / 10000:.2f}"
    elif form == "p":  # 万人次 printed as persons
        s = f"{round(v * 10000)}"
    else:
        s = num(v, dec, form == ",")
    log(key, y, s, value=v, **kw)
    SEEN.setdefault(CUR[0], []).append(s)
    return s


def shown(v):
    return str(int(v)) if isinstance(v, float) and v == int(v) else str(v)


def zero(key, y):
    log(key, y, "0", value=0)
    return "0"


def X(text, name, why, y="", unit="", rid="", area=AREA, place=None):
    TRAP.append([CUR[0], place or CUR[1], rid, name, area, y, text, unit, why])
    SEEN.setdefault(CUR[0], []).append(str(text))
    return str(text)


def CITYF(rid, name, y, value, text, unit, why="other area"):
    FIG.append([CUR[0], CUR[1], rid, name, CITY, y, "year-end" if rid in STOCK else "annual", value, "人" if unit == "万人" else unit, "", "", text, "level", "also", "the city's figure"])
    return X(text, name, why, y, unit, rid, CITY)


def D(key, y, dec=None, form=""):
    """change against the year before, a trap; also gives the implied point"""
    dec = K[key][3] if dec is None else dec
    d = abs(S[key][y] - S[key][y - 1])
    t = f"{d / 10000:.2f}" if form == "w" else f"{d:.{dec}f}"
    FIG.append([CUR[0], CUR[1], K[key][0], K[key][1], AREA, y - 1, "annual", S[key][y - 1], K[key][2], "", "", "", "implied", "also", "only by subtraction"])
    return X(t, K[key][1], "change", y, K[key][2], K[key][0])


def G(key, y):
    """growth in per cent"""
    t = f"{abs(S[key][y] / S[key][y - 1] - 1) * 100:.1f}"
    return X(t, K[key][1], "growth", y, "%", K[key][0])


# ------------------------------------------------------------------ the plan
GOALS = []


def goal(no, key, name, comp, value, unit, deadline, place, evid, note=""):
    GOALS.append([no, name, key, comp, value, unit, deadline, place, evid, note])
    TRAP.append(["plan.docx", place, (K[key][0] if key in K else key) or "" if key else "", name, AREA, deadline, evid, unit, "planned"])


def make_plan():
    f = "plan.docx"
    d = Document()
    d.core_properties.author = ""
    d.core_properties.comments = ""
    st = d.styles["Normal"]
    st.font.name = "仿宋"
    st.font.size = Pt(12)

    def p(text, centre=False, bold=False):
        q = d.add_paragraph()
        r = q.add_run(text)
        r.bold = bold
        if centre:
            q.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return q

    def h(text, lv=1):
        d.add_heading(text, lv)

    p("云屏府办发〔2023〕27号", True)
    p("云屏区人民政府办公室关于印发云屏区卫生健康事业发展规划（2023—2027年）的通知", True, True)
    p("各镇人民政府、街道办事处，区政府有关部门，有关单位：")
    p("《云屏区卫生健康事业发展规划（2023—2027年）》已经区政府第38次常务会议审议通过，现印发给你们，请认真组织实施。")
    p("云屏区人民政府办公室")
    p("2023年6月12日")
    p("（此件公开发布）")
    p("云屏区卫生健康事业发展规划（2023—2027年）", True, True)
    at(f, "一、发展基础")
    h("第一章 发展基础")
    h("第一节 主要成效", 2)
    p("居民健康水平持续改善。2022年，全区人均预期寿命达到" + F("life_expectancy", 2022) + "岁，比2017年提高"
      + X("1.39", "人均预期寿命", "change", 2022, "岁", "life_expectancy") + "岁；婴儿死亡率由2017年的" + F("infant_mortality_rate", 2017)
      + "‰下降到2022年的" + F("infant_mortality_rate", 2022) + "‰，5岁以下儿童死亡率由" + F("under5_mortality_rate", 2017)
      + "‰下降到" + F("under5_mortality_rate", 2022) + "‰；居民健康素养水平达" + F("health_literacy_rate", 2022) + "%，提前完成上一规划期25%的目标任务。")
    X("25", "居民健康素养水平", "planned", "", "%", "health_literacy_rate")
    p("服务体系不断健全。截至2022年底，全区共有医疗卫生机构" + F("institutions_total", 2022) + "个，其中医院" + F("hospitals_total", 2022)
      + "个（公立医院" + X("4", "公立医院数", "sub-group", 2022, "个") + "个）、乡镇卫生院" + F("township_hospitals", 2022) + "个、社区卫生服务中心（站）"
      + F("community_health_centres", 2022) + "个、村卫生室" + F("village_clinics", 2022) + "个；实有床位" + F("beds_total", 2022) + "张，卫生技术人员"
      + F("health_technicians", 2022) + "人。五年来累计投入" + X("6.4", "基建投入", "cumulative over years", "", "亿元") + "亿元，完成了区中医院迁建、"
      + X("5", "卫生院改扩建数", "cumulative over years", "", "个") + "个乡镇卫生院改扩建等工程。")
    p("“一老一小”服务加快发展。2022年全区出生人口" + F("births", 2022) + "人，65岁及以上常住人口" + F("population_65plus", 2022, "w")
      + "万人，占常住人口的" + F("population_65plus_share", 2022) + "%。托位总数达到" + F("nursery_places_total", 2022) + "个，两年新增"
      + X("690", "新增托位数", "cumulative over years", "", "个", "nursery_places_added") + "个。")
    h("第二节 存在问题", 2)
    p("优质医疗资源总量不足、布局不均，每千人口注册护士数低于全市平均水平" + CITYF("nurses_per_1000", "每千人口注册护士数", 2022, 3.71, "3.71", "人/千人")
      + "人；基层人才“引不进、留不住”的矛盾尚未根本解决；慢性病防控形势依然严峻，全市18岁以上居民高血压患病率已达"
      + CITYF("hypertension_prevalence", "高血压患病率", 2022, 27.9, "27.9", "%") + "%。")
    h("第二章 总体要求")
    h("第一节 指导思想", 2)
    p("以习近平新时代中国特色社会主义思想为指导，全面贯彻党的二十大精神，坚持人民至上、生命至上，把保障人民健康放在优先发展的战略位置，坚持预防为主、中西医并重、医防协同，推动卫生健康事业高质量发展。")
    h("第二节 基本原则", 2)
    p("坚持健康优先、共建共享；坚持强基固本、优质均衡；坚持改革创新、系统集成；坚持底线思维、平急结合。")
    h("第三节 发展目标", 2)
    p("到2027年，全区卫生健康体系更加完善，优质医疗资源扩容下沉取得明显成效，居民主要健康指标优于全市平均水平，群众健康获得感明显增强，健康云屏建设取得新进展。规划主要指标见表1。")
    p("展望2035年，建成与区域地位相适应的高质量医疗卫生服务体系，居民健康水平居全市前列。")
    p("表1 云屏区卫生健康事业发展主要指标", True)
    at(f, "表1")
    rows = [
        ("健康水平", "人均预期寿命", "岁", "life_expectancy", "80.5", ">=", 80.5, "预期性"),
        ("健康水平", "孕产妇死亡率", "1/10万", "maternal_mortality_rate", "≤10", "<=", 10, "预期性"),
        ("健康水平", "婴儿死亡率", "‰", "infant_mortality_rate", "≤2.5", "<=", 2.5, "预期性"),
        ("健康水平", "5岁以下儿童死亡率", "‰", "under5_mortality_rate", "≤3.5", "<=", 3.5, "预期性"),
        ("健康水平", "重大慢性病过早死亡率", "%", "premature_ncd_mortality", "13.0以下", "<=", 13.0, "预期性"),
        ("健康生活", "居民健康素养水平", "%", "health_literacy_rate", "≥38", ">=", 38, "预期性"),
        ("健康服务与保障", "适龄儿童免疫规划疫苗接种率", "%", "immunization_rate", ">95", ">", 95, "约束性"),
        ("健康服务与保障", "高血压患者规范管理率", "%", "hypertension_standard_mgmt_rate", "≥76", ">=", 76, "预期性"),
        ("健康服务与保障", "2型糖尿病患者规范管理率", "%", "diabetes_standard_mgmt_rate", "≥75", ">=", 75, "预期性"),
        ("健康服务与保障", "严重精神障碍患者规范管理率", "%", "smi_standard_mgmt_rate", "92", ">=", 92, "预期性"),
        ("健康服务与保障", "区域内就诊率", "%", "in_district_treatment_share", "90左右", ">=", 90, "预期性"),
        ("健康服务与保障", "个人卫生支出占卫生总费用的比例", "%", None, "26以内", "<=", 26, "约束性"),
        ("资源配置", "每千人口医疗卫生机构床位数", "张", "beds_per_1000", "6.60", ">=", 6.60, "预期性"),
        ("资源配置", "每千人口执业（助理）医师数", "人", "physicians_per_1000", "3.30", ">=", 3.30, "预期性"),
        ("资源配置", "每千人口注册护士数", "人", "nurses_per_1000", "4.00", ">=", 4.00, "预期性"),
        ("资源配置", "每千人口药师（士）数", "人", "pharmacists_per_1000", "0.54", ">=", 0.54, "预期性"),
        ("资源配置", "每万人口全科医生数", "人", "gps_per_10000", "3.93", ">=", 3.93, "约束性"),
        ("资源配置", "每千人口3岁以下婴幼儿托位数", "个", "nursery_places_per_1000", "5.0", ">=", 5.0, "预期性"),
    ]
    t = d.add_table(rows=2 + len(rows), cols=7)
    t.style = "Table Grid"
    for c, s in enumerate(["领域", "序号", "主要指标", "单位", "指标值", "", "属性"]):
        t.cell(0, c).text = s
    t.cell(1, 4).text, t.cell(1, 5).text = "2022年", "2027年"
    t.cell(0, 4).merge(t.cell(0, 5))
    for c in (0, 1, 2, 3, 6):
        t.cell(0, c).merge(t.cell(1, c))
    r0 = 2
    for i, (dom, nm, un, key, txt, comp, val, att) in enumerate(rows):
        r = i + 2
        t.cell(r, 1).text, t.cell(r, 2).text, t.cell(r, 3).text = str(i + 1), nm, un
        if key == "in_district_treatment_share":
            t.cell(r, 4).text = F(key, 2022, value=87.2, note="contradiction 2: the insurance bureau has 88.0")
        else:
            t.cell(r, 4).text = F(key, 2022, note="baseline column") if key else "—"
        t.cell(r, 5).text, t.cell(r, 6).text = txt, att
        goal(i + 1, key, nm, comp, val, un, 2027, "表1", txt, "no figure anywhere" if not key else "左右: about" if "左右" in txt else "said again in 第三章第二节" if key == "nursery_places_per_1000" else "")
        if i + 1 == len(rows) or rows[i + 1][0] != dom:
            t.cell(r0, 0).text = dom
            if r > r0:
                t.cell(r0, 0).merge(t.cell(r, 0))
            r0 = r + 1
    p("注：孕产妇死亡率受活产数规模影响波动较大，按年度统计；“—”表示暂无基期数据。")

    at(f, "三、主要任务")
    h("第三章 主要任务")
    h("第一节 守护妇幼健康", 2)
    p("1.落实母婴安全五项制度，健全危重孕产妇和新生儿救治网络。到2027年，产妇系统管理率、3岁以下儿童系统管理率分别达到94%和93%以上，适龄妇女“两癌”筛查覆盖率达到65%。加强出生缺陷综合防治，努力降低出生缺陷发生率。（责任单位：区卫生健康委、区妇幼保健院）")
    goal(19, "maternal_mgmt_rate", "产妇系统管理率", ">=", 94, "%", 2027, "第三章第一节", "分别达到94%和93%以上", "以上 bears on both or on the second only")
    goal(20, "child_u3_mgmt_rate", "3岁以下儿童系统管理率", ">=", 93, "%", 2027, "第三章第一节", "分别达到94%和93%以上")
    goal(21, "womens_two_cancer_screening_rate", "适龄妇女两癌筛查覆盖率", ">=", 65, "%", 2027, "第三章第一节", "适龄妇女“两癌”筛查覆盖率达到65%")
    h("第二节 发展普惠托育服务", 2)
    p("2.采取公建民营、民办公助等方式扩大托育服务供给，规划期内累计新增托位1600个，到2027年普惠托位占比不低于70%，每千人口托位数达到5个。鼓励用人单位、社区和幼儿园开设托班。（责任单位：区卫生健康委、区发展改革委）")
    goal(22, "nursery_places_added", "新增托位数", ">=", 1600, "个", 2027, "第三章第二节", "规划期内累计新增托位1600个", "sum of the years 2023-2027, not a level of one year")
    goal(23, "inclusive_nursery_place_share", "普惠托位占比", ">=", 70, "%", 2027, "第三章第二节", "普惠托位占比不低于70%")
    h("第三节 促进健康老龄化", 2)
    p("3.推动医养结合，到2025年，65岁及以上老年人城乡社区规范健康管理服务率提高到65%以上；到2027年，二级及以上综合医院老年医学科设立比例达到80%。完善老年人健康档案，为失能老年人提供上门服务。（责任单位：区卫生健康委、区民政局）")
    goal(24, "elderly_standard_mgmt_rate", "65岁及以上老年人城乡社区规范健康管理服务率", ">=", 65, "%", 2025, "第三章第三节", "提高到65%以上")
    goal(25, "geriatric_department_share", "二级及以上综合医院老年医学科设立比例", ">=", 80, "%", 2027, "第三章第三节", "老年医学科设立比例达到80%", "no figure anywhere")
    h("第四节 加强重大疾病防控", 2)
    p("4.强化传染病监测预警和多病共防，肺结核报告发病率控制在36/10万以下，确保不发生重大传染病疫情蔓延事件。实施公共卫生人才培养计划，五年培养公卫中青年骨干60名。推进无偿献血，到2027年千人口献血率达到12‰。（责任单位：区疾控局、区疾控中心）")
    goal(26, "tb_incidence", "肺结核报告发病率", "<=", 36, "1/10万", 2027, "第三章第四节", "控制在36/10万以下", "no date in the sentence: end of plan")
    goal(27, "epidemic_spread_events", "疫情蔓延事件数", "=", 0, "起", 2027, "第三章第四节", "确保不发生重大传染病疫情蔓延事件", "zero events, every year of the plan")
    goal(28, "public_health_backbone_trained", "公卫中青年骨干培养人数", ">=", 60, "名", 2027, "第三章第四节", "五年培养公卫中青年骨干60名", "no figure anywhere")
    goal(29, "blood_donation_per_1000", "千人口献血率", ">=", 12, "‰", 2027, "第三章第四节", "千人口献血率达到12‰", "no figure anywhere")
    h("第五节 建设优质高效医疗服务体系", 2)
    p("5.推动区人民医院、区中医院提档升级，到2025年三级医院达到2家；建成市级及以上临床重点专科12个，其中国家级1个。持续改善医疗服务，全区医院平均住院日总体控制在8天以内。（责任单位：区卫生健康委）")
    goal(30, "tertiary_hospitals", "三级医院数", ">=", 2, "家", 2025, "第三章第五节", "到2025年三级医院达到2家")
    goal(31, None, "市级及以上临床重点专科数", ">=", 12, "个", 2027, "第三章第五节", "建成市级及以上临床重点专科12个", "no figure anywhere; no date of its own; municipal and national together, so not the registered 市级重点专科数")
    goal(32, "national_key_specialties", "国家级临床重点专科数", ">=", 1, "个", 2027, "第三章第五节", "其中国家级1个", "no figure anywhere; 其中")
    goal(33, "avg_length_of_stay", "平均住院日", "<=", 8, "天", 2027, "第三章第五节", "平均住院日总体控制在8天以内", "no date in the sentence")
    p("6.夯实基层网底。2025年底前，80%以上的村卫生室达到基本标准，到2027年底全部达到基本标准；建设区域医疗卫生次中心3个、社区医院2家；重点人群家庭医生签约率达到75%以上。（责任单位：区卫生健康委、区财政局）")
    goal(34, "village_clinic_basic_standard_share", "村卫生室达到基本标准的比例", ">=", 80, "%", 2025, "第三章第五节", "2025年底前，80%以上的村卫生室达到基本标准", "milestone")
    goal(35, "village_clinic_basic_standard_share", "村卫生室达到基本标准的比例", "=", 100, "%", 2027, "第三章第五节", "到2027年底全部达到基本标准")
    goal(36, "medical_sub_centres", "区县域医疗卫生次中心数", ">=", 3, "个", 2027, "第三章第五节", "建设区域医疗卫生次中心3个", "no figure anywhere")
    goal(37, "community_hospitals", "社区医院数", ">=", 2, "家", 2027, "第三章第五节", "社区医院2家", "no figure anywhere")
    goal(38, "family_doctor_key_rate", "家庭医生签约率（重点人群）", ">=", 75, "%", 2027, "第三章第五节", "重点人群家庭医生签约率达到75%以上", "no date in the sentence")
    h("第六节 传承创新发展中医药", 2)
    p("7.实施中医药服务能力提升工程，社区卫生服务中心和乡镇卫生院中医馆设置率到2025年达到100%。推广中医适宜技术，培育名中医。（责任单位：区卫生健康委）")
    goal(39, "tcm_clinic_coverage", "基层医疗卫生机构中医馆设置率", "=", 100, "%", 2025, "第三章第六节", "中医馆设置率到2025年达到100%", "no figure anywhere")
    h("第七节 深化“三医”协同改革", 2)
    p("8.深化医保支付方式改革，2024年底前DRG/DIP付费医保基金支出占统筹区内住院医保基金支出的比例达到75%以上。健全药品供应保障制度，完善短缺药品监测预警。（责任单位：区医保局、区卫生健康委）")
    goal(40, "drg_dip_fund_share", "DRG/DIP付费的医保基金支付比例", ">=", 75, "%", 2024, "第三章第七节", "DRG/DIP付费医保基金支出占…的比例达到75%以上", "due within the figures")
    h("第四章 保障措施")
    p("加强组织领导，强化部门协同，健全规划实施年度监测、中期评估和终期评估机制。完善政府卫生投入机制，落实财政补助政策。加强宣传引导，营造全社会关心支持卫生健康事业发展的良好氛围。")
    d.save(HERE / f)


# ------------------------------------------------------------------ two bulletins
def make_b2023():
    f = "bulletin-2023.docx"
    d = Document()
    d.core_properties.author = ""
    d.core_properties.comments = ""
    d.styles["Normal"].font.size = Pt(11)

    def p(t, c=False):
        q = d.add_paragraph(t)
        if c:
            q.alignment = WD_ALIGN_PARAGRAPH.CENTER

    y = 2023
    at(f, "标题")
    d.add_heading("2023年云屏区卫生健康事业发展统计公报", 0)
    p("云屏区卫生健康委员会  2024年4月18日", True)
    at(f, "一、卫生资源")
    d.add_heading("一、卫生资源", 1)
    p("（一）医疗卫生机构。2023年末，全区医疗卫生机构总数" + F("institutions_total", y) + "个，比上年增加" + D("institutions_total", y) + "个。其中：医院"
      + F("hospitals_total", y) + "个，基层医疗卫生机构" + X("398", "基层医疗卫生机构数", "sub-group", y, "个") + "个，专业公共卫生机构" + X("8", "专业公共卫生机构数", "sub-group", y, "个")
      + "个，其他机构" + X("3", "其他机构数", "sub-group", y, "个") + "个。医院中，公立医院" + X("4", "公立医院数", "sub-group", y, "个") + "个，民营医院" + X("11", "民营医院数", "sub-group", y, "个")
      + "个；三级医院" + F("tertiary_hospitals", y) + "个，与上年持平。乡镇卫生院" + F("township_hospitals", y) + "个，社区卫生服务中心（站）"
      + F("community_health_centres", y) + "个，村卫生室" + F("village_clinics", y) + "个，达到基本标准的" + F("village_ok", y, need="also") + "个。")
    p("（二）床位数。年末全区医疗卫生机构床位" + F("beds_total", y) + "张，其中医院" + F("hospital_beds", y) + "张（占"
      + X("77.1", "医院床位占比", "share of a sub-group", y, "%") + "%），乡镇卫生院" + X("438", "乡镇卫生院床位数", "sub-group", y, "张")
      + "张。与上年比较，床位增加" + D("beds_total", y) + "张，增长" + G("beds_total", y) + "%。每千常住人口医疗卫生机构床位数由上年的"
      + F("beds_per_1000", 2022, kind="previous") + "张增加到" + F("beds_per_1000", y) + "张。")
    p("（三）卫生人员。年末全区卫生人员总数" + F("health_workers_total", y) + "人，其中卫生技术人员" + F("health_technicians", y) + "人，比上年增加"
      + D("health_technicians", y) + "人（增长" + G("health_technicians", y) + "%）。卫生技术人员中，执业（助理）医师" + F("physicians", y) + "人，注册护士"
      + F("nurses", y, note="contradiction 1: the yearbook has 1798") + "人，药师（士）" + F("pharmacists", y) + "人。每千人口执业（助理）医师" + F("physicians_per_1000", y)
      + "人，注册护士" + F("nurses_per_1000", y) + "人；每万人口全科医生" + F("gps_per_10000", y) + "人。")
    at(f, "二、医疗服务")
    d.add_heading("二、医疗服务", 1)
    p("2023年，全区医疗卫生机构总诊疗人次" + F("outpatient_visits", y) + "万人次，比上年增加" + D("outpatient_visits", y) + "万人次，增长" + G("outpatient_visits", y)
      + "%，其中医院诊疗人次" + X("152.06", "医院诊疗人次", "sub-group", y, "万人次") + "万。全年入院" + F("inpatient_admissions", y) + "万人次。医院病床使用率"
      + F("bed_occupancy_rate", y) + "%，比上年提高" + D("bed_occupancy_rate", y) + "个百分点；出院者平均住院日" + F("avg_length_of_stay", y) + "天，比上年缩短"
      + D("avg_length_of_stay", y) + "天。2024年一季度，总诊疗人次" + X("74.90", "总诊疗人次", "part of a year", 2024, "万人次", "outpatient_visits") + "万人次，同比增长"
      + X("3.2", "总诊疗人次", "growth", 2024, "%", "outpatient_visits") + "%。")
    p("医院次均门诊费用" + F("avg_outpatient_cost", y) + "元，次均住院费用" + F("avg_inpatient_cost", y) + "元，按当年价格比上年下降" + G("avg_inpatient_cost", y) + "%。")
    at(f, "三、基层卫生与公共卫生")
    d.add_heading("三、基层卫生与公共卫生", 1)
    p("重点人群家庭医生签约率" + F("family_doctor_key_rate", y) + "%（上年为" + F("family_doctor_key_rate", 2022, kind="previous") + "%）。高血压、2型糖尿病患者规范管理率分别达到"
      + F("hypertension_standard_mgmt_rate", y) + "%和" + F("diabetes_standard_mgmt_rate", y) + "%，严重精神障碍患者规范管理率" + F("smi_standard_mgmt_rate", y)
      + "%。65岁及以上老年人城乡社区规范健康管理服务率" + F("elderly_standard_mgmt_rate", y) + "%，力争2024年达到"
      + X("64", "65岁及以上老年人城乡社区规范健康管理服务率", "planned", 2024, "%", "elderly_standard_mgmt_rate") + "%。居民健康素养水平" + F("health_literacy_rate", y)
      + "%，高于全市" + CITYF("health_literacy_rate", "居民健康素养水平", y, 30.8, "30.8", "%") + "%的平均水平。")
    at(f, "四、妇幼健康")
    d.add_heading("四、妇幼健康与人口家庭", 1)
    p("据妇幼年报，2023年全区无孕产妇死亡，孕产妇死亡率为" + zero("maternal_mortality_rate", y) + "；婴儿死亡率" + F("infant_mortality_rate", y) + "‰，较上年"
      + F("infant_mortality_rate", 2022, kind="previous") + "‰下降" + G("infant_mortality_rate", y) + "%；5岁以下儿童死亡率" + F("under5_mortality_rate", y)
      + "‰。全市婴儿死亡率" + CITYF("infant_mortality_rate", "婴儿死亡率", y, 3.02, "3.02", "‰") + "‰。住院分娩率" + F("hospital_delivery_rate", y)
      + "%，其中农村" + X("99.91", "住院分娩率（农村）", "sub-group", y, "%") + "%。")
    p("年末全区共有托位" + F("nursery_places_total", y) + "个，其中普惠托位" + F("inclusive_places", y, need="also") + "个。每千人口3岁以下婴幼儿托位数" + F("nursery_places_per_1000", y)
      + "个，2024年计划新增托位" + X("350", "新增托位数", "planned", 2024, "个", "nursery_places_added") + "个。")
    at(f, "附表")
    p("附表 云屏区卫生资源与服务情况", True)
    rows = [("医疗卫生机构总数（个）", "institutions_total", ""), ("　# 医院", "hospitals_total", ""), ("床位数（张）", "beds_total", ""), ("　# 医院", "hospital_beds", ""),
            ("卫生技术人员（人）", "health_technicians", ""), ("　# 执业（助理）医师", "physicians", ""), ("　　其中：执业医师", "licensed_physicians", ""), ("　# 注册护士", "nurses", ""),
            ("乡村医生和卫生员（人）", "village_doctors", ""), ("总诊疗人次（万人次）", "outpatient_visits", ""), ("医院病床使用率（%）", "bed_occupancy_rate", "")]
    t = d.add_table(rows=1 + len(rows), cols=4)
    t.style = "Table Grid"
    for c, s in enumerate(["指 标", "2023年", "2022年", "比上年增减"]):
        t.cell(0, c).text = s
    for i, (nm, key, form) in enumerate(rows, 1):
        dec = K[key][3]
        t.cell(i, 0).text = nm
        t.cell(i, 1).text = F(key, 2023, note="contradiction 1: the yearbook has 1798" if key == "nurses" else "")
        t.cell(i, 2).text = F(key, 2022, kind="previous")
        t.cell(i, 3).text = X(num(S[key][2023] - S[key][2022], dec), K[key][1], "change", 2023, K[key][2], K[key][0])
    p("注：本公报数据为初步统计数；部分数据因四舍五入，存在分项与合计不等的情况。每千人口指标按年末常住人口计算。")
    d.save(HERE / f)


CSS = "body{font-family:'Microsoft YaHei',sans-serif;max-width:52em;margin:auto}table{border-collapse:collapse}td,th{border:1px solid #888;padding:3px 6px}"


def make_b2024():
    f = "bulletin-2024.html"
    y = 2024
    at(f, "一、人口")
    o = ["<!DOCTYPE html><html lang='zh-CN'><head><meta charset='utf-8'><title>云屏区2024年卫生健康事业发展统计公报_云屏区人民政府</title><style>" + CSS + "</style></head><body>",
         "<div class='nav'><a href='#'>首页</a> &gt; <a href='#'>政务公开</a> &gt; <a href='#'>统计信息</a></div>",
         "<h1>云屏区2024年卫生健康事业发展统计公报</h1><p class='src'>发布时间：2025-04-22　来源：区卫生健康委　浏览次数：1386　字体：[大 中 小]</p>"]
    p = lambda s: o.append("<p>　　" + s + "</p>")  # noqa: E731
    p("2024年，全区卫生健康系统坚持以人民健康为中心，各项工作取得新进展。根据年报统计，现将有关情况公布如下。")
    o.append("<h2>一、人口与健康水平</h2>")
    p("年末全区常住人口" + F("population_resident", y, "w") + "万人，比上年末增加" + D("population_resident", y, form="w") + "万人。全年出生人口" + F("births", y) + "人，出生率为"
      + F("birth_rate", y) + "‰；死亡人口" + F("deaths_total", y) + "人，死亡率为" + F("death_rate", y) + "‰；自然增长率为" + F("natural_growth_rate", y)
      + "‰。65岁及以上人口" + F("population_65plus", y, "w") + "万人，占" + F("population_65plus_share", y) + "%。全市年末常住人口"
      + CITYF("population_resident", "年末常住人口", y, 3268400, "326.84", "万人") + "万人。")
    p("居民人均预期寿命由2023年的" + F("life_expectancy", 2023, kind="previous") + "岁提高到2024年的" + F("life_expectancy", y) + "岁。孕产妇连续两年零死亡，婴儿、5岁以下儿童死亡率分别为"
      + F("infant_mortality_rate", y) + "‰、" + F("under5_mortality_rate", y) + "‰，新生儿死亡率" + F("neonatal_mortality_rate", y) + "‰。重大慢性病过早死亡率降至"
      + F("premature_ncd_mortality", y) + "%。")
    log("maternal_mortality_rate", 2024, "孕产妇连续两年零死亡", value=0, need="also", note="said in words")
    log("maternal_mortality_rate", 2023, "孕产妇连续两年零死亡", value=0, need="also", kind="previous", note="said in words")
    at(f, "二、卫生资源")
    o.append("<h2>二、卫生资源</h2>")
    p("年末共有医疗卫生机构" + F("institutions_total", y) + "个，其中医院" + F("hospitals_total", y) + "个，三级医院增至" + F("tertiary_hospitals", y)
      + "个（区中医院通过三级中医医院评审）。医疗卫生机构床位" + F("beds_total", y, ",") + "张，增长" + G("beds_total", y) + "%；每千常住人口床位" + F("beds_per_1000", y)
      + "张，同期全市为" + CITYF("beds_per_1000", "每千人口医疗卫生机构床位数", y, 7.02, "7.02", "张/千人") + "张。")
    p("卫生技术人员" + F("health_technicians", y, ",") + "人，其中执业（助理）医师" + F("physicians", y, ",") + "人、注册护士" + F("nurses", y, ",") + "人，分别比上年增加"
      + D("physicians", y) + "人、" + D("nurses", y) + "人。每千人口执业（助理）医师数、注册护士数分别为" + F("physicians_per_1000", y) + "人、" + F("nurses_per_1000", y)
      + "人，每万人口全科医生数" + F("gps_per_10000", y) + "人。区人民医院卫生技术人员" + X("1126", "区人民医院卫生技术人员", "sub-group", y, "人") + "人。")
    at(f, "三、医疗服务")
    o.append("<h2>三、医疗服务与医药卫生体制改革</h2>")
    p("全年总诊疗人次" + F("outpatient_visits", y) + "万人次（上年" + F("outpatient_visits", 2023, kind="previous") + "万人次），入院" + F("inpatient_admissions", y)
      + "万人次。医院出院者平均住院日" + F("avg_length_of_stay", y) + "天，病床使用率" + F("bed_occupancy_rate", y) + "%。区域内就诊率" + F("in_district_treatment_share", y)
      + "%，DRG/DIP付费医保基金支付比例" + F("drg_dip_fund_share", y) + "%。12月当月诊疗人次" + X("27.64", "总诊疗人次", "part of a year", y, "万人次", "outpatient_visits") + "万。")
    at(f, "四、公共卫生")
    o.append("<h2>四、公共卫生与基层服务</h2>")
    p("全年报告肺结核" + F("tb_cases", y) + "例，报告发病率" + F("tb_incidence", y) + "/10万。适龄儿童免疫规划疫苗接种率" + F("immunization_rate", y)
      + "%。居民健康素养水平达到" + F("health_literacy_rate", y) + "%，比上年提高" + D("health_literacy_rate", y) + "个百分点，2025年目标为"
      + X("35", "居民健康素养水平", "planned", 2025, "%", "health_literacy_rate") + "%。重点人群家庭医生签约率" + F("family_doctor_key_rate", y) + "%，其中计划生育特殊家庭"
      + X("98.6", "家庭医生签约率（计生特殊家庭）", "sub-group", y, "%") + "%。达到基本标准的村卫生室占" + F("village_clinic_basic_standard_share", y) + "%。")
    at(f, "五、托育")
    o.append("<h2>五、托育服务</h2>")
    p("托位总数" + F("nursery_places_total", y) + "个，当年新增" + F("nursery_places_added", y) + "个，每千人口托位数" + F("nursery_places_per_1000", y) + "个，普惠托位占比"
      + F("inclusive_nursery_place_share", y) + "%。2025年将新增托位" + X("360", "新增托位数", "planned", 2025, "个", "nursery_places_added") + "个。")
    at(f, "表1")
    o.append("<table><caption>表1　全区及各县（市、区）主要资源对比（2024年）</caption><tr><th rowspan='2'>地区</th><th colspan='2'>床位（张）</th><th colspan='3'>卫生技术人员（人）</th></tr>"
             "<tr><th>合计</th><th>其中：医院</th><th>合计</th><th>执业（助理）医师</th><th>注册护士</th></tr>")
    keys = ["beds_total", "hospital_beds", "health_technicians", "physicians", "nurses"]
    others = {"全市": [22944, 18127, 27035, 10240, 12188], "望川区": [5820, 4911, 7460, 2801, 3455], "青垣区": [4105, 3216, 4702, 1788, 2093], "石渡县": [2890, 2204, 3121, 1190, 1386]}
    def other(nm):
        o.append("<tr><td>" + nm + "</td>")
        for k, v in zip(keys, others[nm]):
            a = CITY if nm == "全市" else nm
            FIG.append([f, "表1", K[k][0], K[k][1], a, y, "year-end", v, K[k][2], "", "", str(v), "level", "also", "another area"])
            o.append("<td>" + X(v, K[k][1], "other area", y, K[k][2], K[k][0], a) + "</td>")
        o.append("</tr>")
    other("全市")
    other("望川区")
    o.append("<tr><td><b>云屏区</b></td>" + "".join("<td>" + F(k, y) + "</td>" for k in keys) + "</tr>")
    other("青垣区")
    other("石渡县")
    o.append("</table><p class='note'>注：1.本公报中2024年数据为初步统计数。2.每千人口指标按年末常住人口计算。3.其余县区略。</p><div class='foot'>主办：云屏区人民政府办公室　承办：区大数据中心</div></body></html>")
    (HERE / f).write_text("\n".join(o), encoding="utf-8")


# ------------------------------------------------------------------ a yearbook page
def pdf(name, body, extra=""):
    try:
        import pylopdf_fonts_zh_cn as z
        font = f"@font-face{{font-family:Z;src:url('file://{z.serif_path()}')}}"
    except ImportError:
        font = ""
    page = ("<!DOCTYPE html><html lang='zh-CN'><head><meta charset='utf-8'><title>" + name + "</title><style>" + font
            + "body{font-family:Z,'Noto Serif CJK SC',serif;font-size:9.5pt}table{border-collapse:collapse;width:100%}td,th{border:.6pt solid #333;padding:2px 4px;font-weight:normal;text-align:center}"
            + "td:first-child{text-align:left}h2{text-align:center;font-weight:normal;font-size:13pt}.u{display:flex;justify-content:space-between}" + extra + "</style></head><body>" + body + "</body></html>")
    with tempfile.TemporaryDirectory() as td:
        src = Path(td) / "p.html"
        src.write_text(page, encoding="utf-8")
        exe = shutil.which("chromium") or shutil.which("chromium-browser") or "google-chrome"
        subprocess.run([exe, "--headless", "--no-sandbox", "--no-pdf-header-footer", f"--print-to-pdf={HERE / name}", str(src)],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_yearbook():
    f = "yearbook.pdf"
    ys = list(range(2017, 2024))
    at(f, "20-3 卫生机构、床位")
    b = ["<p style='text-align:center'>云屏统计年鉴—2024　　二十、卫生、社会服务</p><h2>20-3　卫生机构和床位情况（2017—2023年）</h2><div class='u'><span></span><span>单位：个、张</span></div>"]
    cols = ["institutions_total", "hospitals_total", "township_hospitals", "community_health_centres", "village_clinics", "beds_total", "hospital_beds"]
    b.append("<table><tr><th rowspan='2'>年 份</th><th colspan='5'>卫生机构数</th><th colspan='2'>床位数</th></tr><tr><th>合计</th><th>#医院</th><th>#乡镇卫生院</th><th>#社区卫生服务中心（站）</th><th>#村卫生室</th><th>合计</th><th>#医院</th></tr>")
    for y in ys:
        b.append(f"<tr><td>{y}</td>" + "".join("<td>" + F(k, y) + "</td>" for k in cols) + "</tr>")
    b.append("</table>")
    at(f, "20-4 卫生人员")
    b.append("<h2 style='margin-top:2.2em'>20-4　卫生人员和医疗服务主要指标</h2><div class='u'><span></span><span>单位：人</span></div>")
    rows = [("卫生人员总数", "health_workers_total"), ("　卫生技术人员", "health_technicians"), ("　　其中：执业（助理）医师", "physicians"), ("　　　　　#执业医师", "licensed_physicians"),
            ("　　　　　注册护士", "nurses"), ("　　　　　药师（士）", "pharmacists"), ("　乡村医生和卫生员", "village_doctors"), ("每千人口卫生技术人员", None), ("总诊疗人次（万人次）", "outpatient_visits"), ("医院病床使用率（%）", "bed_occupancy_rate")]
    b.append("<table><tr><th>指　标</th>" + "".join(f"<th>{y}年</th>" for y in ys) + "</tr>")
    for nm, k in rows:
        b.append("<tr><td>" + nm + "</td>")
        for y in ys:
            if k is None:
                v = S["health_technicians"][y] / S["population_resident"][y] * 1000
                K["tech_per_1000"] = ("", "每千人口卫生技术人员", "人/千人", 2)
                S.setdefault("tech_per_1000", {})[y] = round(v, 2)
                b.append("<td>" + F("tech_per_1000", y) + "</td>")
            elif k == "nurses" and y == 2023:
                b.append("<td>" + F(k, y, value=1798, note="contradiction 1: bulletins and planning section have 1786") + "</td>")
            else:
                b.append("<td>" + F(k, y) + "</td>")
        b.append("</tr>")
    b.append("</table><p>资料来源：区卫生健康委员会。#为其中项。2020年起诊疗人次包含村卫生室数据。</p><p style='text-align:center'>— 342 —</p>")
    pdf(f, "".join(b), "@page{size:A4;margin:18mm 15mm}")


# ------------------------------------------------------------------ xlsx helpers
THIN = Border(*[Side(style="thin")] * 4)


def book(title=None):
    wb = Workbook()
    wb.properties.creator = ""
    ws = wb.active
    if title:
        ws.title = title
    return wb, ws


def cell(ws, r, c, v, bold=False, centre=False):
    x = ws.cell(r, c, v)
    if bold:
        x.font = Font(bold=True)
    if centre:
        x.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return x


def put(ws, r, c, key, y, text=None, **kw):
    """figure into a cell; text overrides what is shown"""
    v = S[key][y]
    show = v if text is None else text
    if isinstance(show, float) and show == int(show) and K[key][3] == 0:
        show = int(show)
    x = ws.cell(r, c, show)
    if K[key][3] and text is None:
        x.number_format = "0." + "0" * K[key][3]
    log(key, y, shown(show), place=f"{ws.title}!{L(c)}{r}", **kw)
    return x


def trapcell(ws, r, c, v, name, why, y="", unit="", rid="", area=AREA):
    ws.cell(r, c, v)
    TRAP.append([CUR[0], f"{ws.title}!{L(c)}{r}", rid, name, area, y, shown(v), unit, why])


def make_bureau():
    f = "bureau.xlsx"
    wb, ws = book("分县区年度数据")
    at(f, "")
    ys = list(range(2024, 2016, -1))
    areas = [CITY, "望川区", AREA, "青垣区", "石渡县", "兰陂县"]
    spec = [("年末常住人口", "万人", "population_resident", 10000, 2, {CITY: 6.26, "望川区": 1.93, "青垣区": 1.08, "石渡县": .89, "兰陂县": .71}),
            ("出生人口", "万人", "births", 10000, 4, {CITY: 6.1, "望川区": 1.9, "青垣区": 1.0, "石渡县": .95, "兰陂县": .8}),
            ("65岁及以上常住人口", "万人", "population_65plus", 10000, 2, {CITY: 6.7, "望川区": 1.7, "青垣区": 1.15, "石渡县": 1.05, "兰陂县": .9}),
            ("医疗卫生机构床位数", "张", "beds_total", 1, 0, {CITY: 7.02, "望川区": 1.781, "青垣区": 1.256, "石渡县": .884, "兰陂县": .66}),
            ("卫生技术人员", "人", "health_technicians", 1, 0, {CITY: 6.499, "望川区": 1.793, "青垣区": 1.13, "石渡县": .75, "兰陂县": .55})]
    fixed = {("beds_total", "全市"): 22944, ("population_resident", "全市"): 3268400}
    for i, (nm, un, key, div, dec, ratio) in enumerate(spec):
        if i == 3:
            ws = wb.create_sheet("卫生")
            r = 1
        elif i == 0:
            r = 1
        cell(ws, r, 1, "数据库：分县区年度数据")
        cell(ws, r + 1, 1, f"指标：{nm}（单位：{un}）")
        cell(ws, r + 2, 1, "时间：最近8年")
        r += 3
        cell(ws, r, 1, "地区", True)
        for j, y in enumerate(ys):
            cell(ws, r, 2 + j, f"{y}年", True)
        for a in areas:
            r += 1
            cell(ws, r, 1, a)
            for j, y in enumerate(ys):
                if a == AREA:
                    put(ws, r, 2 + j, key, y, text=round(S[key][y] / div, dec) if div > 1 else S[key][y])
                    continue
                v = S[key][y] * ratio[a]
                if a == "兰陂县" and y == 2017:
                    ws.cell(r, 2 + j, "")
                    continue
                show = round(v / div, dec) if div > 1 else round(v)
                if y == 2024:
                    show = {(CITY, "population_resident"): 326.84, (CITY, "beds_total"): 22944, ("望川区", "beds_total"): 5820, ("青垣区", "beds_total"): 4105, ("石渡县", "beds_total"): 2890,
                            (CITY, "health_technicians"): 27035, ("望川区", "health_technicians"): 7460, ("青垣区", "health_technicians"): 4702, ("石渡县", "health_technicians"): 3121}.get((a, key), show)
                trapcell(ws, r, 2 + j, show, K[key][1], "other area", y, un, K[key][0], a)
                FIG.append([f, f"{ws.title}!{L(2 + j)}{r}", K[key][0], K[key][1], a, y, "year-end" if key in STOCK else "annual", round(show * div, 2), K[key][2], "", "", shown(show), "level", "also", "another area"])
        cell(ws, r + 1, 1, "注：2020年为第七次全国人口普查推算数，2017—2019年数据已根据普查结果修订。" if key.startswith("pop") or key == "births" else "注：含村卫生室；2024年为快报数。" if key == "beds_total" else "注：卫生技术人员不含乡村医生。")
        cell(ws, r + 2, 1, "数据来源：澄岚市统计局")
        r += 5
    wb.save(HERE / f)


# ------------------------------------------------------------------ six departments
def make_mch():
    f = "云屏区妇幼保健院妇幼健康指标.xlsx"
    wb, ws = book("妇幼")
    at(f, "妇幼")
    ws.merge_cells("A1:L1")
    cell(ws, 1, 1, "云屏区妇幼健康主要指标完成情况表（2017—2024年）", True, True)
    cell(ws, 2, 1, "填报单位：云屏区妇幼保健院（盖章）")
    cell(ws, 2, 8, "填报人：保健部　填报日期：2025.3.6")
    for c, s in enumerate(["序号", "指标", "单位"] + [f"{y}年" for y in Y] + ["备注"], 1):
        cell(ws, 3, c, s, True, True)
    rows = [("1", "活产数", "人", "live_births", ""), ("2", "孕产妇死亡数", "人", "maternal_deaths", "常住人口口径"), ("", "孕产妇死亡率", "1/10万", "maternal_mortality_rate", "=死亡数/活产数×10万"),
            ("3", "婴儿死亡数", "人", "infant_deaths", ""), ("", "婴儿死亡率", "‰", "infant_mortality_rate", "=婴儿死亡数/活产数×1000‰"), ("", "　其中：新生儿死亡数", "人", "neonatal_deaths", ""),
            ("", "　新生儿死亡率", "‰", "neonatal_mortality_rate", ""), ("4", "5岁以下儿童死亡数", "人", "under5_deaths", ""), ("", "5岁以下儿童死亡率", "‰", "under5_mortality_rate", ""),
            ("5", "产妇系统管理人数", "人", "maternal_mgmt_rate_n", ""), ("", "产妇系统管理率", "%", "maternal_mgmt_rate", "分母为活产数"), ("6", "住院分娩率", "%", "hospital_delivery_rate", ""),
            ("7", "3岁以下儿童数", "人", "child_u3_total", ""), ("", "3岁以下儿童系统管理人数", "人", "child_u3_mgmt_rate_n", ""), ("", "3岁以下儿童系统管理率", "%", "child_u3_mgmt_rate", ""),
            ("8", "新生儿访视率", "%", "newborn_visit_rate", ""), ("9", "适龄妇女“两癌”应查人数", "人", "women_due", "2017年项目未全面铺开"), ("", "“两癌”免费检查人数", "人", "womens_two_cancer_screening_rate_n", ""),
            ("", "适龄妇女“两癌”筛查覆盖率", "%", "womens_two_cancer_screening_rate", "")]
    for i, (no, nm, un, key, rem) in enumerate(rows):
        r = 4 + i
        cell(ws, r, 1, no)
        cell(ws, r, 2, nm)
        cell(ws, r, 3, un)
        for j, y in enumerate(Y):
            if y in S[key]:
                put(ws, r, 4 + j, key, y, nd=key in ND and key not in ("hospital_delivery_rate", "newborn_visit_rate"), need="also" if not K[key][0] else "core")
            elif key.startswith("women"):
                ws.cell(r, 4 + j, "—")
        cell(ws, r, 12, rem)
    cell(ws, 4 + len(rows), 1, "说明：以上数据取自妇幼卫生年报，2024年为终审数。")
    wb.save(HERE / f)


def make_cdc():
    f = "区疾控中心报送.xlsx"
    wb, ws = book("慢病与老年人管理")
    at(f, "")
    ws.merge_cells("A1:N1")
    cell(ws, 1, 1, "云屏区基本公共卫生服务重点指标（区疾控中心）", True, True)
    cell(ws, 2, 1, "单位：人、%")
    ws.merge_cells("A3:A4")
    ws.merge_cells("B3:B4")
    cell(ws, 3, 1, "项目", True, True)
    cell(ws, 3, 2, "率的名称", True, True)
    ys = [2021, 2022, 2023, 2024]
    for j, y in enumerate(ys):
        c = 3 + 3 * j
        ws.merge_cells(start_row=3, start_column=c, end_row=3, end_column=c + 2)
        cell(ws, 3, c, f"{y}年", True, True)
        for k, s in enumerate(["管理人数", "规范管理人数", "率（%）"]):
            cell(ws, 4, c + k, s, True, True)
    for i, (pr, nm, key) in enumerate([("高血压", "高血压患者规范管理率", "hypertension_standard_mgmt_rate"), ("糖尿病", "2型糖尿病患者规范管理率", "diabetes_standard_mgmt_rate"),
                                       ("精神卫生", "严重精神障碍患者规范管理率", "smi_standard_mgmt_rate"), ("老年人", "65岁及以上老年人城乡社区规范健康管理服务率", "elderly_standard_mgmt_rate")]):
        r = 5 + i
        cell(ws, r, 1, pr)
        cell(ws, r, 2, nm)
        for j, y in enumerate(ys):
            c = 3 + 3 * j
            put(ws, r, c, ND[key][1], y, need="also")
            put(ws, r, c + 1, ND[key][0], y, need="also")
            put(ws, r, c + 2, key, y, nd=True)
    cell(ws, 9, 1, "注：老年人“管理人数”栏为辖区65岁及以上常住居民数；精神卫生为在册患者数。")
    ws = wb.create_sheet("监测指标")
    cell(ws, 1, 1, "云屏区疾病监测及健康水平指标", True)
    for c, s in enumerate(["年度", "人均预期寿命（岁）", "重大慢性病过早死亡率（%）", "居民健康素养水平（%）", "适龄儿童免疫规划疫苗接种率（%）", "肺结核报告发病数（例）", "肺结核报告发病率（/10万）", "百日咳报告病例数（例）", "传染病疫情蔓延事件（起）", "备注"], 1):
        cell(ws, 2, c, s, True, True)
    for i, y in enumerate(Y):
        r = 3 + i
        cell(ws, r, 1, f"{y}年")
        for c, key in enumerate(["life_expectancy", "premature_ncd_mortality", "health_literacy_rate", "immunization_rate", "tb_cases", "tb_incidence", "pertussis_cases", "epidemic_spread_events"], 2):
            if y in S[key]:
                put(ws, r, c, key, y, note="true outbreak, confirmed in the remarks" if key == "pertussis_cases" and y == 2024 else "")
            else:
                ws.cell(r, c, "/")
        if y == 2024:
            cell(ws, r, 10, "百日咳431例已核实，系全国性流行，非录入错误")
    wb.save(HERE / f)


def make_yizheng():
    f = "医政科-医院运行情况（云屏区）.xlsx"
    wb, ws = book("Sheet1")
    at(f, "")
    ws.merge_cells("A1:J1")
    cell(ws, 1, 1, "医院运行效率情况统计", True, True)
    cell(ws, 2, 1, "填报科室：医政科")
    heads = ["年份", "总诊疗人次（万人次）", "入院人次（万人次）", "医院出院人数（人）", "平均住院日（天）", "医院病床使用率（%）", "三级医院数（家）", "其中：三甲医院数（家）", "数据状态", "备注"]
    for c, s in enumerate(heads, 1):
        cell(ws, 3, c, s, True, True)
    sanjia = {y: 0 for y in Y}
    sanjia.update({2023: 1, 2024: 1})
    for i, y in enumerate(Y):
        r = 4 + i
        cell(ws, r, 1, y)
        put(ws, r, 2, "outpatient_visits", y)
        if y != 2019:
            put(ws, r, 3, "inpatient_admissions", y)
        else:
            cell(ws, r, 3, "待核")
        if y == 2021:
            slip = round(S["discharges"][y] / 10000, 2)
            trapcell(ws, r, 4, slip, "医院出院人数", "slip of scale: typed in 万人, head says 人", y, "人")
            log("discharges", y, str(slip), value=round(slip * 10000), need="also", note="slip of scale explained in the remarks; a question is right too", place=f"{ws.title}!D{r}")
        else:
            put(ws, r, 4, "discharges", y)
        put(ws, r, 5, "avg_length_of_stay", y)
        put(ws, r, 6, "bed_occupancy_rate", y)
        put(ws, r, 7, "tertiary_hospitals", y)
        trapcell(ws, r, 8, sanjia[y], "三甲医院数", "sub-group", y, "家")
        cell(ws, r, 9, "快报" if y == 2024 else "终报")
        if y == 2021:
            cell(ws, r, 10, "出院人数已核实：误按万人填报，实为" + str(round(slip * 10000)) + "人")
        if y == 2019:
            cell(ws, r, 10, "2019年入院人次与市级核对中")
    trapcell(ws, 12, 2, 231.9, "总诊疗人次", "part of a year", 2025, "万人次", "outpatient_visits")
    cell(ws, 12, 1, "2025年1—9月")
    trapcell(ws, 12, 5, 8.1, "平均住院日", "part of a year", 2025, "天", "avg_length_of_stay")
    cell(ws, 12, 9, "快报")
    cell(ws, 13, 1, "目标（2027年）")
    trapcell(ws, 13, 5, 8, "平均住院日", "planned", 2027, "天", "avg_length_of_stay")
    wb.save(HERE / f)


def make_renkou():
    f = "云屏区人口家庭科托育统计.xlsx"
    wb, ws = book("托育台账汇总")
    at(f, "")
    cell(ws, 1, 1, "婴幼儿照护服务发展情况", True)
    cell(ws, 2, 1, "填报单位：区卫生健康委人口家庭科")
    for c, s in enumerate(["指标名称", "年度", "数值", "计量单位", "数据状态", "说明"], 1):
        cell(ws, 3, c, s, True)
    r = 4
    for key, nm, un in [("nursery_places_total", "托位总数", "个"), ("inclusive_places", "普惠托位数", "个"), ("nursery_places_per_1000", "每千人口3岁以下婴幼儿托位数", "个"),
                        ("inclusive_nursery_place_share", "普惠托位占比", "%"), ("nursery_places_added", "新增托位数", "个")]:
        for y in range(2020, 2026):
            cell(ws, r, 1, nm)
            cell(ws, r, 2, y)
            cell(ws, r, 4, un)
            if y == 2025:
                if key in ("nursery_places_added", "nursery_places_per_1000"):
                    v = 360 if key == "nursery_places_added" else 4.6
                    trapcell(ws, r, 3, v, nm, "planned", y, un, key)
                    cell(ws, r, 5, "计划")
                else:
                    for c in (1, 2, 4):
                        ws.cell(r, c, None)
                    continue
            elif y in S[key]:
                put(ws, r, 3, key, y, need="also" if not K[key][0] else "core")
                cell(ws, r, 5, "实际")
            else:
                cell(ws, r, 5, "无")
                cell(ws, r, 6, "2020年未统计新增数")
            if key == "nursery_places_total" and y == 2020:
                cell(ws, r, 6, "首次建立台账")
            r += 1
    cell(ws, r, 1, "注：每千人口托位数按当年末常住人口计算。")
    wb.save(HERE / f)


def make_yibao():
    f = "云屏区医保局.xlsx"
    wb, ws = book("运行分析")
    at(f, "")
    cell(ws, 1, 2, "云屏区医疗保障运行主要指标", True)
    cell(ws, 2, 2, "报送：云屏区医疗保障局　报送时间2024年12月（年度数2025年2月补）")
    heads = ["", "指标"] + [f"{y}" for y in range(2024, 2016, -1)] + ["2025年1—6月", "备注"]
    for c, s in enumerate(heads, 1):
        if s:
            cell(ws, 4, c, int(s) if s.isdigit() else s, True)
    rows = [("区域内就诊率（%）", "in_district_treatment_share", 89.9), ("DRG/DIP付费的医保基金支付比例（%）", "drg_dip_fund_share", 78.8), ("住院次均费用（元）", "avg_inpatient_cost", 7985),
            ("门诊次均费用（元）", "avg_outpatient_cost", 246.2), ("基本医疗保险参保人数（万人）", "insured", None)]
    for i, (nm, key, part) in enumerate(rows):
        r = 5 + i
        cell(ws, r, 2, nm)
        for j, y in enumerate(range(2024, 2016, -1)):
            if y in S[key]:
                put(ws, r, 3 + j, key, y, text=round(S[key][y] / 10000, 2) if key == "insured" else None)
            elif key == "drg_dip_fund_share":
                ws.cell(r, 3 + j, "—")
        if part:
            trapcell(ws, r, 11, part, K[key][1], "part of a year", 2025, K[key][2], K[key][0])
    cell(ws, 6, 12, "2021年启动试点")
    cell(ws, 11, 2, "全市DRG/DIP付费占比：2024年")
    trapcell(ws, 11, 3, 79.8, "DRG/DIP付费的医保基金支付比例", "other area", 2024, "%", "drg_dip_fund_share", CITY)
    FIG.append([f, "运行分析!C11", "drg_dip_fund_share", "DRG/DIP付费的医保基金支付比例", CITY, 2024, "annual", 79.8, "%", "", "", "79.8", "level", "also", "the city's figure"])
    cell(ws, 12, 2, "注：参保人数含职工和居民，次均费用为定点医院口径。")
    wb.save(HERE / f)


def make_guihua():
    f = "规划信息科返回表.xlsx"
    wb, ws = book("卫生资源")
    at(f, "")
    ws.merge_cells("A1:N1")
    cell(ws, 1, 1, "云屏区卫生健康资源统计表（规划信息科）", True, True)
    heads = [("年份", [""]), ("卫生技术人员（人）", ["合计", "执业（助理）医师", "注册护士", "药师", "全科医生"]), ("床位（张）", ["合计", "其中：医院"]), ("村卫生室（个）", ["村卫生室数", "达到基本标准的村卫生室数"]),
             ("每千人口（按常住人口）", ["床位（张）", "执业（助理）医师（人）", "注册护士（人）", "药师（人）"]), ("每万人口全科医生数（人）", [""]), ("村卫生室达到基本标准的比例（%）", [""]), ("数据状态", [""]), ("备注", [""])]
    c = 1
    for top, subs in heads:
        cell(ws, 2, c, top, True, True)
        if subs == [""]:
            ws.merge_cells(start_row=2, start_column=c, end_row=3, end_column=c)
        else:
            ws.merge_cells(start_row=2, start_column=c, end_row=2, end_column=c + len(subs) - 1)
            for k, s in enumerate(subs):
                cell(ws, 3, c + k, s, True, True)
        c += len(subs)
    keys = ["health_technicians", "physicians", "nurses", "pharmacists", "gps", "beds_total", "hospital_beds", "village_clinics", "village_ok", "beds_per_1000", "physicians_per_1000",
            "nurses_per_1000", "pharmacists_per_1000", "gps_per_10000", "village_clinic_basic_standard_share"]
    for i, y in enumerate(Y):
        r = 4 + i
        cell(ws, r, 1, f"{y}年")
        for k, key in enumerate(keys, 2):
            if y in S[key]:
                put(ws, r, k, key, y, need="also" if not K[key][0] and key in ("village_ok",) else "core",
                    note="contradiction 1: the yearbook has 1798" if key == "nurses" and y == 2023 else "")
                if key == "village_clinic_basic_standard_share":
                    FIG[-1][9:11] = [S["village_ok"][y], S["village_clinics"][y]]
        cell(ws, r, 17, "快报" if y == 2024 else "年报")
    cell(ws, 4, 18, "2021年前未开展达标评估")
    ws = wb.create_sheet("财政投入")
    cell(ws, 1, 1, "财政卫生投入（财务科提供）", True)
    cell(ws, 2, 1, "单位：万元")
    cell(ws, 3, 1, "项目", True)
    for j, y in enumerate(Y):
        cell(ws, 3, 2 + j, f"{y}年", True)
    cell(ws, 4, 1, "地方财政医疗卫生支出")
    cell(ws, 5, 1, "其中：基本公共卫生服务补助")
    for j, y in enumerate(Y):
        v = round(S["gov_health_expenditure"][y] * 10000)
        put(ws, 4, 2 + j, "gov_health_expenditure", y, text=v)
        trapcell(ws, 5, 2 + j, round(S["population_resident"][y] * [52.6, 57, 69, 74, 79, 84, 89, 94][j] / 10000), "基本公共卫生服务补助", "sub-group", y, "万元")
    cell(ws, 6, 1, "人均基本公共卫生经费标准（元）")
    for j, y in enumerate(Y):
        trapcell(ws, 6, 2 + j, [52.6, 57, 69, 74, 79, 84, 89, 94][j], "人均基本公共卫生服务经费标准", "a standard, in 元 under a caption of 万元", y, "元")
    wb.save(HERE / f)


# ------------------------------------------------------------------ what is right
def write():
    head = ["file", "place", "indicator", "name", "area", "year", "period", "value", "unit", "numerator", "denominator", "printed", "kind", "need", "note"]
    with open(HERE / "figures.csv", "w", encoding="utf-8-sig", newline="") as h:
        w = csv.writer(h)
        w.writerow(head)
        w.writerows(FIG)
    with open(HERE / "traps.csv", "w", encoding="utf-8-sig", newline="") as h:
        w = csv.writer(h)
        w.writerow(["file", "place", "indicator", "name", "area", "year", "printed", "unit", "why"])
        w.writerows(TRAP)
    with open(HERE / "truth.csv", "w", encoding="utf-8-sig", newline="") as h:
        w = csv.writer(h)
        w.writerow(["goal", "name", "indicator", "comparator", "value", "unit", "registered_unit", "deadline", "place", "evidence", "years", "series", "files", "note"])
        for no, name, key, comp, val, unit, dl, place, evid, note in GOALS:
            got = [x for x in FIG if key and key in K and x[3] == K[key][1] and x[4] == AREA and x[12] in ("level", "previous")]
            ser, by = {}, {}
            for x in got:
                ser[x[5]] = S[key][x[5]]
                by.setdefault(x[0], set()).add(x[5])
            files = ";".join(f"{a}:{'/'.join(map(str, sorted(b)))}" for a, b in sorted(by.items()))
            rid = (K[key][0] if key in K else key) if key else ""
            w.writerow([no, name, rid, comp, val, unit, K[key][2] if key in K else unit, dl, place, evid, len(ser), ";".join(f"{y}={ser[y]:g}" for y in sorted(ser)), files, note])


def check():
    """every printed figure is found again in its file; numbers agree across files"""
    import warnings
    warnings.simplefilter("ignore")
    text = {}
    for f in SEEN:
        if f.endswith(".docx"):
            d = Document(HERE / f)
            text[f] = "\n".join(p.text for p in d.paragraphs) + "\n".join(c.text for t in d.tables for row in t.rows for c in row.cells)
        elif f.endswith(".pdf"):
            import logging

            import pdfplumber
            logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
            with pdfplumber.open(HERE / f) as pd:
                text[f] = "\n".join(p.extract_text() or "" for p in pd.pages)
                print(f, len(pd.pages), "pages")
        else:
            text[f] = H.unescape((HERE / f).read_text(encoding="utf-8"))
    bad = [(f, s) for f, ss in SEEN.items() for s in ss if s not in text[f]]
    vals = {}
    for x in FIG:
        vals.setdefault((x[3], x[4], x[5]), {}).setdefault(x[7], set()).add(x[0])
    clash = {k: v for k, v in vals.items() if len(v) > 1}
    assert len(GOALS) == 40, len(GOALS)
    print("not found:", bad)
    print("contradictions:", clash)
    print("figures", len(FIG), "traps", len(TRAP), "goals", len(GOALS), "without", sum("no figure anywhere" in g[9] for g in GOALS))
    for f in dict.fromkeys(x[0] for x in FIG):
        print("  ", f, sum(x[0] == f and x[12] == "level" for x in FIG), sum(x[0] == f for x in TRAP))


if __name__ == "__main__":
    make_plan()
    make_b2023()
    make_b2024()
    make_yearbook()
    make_bureau()
    for m in (make_mch, make_cdc, make_yizheng, make_renkou, make_yibao, make_guihua):
        m()
    write()
    check()
    sys.exit(0)
