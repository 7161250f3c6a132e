"""Draws the papers of the invented 沅塘区 (嘉宁市), second pack. Run: python make.py  (files land beside this script)."""
import csv
import shutil
import subprocess
import tempfile
from collections import defaultdict
from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter as col

HERE = Path(__file__).resolve().parent
OUR, CITY = "沅塘区", "嘉宁市"
END = 2024


class Series:
    def __init__(self, key, name, unit, dec, rid, v, num=None, den=None, stock=False):
        self.key, self.name, self.unit, self.dec, self.rid, self.v, self.num, self.den, self.stock = key, name, unit, dec, rid, v, num, den, stock


T: dict[str, Series] = {}


def row(key, name, unit, vals, dec=0, rid=None, stock=False):
    T[key] = Series(key, name, unit, dec, key if rid is None else rid, dict(zip(range(END - len(vals) + 1, END + 1), vals)), stock=stock)


def ratio(key, name, unit, num, den, per, dec=2, rid=None, stock=False):
    v = {y: round(T[num].v[y] / T[den].v[y] * per + 1e-9, dec) for y in T[num].v if y in T[den].v}
    T[key] = Series(key, name, unit, dec, key if rid is None else rid, v, num, den, stock)


def pct(key, name, numname, den, vals, unit="人", dec=1):
    ys = range(END - len(vals) + 1, END + 1)
    T[key + ":n"] = Series(key + ":n", numname, unit, 0, "", {y: round(T[den].v[y] * p / 100) for y, p in zip(ys, vals)})
    ratio(key, name, "%", key + ":n", den, 100, dec)


row("population_resident", "年末常住人口", "人", [718200, 722600, 726900, 730100, 733500, 737800, 739600, 741200, 742500, 743900], stock=True)
row("population_65plus", "65岁及以上常住人口", "人", [98300, 101900, 105600, 109900, 114200], stock=True)
row("births", "出生人口数", "人", [8420, 8905, 8610, 7920, 7380, 6650, 5980, 5610, 5320, 5480])
row("deaths_total", "死亡人口数", "人", [4502, 4561, 4620, 4655, 4702, 4760, 4871, 5102, 5210, 5148])
pop = T["population_resident"].v
mean = {y: (pop.get(y - 1, 714000) + pop[y]) / 2 for y in pop}
row("birth_rate", "人口出生率", "‰", [round(T["births"].v[y] / mean[y] * 1000, 2) for y in pop], 2)
row("death_rate", "人口死亡率", "‰", [round(T["deaths_total"].v[y] / mean[y] * 1000, 2) for y in pop], 2)
row("natural_growth_rate", "人口自然增长率", "‰", [round(T["birth_rate"].v[y] - T["death_rate"].v[y], 2) for y in pop], 2)
row("institutions_total", "医疗卫生机构总数", "个", [512, 515, 518, 520, 524, 527, 530, 533, 536, 540], stock=True)
row("hospitals_total", "医院数", "个", [14, 14, 15, 15, 16, 17, 17, 18, 19, 19], stock=True)
row("township_hospitals", "乡镇卫生院数", "个", [16, 16, 16, 16, 15, 15, 15, 15, 15, 15], stock=True)
row("village_clinics", "村卫生室数", "个", [188, 187, 187, 185, 184, 182, 181, 180, 178, 177], stock=True)
row("beds_total", "医疗卫生机构床位数", "张", [3790, 3902, 4015, 4140, 4268, 4390, 4475, 4568, 4690, 4801], stock=True)
row("hospital_beds", "医院床位数", "张", [2810, 2902, 2990, 3098, 3205, 3301, 3370, 3440, 3545, 3632], stock=True)
row("health_workers_total", "卫生人员总数", "人", [5120, 5282, 5451, 5633, 5845, 6052, 6260, 6458, 6660, 6851], stock=True)
row("health_technicians", "卫生技术人员数", "人", [4080, 4221, 4368, 4519, 4702, 4881, 5060, 5231, 5406, 5570], stock=True)
row("physicians", "执业（助理）医师数", "人", [1602, 1668, 1735, 1806, 1890, 1975, 2062, 2151, 2250, 2310], stock=True)
row("nurses", "注册护士数", "人", [1698, 1779, 1866, 1952, 2055, 2149, 2240, 2331, 2420, 2507], stock=True)
row("gps", "全科医生数", "人", [192, 209, 226, 241, 256], rid="", stock=True)
row("pharmacists", "药师数", "人", [271, 279, 290, 301, 312], stock=True)
row("high_degree_staff_recruited", "引进高学历卫生人才数", "名", [18, 22, 27, 31, 36])
ratio("beds_per_1000", "每千人口医疗卫生机构床位数", "张/千人", "beds_total", "population_resident", 1000, stock=True)
ratio("physicians_per_1000", "每千人口执业（助理）医师数", "人/千人", "physicians", "population_resident", 1000, stock=True)
ratio("nurses_per_1000", "每千人口注册护士数", "人/千人", "nurses", "population_resident", 1000, stock=True)
ratio("gps_per_10000", "每万人口全科医生数", "人/万人", "gps", "population_resident", 10000, stock=True)
ratio("tech_per_1000", "每千人口卫生技术人员数", "人/千人", "health_technicians", "population_resident", 1000, rid="", stock=True)
row("outpatient_visits", "总诊疗人次", "万人次", [351.24, 362.08, 371.55, 380.17, 391.46, 328.90, 358.73, 352.16, 401.38, 417.65], 2)
row("inpatient_admissions", "入院人次", "万人次", [11.02, 11.48, 11.91, 12.26, 12.70, 10.64, 11.42, 11.37, 13.05, 13.41], 2)
row("avg_length_of_stay", "平均住院日", "天", [8.9, 8.8, 8.6, 8.5, 8.2, 8.0], 1)
row("outpatient_waiting_minutes", "门诊等候时间", "分钟", [34, 31, 29, 27, 24, 22])
row("medical_cost_growth", "医疗费用增长幅度", "%", [9.1, -2.8, 8.4, 5.2, 7.3, 6.1], 1)
row("patient_satisfaction_rate", "患者满意度", "%", [86.2, 87.5, 88.1, 89.4, 90.2, 91.3], 1)
row("bed_occupancy_rate", "医院病床使用率", "%", [85.6, 70.1, 74.8, 72.3, 80.4, 81.2], 1)

row("live_births", "活产数", "人", [7865, 7331, 6612, 5951, 5588, 5297, 5452])
row("maternal_deaths", "孕产妇死亡数", "人", [1, 1, 0, 1, 0, 0, 0])
row("infant_deaths", "婴儿死亡数", "人", [31, 27, 22, 19, 16, 14, 13])
row("under5_deaths", "5岁以下儿童死亡数", "人", [40, 36, 30, 26, 22, 20, 18])
ratio("maternal_mortality_rate", "孕产妇死亡率", "1/10万", "maternal_deaths", "live_births", 100000)
ratio("infant_mortality_rate", "婴儿死亡率", "‰", "infant_deaths", "live_births", 1000)
ratio("under5_mortality_rate", "5岁以下儿童死亡率", "‰", "under5_deaths", "live_births", 1000)
pct("maternal_mgmt_rate", "产妇系统管理率", "产妇系统管理人数", "live_births", [89.6, 90.4, 91.5, 92.0, 92.8, 93.3, 93.7], dec=2)
pct("early_pregnancy_registration_rate", "早孕建册率", "早孕建册人数", "live_births", [88.1, 89.7, 90.9, 91.8, 92.5, 93.4, 94.0], dec=2)
row("child_u7", "7岁以下儿童数", "人", [55800, 54100, 51900, 49200, 46700, 44100, 42300], rid="", stock=True)
pct("child_u7_health_mgmt_rate", "7岁以下儿童健康管理率", "7岁以下儿童健康管理人数", "child_u7", [91.8, 92.3, 92.9, 93.4, 93.9, 94.5, 94.9], dec=2)

row("hypertension_managed_count", "接受健康管理的高血压患者数", "人", [60210, 61830, 63405, 64922], stock=True)
pct("hypertension_standard_mgmt_rate", "高血压患者规范管理率", "高血压规范管理人数", "hypertension_managed_count", [71.2, 72.9, 74.1, 75.6])
row("diabetes_managed_count", "接受健康管理的糖尿病患者数", "人", [19330, 20147, 20980, 21706], stock=True)
pct("diabetes_standard_mgmt_rate", "2型糖尿病患者规范管理率", "糖尿病规范管理人数", "diabetes_managed_count", [69.9, 71.4, 73.0, 74.2])
row("smi", "在册严重精神障碍患者数", "人", [2890, 2951, 3004, 3062], rid="", stock=True)
pct("smi_standard_mgmt_rate", "严重精神障碍患者规范管理率", "严重精神障碍规范管理人数", "smi", [89.8, 90.7, 91.9, 92.8])
row("immunization_rate", "适龄儿童免疫规划疫苗接种率", "%", [97.1, 97.6, 97.9, 98.2], 1)
row("tb_cases", "肺结核报告发病数", "例", [372, 361, 349, 338])
ratio("tb_incidence", "肺结核报告发病率", "1/10万", "tb_cases", "population_resident", 100000)
row("hiv_test_rate", "艾滋病检测率（全人群）", "%", [33.8, 36.1, 38.9, 40.7], 1)
row("health_literacy_rate", "居民健康素养水平", "%", [25.9, 28.4, 30.7, 32.6], 1)
row("tb_patient_mgmt_rate", "肺结核患者管理率", "%", [94.6, 95.2, 96.0, 96.4], 1)
row("flu_cases", "流行性感冒报告病例数", "例", [1106, 1388, 15240, 4871], rid="")

row("family_doctor_rate", "家庭医生签约率（全人群）", "%", [36.4, 39.0, 41.2, 43.1, 44.6], 1)
row("family_doctor_key_rate", "家庭医生签约率（重点人群）", "%", [66.0, 69.3, 72.2, 75.0, 76.9], 1)
row("grade_a_township_hospitals", "甲级乡镇卫生院数", "家", [1, 1, 2, 3, 4], stock=True)
pct("elderly_health_mgmt_rate", "65岁及以上老年人健康管理率", "接受健康管理的65岁及以上老年人数", "population_65plus", [62.8, 65.1, 67.6, 69.5, 71.0])
T["elderly_health_mgmt_rate:n"].rid = "elderly_managed_count"
T["elderly_health_mgmt_rate:n"].name = "接受健康管理的65岁及以上老年人数"
row("elderly_exam_count", "接受健康体检的65岁及以上老年人数", "人", [78400])
row("health_record_rate", "健康档案建档率", "%", [88.2, 89.5, 90.8, 91.6, 92.3], 1)
row("health_record_use_rate", "健康档案使用率", "%", [48.7, 52.3, 55.9, 58.4, 61.0], 1)

row("nursery_places_added", "新增托位数", "个", [520, 610, 585, 540])
row("nursery_places_total", "3岁以下婴幼儿托位总数", "个", [1685, 2260, 2812, 3310], stock=True)
ratio("nursery_places_per_1000", "每千人口3岁以下婴幼儿托位数", "个/千人", "nursery_places_total", "population_resident", 1000, stock=True)
row("inclusive", "普惠托位数", "个", [840, 1205, 1606, 2012], rid="", stock=True)
ratio("inclusive_nursery_place_share", "普惠托位占比", "%", "inclusive", "nursery_places_total", 100, 1, stock=True)
row("friendly_n", "老年友善医疗机构数", "个", [22, 28, 33, 36], rid="", stock=True)
row("friendly_d", "应创建老年友善医疗机构的机构数", "个", [40, 40, 40, 40], rid="", stock=True)
ratio("elderly_friendly_institution_share", "老年友善医疗机构占比", "%", "friendly_n", "friendly_d", 100, 1, stock=True)

# ------------------------------------------------------------------ the books kept while printing
figures, traps, goals = [], [], []
printed = defaultdict(list)
here = {"file": "", "place": ""}


def shown(v):
    return str(int(v)) if isinstance(v, float) and v == int(v) else str(v)


def open_at(file=None, place=""):
    if file:
        here["file"] = file
    here["place"] = place


def book(key, y, text, value=None, kind="level", need=None, frac=False, note="", place=None):
    s = T[key]
    v = s.v[y] if value is None else value
    n, d = (T[s.num].v[y], T[s.den].v[y]) if frac and s.num else ("", "")
    figures.append([here["file"], place or here["place"], s.rid, s.name, OUR, y, "year-end" if s.stock else "annual", round(v, 4), s.unit, n, d, text, kind,
                    need or ("core" if s.rid else "also"), note])


def f(key, y=END, form="", **kw):
    s = T[key]
    v = kw.get("value")
    v = s.v[y] if v is None else v
    text = f"{v / 10000:.2f}" if form == "万" else f"{v:,.{s.dec}f}" if form == "," else f"{v:.{s.dec}f}"
    book(key, y, text, **kw)
    printed[here["file"]].append(text)
    return text


def trap(text, name, why, y="", unit="", rid="", area=OUR, place=None, seen=True):
    traps.append([here["file"], place or here["place"], rid, name, area, y, text, unit, why])
    if seen:
        printed[here["file"]].append(str(text))
    return str(text)


def change(key, y=END, dec=None, form=""):
    s = T[key]
    d = abs(s.v[y] - s.v[y - 1])
    figures.append([here["file"], here["place"], s.rid, s.name, OUR, y - 1, "year-end" if s.stock else "annual", s.v[y - 1], s.unit, "", "", "", "implied", "also", "only by subtraction"])
    return trap(f"{d / 10000:.2f}" if form == "万" else f"{d:.{s.dec if dec is None else dec}f}", s.name, "change", y, s.unit, s.rid)


def growth(key, y=END):
    s = T[key]
    return trap(f"{(s.v[y] / s.v[y - 1] - 1) * 100:.1f}", s.name, "growth", y, "%", s.rid)


def elsewhere(key, area, y, value, text=None, place=None, seen=True, unit=None):
    s = T[key]
    text = f"{value:.{s.dec}f}" if text is None else text
    figures.append([here["file"], place or here["place"], s.rid, s.name, area, y, "year-end" if s.stock else "annual", value, s.unit, "", "", text, "level", "also", "another area"])
    return trap(text, s.name, "other area", y, unit or s.unit, s.rid, area, place, seen)


def aim(key, name, comp, value, unit, place, evid, note="", rid=None, deadline=2025):
    rid = T[key].rid if key in T else key or ""
    goals.append([len(goals) + 1, name, rid, comp, value, unit, deadline, place, evid, note, key])
    traps.append(["plan.docx", place, rid, name, OUR, 2025, evid, unit, "planned"])


# ------------------------------------------------------------------ plan
def plan():
    open_at("plan.docx", "一、2024年工作回顾")
    d = Document()
    d.core_properties.author = d.core_properties.comments = ""
    d.styles["Normal"].font.size = Pt(11)

    def para(s, mid=False):
        q = d.add_paragraph(s)
        if mid:
            q.alignment = WD_ALIGN_PARAGRAPH.CENTER

    para("沅卫发〔2025〕9号", True)
    para("沅塘区卫生健康局关于印发2024年工作总结和2025年工作计划的通知", True)
    para("各乡镇卫生院、社区卫生服务中心，局属各单位，机关各科室：")
    para("现将《沅塘区卫生健康局2024年工作总结和2025年工作计划》印发给你们，请结合实际抓好落实。")
    para("2025年2月18日")
    para("沅塘区卫生健康局2024年工作总结和2025年工作计划", True)
    para("第一部分 2024年工作总结")
    para("一年来，在区委、区政府的坚强领导下，全区卫生健康系统锐意进取、真抓实干，较好完成了年度目标任务。")
    para("（一）资源总量稳步增长。年末全区医疗卫生机构达" + f("institutions_total") + "家，编制床位" + trap("4620", "编制床位数", "another measure (编制, not 实有)", 2024, "张") + "张、实有床位" + f("beds_total")
         + "张，卫生技术人员" + f("health_technicians") + "人，较“十三五”末增长" + trap("14.1", "卫生技术人员数", "growth", 2024, "%", "health_technicians") + "%。引进硕士以上高学历人才" + f("high_degree_staff_recruited") + "名。")
    para("（二）服务能力持续提升。全年总诊疗" + f("outpatient_visits") + "万人次；区人民医院门诊" + trap("98.40", "区人民医院门诊人次", "sub-group", 2024, "万人次")
         + "万人次，占全区的" + trap("23.6", "区人民医院门诊占比", "sub-group", 2024, "%") + "%。患者满意度达到" + f("patient_satisfaction_rate") + "%，完成年度目标（" + trap("91", "患者满意度", "planned", 2024, "%", "patient_satisfaction_rate") + "%）。")
    para("（三）公共卫生扎实有效。孕产妇实现零死亡，婴儿死亡率降至" + f("infant_mortality_rate") + "‰；居民健康素养水平提升至" + f("health_literacy_rate", value=33.1, note="contradiction 1: 疾控科 has 32.6")
         + "%。为" + f("elderly_exam_count", form="万", need="also") + "万名65岁及以上老年人提供免费健康体检，新建标准化发热诊室" + trap("6", "发热诊室", "counts of works done, no indicator", 2024, "个") + "个。")
    book("maternal_deaths", 2024, "孕产妇实现零死亡", need="also", note="said in words")
    para("同时，也清醒看到存在的不足：专科人才仍然紧缺，全市每千人口注册护士" + elsewhere("nurses_per_1000", CITY, 2024, 3.62) + "人，我区仅为" + f("nurses_per_1000") + "人；托育服务供给与群众期盼还有差距。")
    open_at(place="第二部分")
    para("第二部分 2025年工作计划")
    para("2025年是“十四五”收官之年。全区卫生健康工作要坚持稳中求进，重点抓好以下工作，主要指标见附件。")
    P = "第二部分"
    para("一、促进优质医疗资源扩容")
    para("1.实施临床专科能力提升工程，全年新增市级重点专科3个，柔性引进专家6名。推动二级及以上公立医院检查检验结果互认全覆盖。（牵头科室：医政医管科）")
    aim("municipal_key_specialties", "市级重点专科数", ">=", 3, "个", P + "一", "全年新增市级重点专科3个", "no figure anywhere; new ones of the year")
    aim("flexible_experts", "柔性引进专家数", ">=", 6, "名", P + "一", "柔性引进专家6名", "no figure anywhere")
    aim("lab_mutual_recognition_share", "参与检查结果互认的二级及以上公立医院比例", "=", 100, "%", P + "一", "检查检验结果互认全覆盖", "no figure anywhere; 全覆盖 is 100")
    para("2.改善就医感受。门诊患者平均等候时间缩短至20分钟以内，平均住院日不超过7.8天，患者满意度保持在92%以上；公立医院医疗费用增幅控制在6%以下。（牵头科室：医政医管科、财务科）")
    aim("outpatient_waiting_minutes", "门诊等候时间", "<=", 20, "分钟", P + "一", "缩短至20分钟以内")
    aim("avg_length_of_stay", "平均住院日", "<=", 7.8, "天", P + "一", "平均住院日不超过7.8天")
    aim("patient_satisfaction_rate", "患者满意度", ">=", 92, "%", P + "一", "患者满意度保持在92%以上")
    aim("medical_cost_growth", "医疗费用增长幅度", "<=", 6, "%", P + "一", "医疗费用增幅控制在6%以下", "a growth rate that is the level itself")
    para("二、夯实基层基础")
    para("3.开展“优质服务基层行”，力争甲级乡镇卫生院总数达到6家。做实家庭医生签约服务，全人群、重点人群签约率分别不低于46%、78%。推进居民电子健康档案务实应用，档案使用率由61%提高到64%。（牵头科室：基层卫生科）")
    aim("grade_a_township_hospitals", "甲级乡镇卫生院数", ">=", 6, "家", P + "二", "力争甲级乡镇卫生院总数达到6家")
    aim("family_doctor_rate", "家庭医生签约率（全人群）", ">=", 46, "%", P + "二", "分别不低于46%、78%")
    aim("family_doctor_key_rate", "家庭医生签约率（重点人群）", ">=", 78, "%", P + "二", "分别不低于46%、78%")
    aim("health_record_use_rate", "健康档案使用率", ">=", 64, "%", P + "二", "档案使用率由61%提高到64%", "61 is last year's")
    book("health_record_use_rate", 2024, "61", kind="previous", note="baseline inside the goal's sentence; the year is not printed")
    para("三、织牢公共卫生防护网")
    para("4.坚持“四早”要求，推进疾控体系改革。加强结核病、艾滋病防治，肺结核报告发病率降至44/10万以内，艾滋病全人群检测率提高2个百分点，达到42.7%；组建标准化卫生应急队伍2支，开展公众应急技能培训1500人次。（牵头科室：疾病预防控制科、应急办）")
    aim("tb_incidence", "肺结核报告发病率", "<=", 44, "1/10万", P + "三", "肺结核报告发病率降至44/10万以内")
    aim("hiv_test_rate", "艾滋病检测率（全人群）", ">=", 42.7, "%", P + "三", "提高2个百分点，达到42.7%")
    aim("standardised_emergency_teams", "标准化卫生应急队伍数", ">=", 2, "支", P + "三", "组建标准化卫生应急队伍2支", "no figure anywhere")
    aim("emergency_skills_trained", "公众卫生应急技能培训人数", ">=", 1500, "人次", P + "三", "公众应急技能培训1500人次", "no figure anywhere")
    para("5.深入开展爱国卫生运动，新创国家卫生乡镇2个，建成市级健康企业5家。（牵头科室：爱卫办、职业健康科）")
    aim("national_sanitary_towns", "国家卫生乡镇数", ">=", 2, "个", P + "三", "新创国家卫生乡镇2个", "no figure anywhere; new ones")
    aim("healthy_enterprises", "市级健康企业数", ">=", 5, "家", P + "三", "建成市级健康企业5家", "no figure anywhere")
    para("四、服务“一老一小”")
    para("6.大力发展普惠托育，全年新增托位500个，年底前每千人口拥有3岁以下婴幼儿托位达5个。建成社区医养中心3个。守住母婴安全底线，孕产妇继续保持零死亡。（牵头科室：家庭发展科、老龄健康科、妇幼健康科）")
    aim("nursery_places_added", "新增托位数", ">=", 500, "个", P + "四", "全年新增托位500个")
    aim("nursery_places_per_1000", "每千人口3岁以下婴幼儿托位数", ">=", 5, "个", P + "四", "每千人口拥有3岁以下婴幼儿托位达5个")
    aim("integrated_care_centres", "社区（乡镇）医养中心数", ">=", 3, "个", P + "四", "建成社区医养中心3个", "no figure anywhere")
    aim("maternal_deaths", "孕产妇死亡数", "=", 0, "人", P + "四", "孕产妇继续保持零死亡", "zero events")
    para("五、传承创新中医药、加强人才队伍")
    para("7.在村卫生室打造“中医阁”20个，举办中医药适宜技术培训12期。全年引进高学历卫生人才40名以上，每万人口全科医生数达到3.6人。（牵头科室：中医药管理科、人事科）")
    aim("tcm_rooms", "中医阁数", ">=", 20, "个", P + "五", "打造“中医阁”20个", "no figure anywhere")
    aim("tcm_technique_courses", "中医药适宜技术培训期数", ">=", 12, "期", P + "五", "中医药适宜技术培训12期", "no figure anywhere")
    aim("high_degree_staff_recruited", "引进高学历卫生人才数", ">=", 40, "名", P + "五", "引进高学历卫生人才40名以上")
    aim("gps_per_10000", "每万人口全科医生数", ">=", 3.6, "人", P + "五", "每万人口全科医生数达到3.6人")
    para("六、强化组织保障")
    para("各单位要压实责任、挂图作战，按季度调度、半年通报、年底考核。局办公室加强督查督办，确保各项任务落地见效。")
    para("附件")
    para("沅塘区2025年卫生健康重点指标责任分解表", True)
    open_at(place="附件")
    t = [("妇幼健康", "婴儿死亡率", "infant_mortality_rate", "‰", "不高于3", "<=", 3, "妇幼健康科", "与活产数之比"),
         ("妇幼健康", "5岁以下儿童死亡率", "under5_mortality_rate", "‰", "不高于4", "<=", 4, "妇幼健康科", ""),
         ("妇幼健康", "产妇系统管理率", "maternal_mgmt_rate", "%", "94以上", ">=", 94, "妇幼健康科", ""),
         ("妇幼健康", "7岁以下儿童健康管理率", "child_u7_health_mgmt_rate", "%", "95以上", ">=", 95, "妇幼健康科", ""),
         ("疾病防控", "高血压患者规范管理率", "hypertension_standard_mgmt_rate", "%", "≥76", ">=", 76, "疾病预防控制科", "规范管理人数/管理人数×100%"),
         ("疾病防控", "2型糖尿病患者规范管理率", "diabetes_standard_mgmt_rate", "%", "≥75", ">=", 75, "疾病预防控制科", "同上"),
         ("疾病防控", "严重精神障碍患者规范管理率", "smi_standard_mgmt_rate", "%", "≥93", ">=", 93, "疾病预防控制科", ""),
         ("疾病防控", "适龄儿童免疫规划疫苗接种率", "immunization_rate", "%", "≥95", ">=", 95, "疾病预防控制科", "以乡镇（街道）为单位"),
         ("疾病防控", "居民健康素养水平", "health_literacy_rate", "%", "35", ">=", 35, "健康促进科", "抽样调查"),
         ("老龄与托育", "65岁及以上老年人健康管理率", "elderly_health_mgmt_rate", "%", "≥72", ">=", 72, "基层卫生科", ""),
         ("老龄与托育", "老年友善医疗机构占比", "elderly_friendly_institution_share", "%", "92", ">=", 92, "老龄健康科", "应创40家"),
         ("老龄与托育", "普惠托位占比", "inclusive_nursery_place_share", "%", "≥65", ">=", 65, "家庭发展科", ""),
         ("资源配置", "每千人口医疗卫生机构床位数", "beds_per_1000", "张", "6.6", ">=", 6.6, "规划科", "按年末常住人口"),
         ("资源配置", "每千人口执业（助理）医师数", "physicians_per_1000", "人", "3.2", ">=", 3.2, "人事科", "同上"),
         ("资源配置", "每千人口注册护士数", "nurses_per_1000", "人", "3.5", ">=", 3.5, "人事科", "同上")]
    tb = d.add_table(rows=2, cols=8)
    tb.style = "Table Grid"
    for c, s in enumerate(["序号", "类别", "指标", "计量单位", "完成情况及目标", "", "牵头科室", "备注"]):
        tb.cell(0, c).text = s
    tb.cell(1, 4).text, tb.cell(1, 5).text = "2024年完成", "2025年目标"
    tb.cell(0, 4).merge(tb.cell(0, 5))
    for c in (0, 1, 2, 3, 6, 7):
        tb.cell(0, c).merge(tb.cell(1, c))
    cells = []
    for i, (cat, nm, key, un, txt, comp, val, who, rem) in enumerate(t):
        c = tb.add_row().cells
        base = f(key, note="contradiction 1: 疾控科 has 32.6", value=33.1) if key == "health_literacy_rate" else f(key, note="column of last year's result")
        for x, s in zip(c, [str(i + 1), "", nm, un, base, txt, who, rem]):
            x.text = s
        aim(key, nm, comp, val, un, "附件", txt)
        cells.append((cat, c[1]))
    k = 0
    while k < len(cells):
        m = k
        while m + 1 < len(cells) and cells[m + 1][0] == cells[k][0]:
            m += 1
        top = cells[k][1].merge(cells[m][1]) if m > k else cells[k][1]
        top.text = cells[k][0]
        k = m + 1
    para("说明：完成时限均为2025年12月底；2024年完成数为初步统计。")
    d.save(HERE / "plan.docx")


# ------------------------------------------------------------------ bulletins
def bulletin23():
    open_at("bulletin-2023.txt", "十、人口")
    y = 2023
    o = ["沅塘区2023年国民经济和社会发展统计公报[1]（节选）", "沅塘区统计局　国家统计局沅塘调查队", "2024年4月3日", ""]
    o += ["八、财政金融", "全年一般公共预算支出" + trap("61.3", "一般公共预算支出", "another measure", y, "亿元") + "亿元，增长" + trap("4.1", "一般公共预算支出", "growth", y, "%") + "%，其中卫生健康支出" + trap("7.9", "卫生健康支出", "near measure: 卫生健康支出 is not registered by that name", y, "亿元") + "亿元。", ""]
    o += ["十、人口", "年末全区常住人口" + f("population_resident", y, "万") + "万人，比上年末增加" + change("population_resident", y, form="万") + "万人。全年出生人口" + f("births", y) + "人，出生率为" + f("birth_rate", y)
          + "‰；死亡人口" + f("deaths_total", y) + "人，死亡率为" + f("death_rate", y) + "‰；自然增长率为" + f("natural_growth_rate", y) + "‰。65岁及以上人口" + f("population_65plus", y, "万") + "万人。", ""]
    open_at(place="十一、卫生健康")
    o += ["十一、卫生健康和社会服务",
          "年末全区共有医疗卫生机构" + f("institutions_total", y) + "个，其中医院" + f("hospitals_total", y) + "个，乡镇卫生院" + f("township_hospitals", y) + "个，村卫生室" + f("village_clinics", y)
          + "个。医疗卫生机构床位" + f("beds_total", y, ",") + "张，其中医院" + f("hospital_beds", y, ",") + "张，乡镇卫生院" + trap("655", "乡镇卫生院床位数", "sub-group", y, "张") + "张。卫生技术人员" + f("health_technicians", y, ",")
          + "人，其中执业（助理）医师" + f("physicians", y, ",", note="contradiction 2: the yearbook has 2262") + "人，注册护士" + f("nurses", y, ",") + "人。每千人口卫生技术人员" + f("tech_per_1000", y) + "人，执业（助理）医师"
          + f("physicians_per_1000", y) + "人，注册护士" + f("nurses_per_1000", y) + "人，每万人口全科医生" + f("gps_per_10000", y) + "人[4]。",
          "全年总诊疗人次" + f("outpatient_visits", y) + "万人次，比上年增长" + growth("outpatient_visits", y) + "%；入院" + f("inpatient_admissions", y) + "万人次，增长" + growth("inpatient_admissions", y)
          + "%。1—2月总诊疗人次" + trap("58.77", "总诊疗人次", "part of a year", y, "万人次", "outpatient_visits") + "万人次。",
          "婴儿死亡率" + f("infant_mortality_rate", y) + "‰，5岁以下儿童死亡率" + f("under5_mortality_rate", y) + "‰，分别比上年下降" + change("infant_mortality_rate", y) + "个、" + change("under5_mortality_rate", y)
          + "个千分点。全年孕产妇死亡" + f("maternal_deaths", y) + "人。产妇系统管理率" + f("maternal_mgmt_rate", y) + "%。",
          "家庭医生签约率" + f("family_doctor_rate", y) + "%，重点人群签约率" + f("family_doctor_key_rate", y) + "%，其中脱贫人口" + trap("99.8", "家庭医生签约率（脱贫人口）", "sub-group", y, "%") + "%。老年人健康管理率由"
          + f("elderly_health_mgmt_rate", 2022, kind="previous") + "%提高到" + f("elderly_health_mgmt_rate", y) + "%。托位总数" + f("nursery_places_total", y) + "个，每千人口托位" + f("nursery_places_per_1000", y)
          + "个，力争2024年达到" + trap("4.32", "每千人口3岁以下婴幼儿托位数", "planned", 2024, "个", "nursery_places_per_1000") + "个。",
          "年末养老机构" + trap("21", "养老机构数", "another measure", y, "个") + "个，养老床位" + trap("2,940", "养老床位数", "another measure", y, "张") + "张。", ""]
    open_at(place="表10")
    o += ["表10　2023年全区卫生事业情况", "单位：个、张、人", "指标\t2023年\t2022年\t比上年增长（%）"]
    for nm, key in [("医疗卫生机构", "institutions_total"), ("#医院", "hospitals_total"), ("床位", "beds_total"), ("#医院", "hospital_beds"), ("卫生人员", "health_workers_total"), ("卫生技术人员", "health_technicians"),
                    ("#执业（助理）医师", "physicians"), ("#注册护士", "nurses")]:
        o.append(nm + "\t" + f(key, y) + "\t" + f(key, 2022, kind="previous") + "\t" + growth(key, y))
    o += ["", "注：", "[1]本公报中数据均为初步统计数。部分数据因四舍五入的原因，存在总计与分项合计不等的情况。", "[4]每千（万）人口指标按年末常住人口计算；同期全市每千人口卫生技术人员为" + elsewhere("tech_per_1000", CITY, y, 7.45) + "人。"]
    (HERE / "bulletin-2023.txt").write_text("\n".join(o) + "\n", encoding="utf-8")


def printpdf(name, title, body, css=""):
    try:
        import pylopdf_fonts_zh_cn as z
        face = "@font-face{font-family:ZH;src:url('file://" + str(z.sans_path()) + "')}"
    except ImportError:
        face = ""
    doc = ("<!DOCTYPE html><html lang='zh-CN'><head><meta charset='utf-8'><title>" + title + "</title><style>" + face + "body{font-family:ZH,'Noto Sans CJK SC',sans-serif;font-size:10pt;line-height:1.6}"
           "table{border-collapse:collapse;width:100%;font-size:8.5pt}td,th{padding:2px 4px;font-weight:normal;text-align:right}th{text-align:center}h1{font-size:15pt;text-align:center;font-weight:normal}h2{font-size:11.5pt}"
           + css + "</style></head><body>" + body + "</body></html>")
    with tempfile.TemporaryDirectory() as tmp:
        p = Path(tmp, "page.html")
        p.write_text(doc, encoding="utf-8")
        subprocess.run([shutil.which("chromium") or "chromium", "--headless", "--no-sandbox", "--no-pdf-header-footer", f"--print-to-pdf={HERE / name}", str(p)], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def bulletin24():
    open_at("bulletin-2024.pdf", "一")
    y = 2024
    b = ["<h1>2024年沅塘区卫生健康事业发展情况公报</h1><p style='text-align:center'>沅塘区卫生健康局　2025年5月9日</p>"]
    p = lambda s: b.append("<p style='text-indent:2em'>" + s + "</p>")  # noqa: E731
    b.append("<h2>一、资源</h2>")
    p("截至2024年末，全区有各级各类医疗卫生机构" + f("institutions_total") + "个，较上年增加" + change("institutions_total") + "个。其中：医院" + f("hospitals_total") + "个（民营" + trap("14", "民营医院数", "sub-group", y, "个")
      + "个），乡镇卫生院" + f("township_hospitals") + "个，村卫生室" + f("village_clinics") + "个。甲级乡镇卫生院" + f("grade_a_township_hospitals") + "个。")
    p("实有床位" + f("beds_total") + "张，每千人口" + f("beds_per_1000") + "张（全市" + elsewhere("beds_per_1000", CITY, y, 6.88) + "张）；其中医院床位" + f("hospital_beds") + "张，占" + trap("75.7", "医院床位占比", "share of a sub-group", y, "%") + "%。")
    p("卫生人员" + f("health_workers_total") + "人；卫生技术人员" + f("health_technicians") + "人，其中：执业（助理）医师" + f("physicians") + "人、注册护士" + f("nurses") + "人、药师" + f("pharmacists") + "人。每千人口执业（助理）医师和注册护士分别为"
      + f("physicians_per_1000") + "人、" + f("nurses_per_1000") + "人，每万人口全科医生" + f("gps_per_10000") + "人。")
    open_at(place="二")
    b.append("<h2>二、服务</h2>")
    p("全年总诊疗" + f("outpatient_visits") + "万人次，同比增加" + change("outpatient_visits") + "万人次（增长" + growth("outpatient_visits") + "%）。出院者平均住院日" + f("avg_length_of_stay") + "天，比上年减少" + change("avg_length_of_stay")
      + "天。公立医院医疗费用增长幅度为" + f("medical_cost_growth") + "%，较上年回落" + trap("1.2", "医疗费用增长幅度", "change", y, "个百分点", "medical_cost_growth") + "个百分点。患者满意度" + f("patient_satisfaction_rate") + "%。")
    p("家庭医生签约率" + f("family_doctor_rate") + "%，重点人群签约率" + f("family_doctor_key_rate") + "%；居民健康档案使用率" + f("health_record_use_rate") + "%。")
    open_at(place="三")
    b.append("<h2>三、公共卫生</h2>")
    p("高血压患者在管" + f("hypertension_managed_count", form="万", value=64900, note="rounded to 万") + "万人，规范管理率" + f("hypertension_standard_mgmt_rate") + "%；糖尿病患者规范管理率" + f("diabetes_standard_mgmt_rate")
      + "%；严重精神障碍患者规范管理率" + f("smi_standard_mgmt_rate") + "%。肺结核报告发病率" + f("tb_incidence") + "/10万，适龄儿童免疫规划疫苗接种率" + f("immunization_rate") + "%，艾滋病全人群检测率" + f("hiv_test_rate") + "%。")
    p("婴儿死亡率由" + f("infant_mortality_rate", 2023, kind="previous") + "‰下降至" + f("infant_mortality_rate") + "‰，5岁以下儿童死亡率" + f("under5_mortality_rate") + "‰；2025年两项指标将分别控制在" + trap("3", "婴儿死亡率", "planned", 2025, "‰", "infant_mortality_rate")
      + "‰和" + trap("4", "5岁以下儿童死亡率", "planned", 2025, "‰", "under5_mortality_rate") + "‰以内。产妇系统管理率" + f("maternal_mgmt_rate") + "%。2025年1—3月，活产" + trap("1298", "活产数", "part of a year", 2025, "人", "live_births") + "人。")
    p("新增托位" + f("nursery_places_added") + "个，托位总数" + f("nursery_places_total") + "个，每千人口托位" + f("nursery_places_per_1000") + "个；老年友善医疗机构占比" + f("elderly_friendly_institution_share") + "%。")
    open_at(place="附表")
    b.append("<p style='text-align:center'>附表　主要指标对比</p><table class='g'><tr><th>指标名称</th><th>计量单位</th><th>2023年</th><th>2024年</th><th>增减（%）</th></tr>")
    for nm, un, key in [("总诊疗人次", "万人次", "outpatient_visits"), ("入院人次", "万人次", "inpatient_admissions"), ("病床使用率", "%", "bed_occupancy_rate"), ("平均住院日", "天", "avg_length_of_stay"), ("活产数", "人", "live_births"),
                        ("7岁以下儿童健康管理率", "%", "child_u7_health_mgmt_rate"), ("老年人健康管理率", "%", "elderly_health_mgmt_rate"), ("普惠托位占比", "%", "inclusive_nursery_place_share")]:
        b.append("<tr><td style='text-align:left'>" + nm + "</td><td>" + un + "</td><td>" + f(key, 2023, kind="previous") + "</td><td>" + f(key) + "</td><td>" + growth(key) + "</td></tr>")
    b.append("</table><p>注：本表增减幅度按百分比计算。</p>")
    printpdf("bulletin-2024.pdf", "公报", "".join(b), ".g td,.g th{border:.6pt solid #555}")


# ------------------------------------------------------------------ yearbook: areas x indicators
AREAS = {"全　市": (CITY, None), "望潮区": ("望潮区", .9), "沅塘区": (OUR, 1), "柏岭区": ("柏岭区", 1.21), "怀桥县": ("怀桥县", .77), "龙汀县": ("龙汀县", .52)}


def share_of(k, y, area, q):
    """an invented neighbour's figure; the city's is the sum (occupancy: set)"""
    if k == "bed_occupancy_rate":
        return round(T[k].v[y] + (1.6 if q is None else q * 1.7 - 2), 1)
    if q is None:
        return round(T[k].v[y] + sum(share_of(k, y, a, w) for a, w in AREAS.values() if w not in (None, 1)), T[k].dec)
    return round(T[k].v[y] * q * (1 + .013 * (len(k) % 5 - 2)), T[k].dec)


def yearbook():
    open_at("yearbook.pdf", "表18-5")
    keys = ["institutions_total", "hospitals_total", "beds_total", "hospital_beds", "health_technicians", "physicians", "nurses"]
    b = ["<p>嘉宁统计年鉴2024　|　卫生</p><h1>18-5　分县（区）卫生机构、床位和人员数（2023年）</h1><p style='text-align:right;margin:0'>单位：个、张、人</p><table class='y'><tr><th rowspan='2'>地　区</th><th colspan='2'>机构数</th><th colspan='2'>床位数</th>"
         "<th colspan='3'>卫生技术人员</th></tr><tr><th></th><th>#医院</th><th></th><th>#医院</th><th></th><th>执业（助理）<br>医师</th><th>注册护士</th></tr>"]

    def line(label, ks, years):
        area, q = AREAS[label]
        b.append("<tr><td style='text-align:center'>" + ("沅 塘 区" if area == OUR else label) + "</td>")
        for k in ks:
            for y in years:
                if area == OUR:
                    b.append("<td>" + (f(k, y, value=2262, note="contradiction 2: bulletin and 人事科 have 2250") if k == "physicians" else f(k, y)) + "</td>")
                elif area == "龙汀县" and k == "hospital_beds":
                    b.append("<td>…</td>")
                else:
                    v = share_of(k, y, area, q)
                    b.append("<td>" + elsewhere(k, area, y, v) + "</td>")
        b.append("</tr>")

    for label in AREAS:
        line(label, keys, [2023])
    open_at(place="表18-6")
    b.append("</table><p>注：机构数含村卫生室。</p><h1 style='page-break-before:always'>18-6　分县（区）医疗服务情况（2022—2023年）</h1><p style='text-align:right;margin:0'>单位：万人次、%</p><table class='y'><tr><th rowspan='2'>地　区</th><th colspan='2'>总诊疗人次</th><th colspan='2'>入院人次</th>"
             "<th colspan='2'>病床使用率</th></tr><tr>" + "<th>2022</th><th>2023</th>" * 3 + "</tr>")
    for label in AREAS:
        area, q = AREAS[label]
        b.append("<tr><td style='text-align:center'>" + ("沅 塘 区" if area == OUR else label) + "</td>")
        for k in ("outpatient_visits", "inpatient_admissions", "bed_occupancy_rate"):
            for y in (2022, 2023):
                if area == OUR:
                    b.append("<td>" + f(k, y) + "</td>")
                else:
                    v = share_of(k, y, area, q)
                    b.append("<td>" + elsewhere(k, area, y, v) + "</td>")
        b.append("</tr>")
    b.append("</table><p>资料来源：市卫生健康委。</p>")
    printpdf("yearbook.pdf", "嘉宁统计年鉴2024", "".join(b), ".y{border-top:1.2pt solid #000;border-bottom:1.2pt solid #000}.y th{border-bottom:.5pt solid #000}.y td{border-left:.4pt solid #999}")


# ------------------------------------------------------------------ bureau export, GBK
def bureau():
    open_at("bureau.csv", "")
    ys = list(range(2024, 2014, -1))
    out = [["数据库：分县区年度数据"], ["地区：沅塘区"], ["时间：最近10年"], ["指标"] + [f"{y}年" for y in ys]]
    spec = [("年末常住人口(万人)", "population_resident", 1e4, 2), ("出生人口(人)", "births", 1, 0), ("人口出生率(‰)", "birth_rate", 1, 2), ("人口死亡率(‰)", "death_rate", 1, 2), ("人口自然增长率(‰)", "natural_growth_rate", 1, 2),
            ("医疗卫生机构数(个)", "institutions_total", 1, 0), ("医院数(个)", "hospitals_total", 1, 0), ("医疗卫生机构床位数(张)", "beds_total", 1, 0), ("每万人医疗机构床位数(张)", "beds_per_1000", .1, 1), ("卫生技术人员数(人)", "health_technicians", 1, 0),
            ("执业(助理)医师数(人)", "physicians", 1, 0), ("注册护士数(人)", "nurses", 1, 0), ("每万人拥有执业(助理)医师数(人)", "physicians_per_1000", .1, 1), ("每万人拥有注册护士数(人)", "nurses_per_1000", .1, 1),
            ("每万人拥有卫生技术人员数(人)", "tech_per_1000", .1, 1)]
    for i, (nm, key, div, dec) in enumerate(spec):
        line = [nm]
        for j, y in enumerate(ys):
            if key == "hospitals_total" and y < 2017:
                line.append("")
                continue
            v = T[key].v[y]
            s = f"{v / div:.{dec}f}"
            if key == "physicians" and y == 2023:
                book(key, y, s, place=f"{col(j + 2)}{i + 5}", note="contradiction 2: the yearbook has 2262")
            else:
                book(key, y, s, place=f"{col(j + 2)}{i + 5}", note="per 10,000 printed" if div == .1 else "")
            line.append(s)
        out.append(line)
    out += [["注：1.2015—2019年人口数据根据2020年人口普查结果修订。"], ["2.每万人口指标的人口数为年末常住人口。"], ["数据来源：嘉宁市统计局"]]
    with open(HERE / "bureau.csv", "w", encoding="gbk", newline="") as h:
        csv.writer(h).writerows(out)


# ------------------------------------------------------------------ six sheets
class Sheet:
    def __init__(self, file, title):
        self.wb, self.file = Workbook(), file
        self.wb.properties.creator = ""
        self.ws = self.wb.active
        self.ws.title = title
        open_at(file, title)

    def add(self, title):
        self.ws = self.wb.create_sheet(title)
        open_at(place=title)

    def w(self, r, c, v, head=False):
        x = self.ws.cell(r, c, v)
        if head:
            x.font = Font(bold=True)
            x.fill = PatternFill("solid", fgColor="DDEBF7")
            x.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)

    def m(self, a):
        self.ws.merge_cells(a)

    def at(self, r, c):
        return f"{self.ws.title}!{col(c)}{r}"

    def fig(self, r, c, key, y, show=None, **kw):
        v = T[key].v[y]
        self.ws.cell(r, c, v if show is None else show)
        book(key, y, shown(v if show is None else show), place=self.at(r, c), **kw)

    def trap(self, r, c, v, name, why, y="", unit="", rid="", area=OUR):
        self.ws.cell(r, c, v)
        trap(shown(v), name, why, y, unit, rid, area, self.at(r, c), seen=False)

    def save(self):
        self.wb.save(HERE / self.file)


def d_mch():  # indicators as columns, numerators beside
    s = Sheet("1-妇幼健康科.xlsx", "Sheet1")
    s.m("A1:N1")
    s.w(1, 1, "沅塘区妇幼健康年报汇总", True)
    s.w(2, 1, "单位：人、%、‰")
    heads = ["年度", "活产数", "孕产妇死亡", "孕产妇死亡率(1/10万)", "婴儿死亡数", "婴儿死亡率", "5岁以下儿童死亡数", "5岁以下儿童死亡率", "产妇系统管理人数", "产妇系统管理率", "早孕建册率", "7岁以下儿童数", "7岁以下儿童健康管理人数", "7岁以下儿童健康管理率"]
    keys = ["live_births", "maternal_deaths", "maternal_mortality_rate", "infant_deaths", "infant_mortality_rate", "under5_deaths", "under5_mortality_rate", "maternal_mgmt_rate:n", "maternal_mgmt_rate",
            "early_pregnancy_registration_rate", "child_u7", "child_u7_health_mgmt_rate:n", "child_u7_health_mgmt_rate"]
    for c, h in enumerate(heads, 1):
        s.w(3, c, h, True)
    for i, y in enumerate(range(2018, 2025)):
        s.w(4 + i, 1, y)
        for c, k in enumerate(keys, 2):
            if k == "early_pregnancy_registration_rate" and y == 2018:
                s.w(4 + i, c, "-")
            else:
                s.fig(4 + i, c, k, y, frac=k != "early_pregnancy_registration_rate")
    s.w(11, 1, "7年合计")
    for c, k in ((2, "live_births"), (5, "infant_deaths"), (7, "under5_deaths")):
        s.trap(11, c, sum(T[k].v.values()), T[k].name, "sum over years", "", "人", T[k].rid)
    s.w(12, 1, "填表人：李某　审核人：（略）　　报送日期：2025年1月20日")
    s.save()


def d_cdc():  # year blocks side by side
    s = Sheet("2-疾病预防控制科（沅塘区）.xlsx", "指标")
    s.w(1, 1, "疾病预防控制主要指标（2021-2024）", True)
    rows = [("高血压管理人数", "人", "hypertension_managed_count"), ("高血压规范管理人数", "人", "hypertension_standard_mgmt_rate:n"), ("高血压患者规范管理率", "%", "hypertension_standard_mgmt_rate"),
            ("糖尿病管理人数", "人", "diabetes_managed_count"), ("糖尿病规范管理人数", "人", "diabetes_standard_mgmt_rate:n"), ("2型糖尿病患者规范管理率", "%", "diabetes_standard_mgmt_rate"),
            ("在册严重精神障碍患者", "人", "smi"), ("规范管理严重精神障碍患者", "人", "smi_standard_mgmt_rate:n"), ("严重精神障碍患者规范管理率", "%", "smi_standard_mgmt_rate"),
            ("适龄儿童免疫规划疫苗接种率", "%", "immunization_rate"), ("肺结核报告发病数", "例", "tb_cases"), ("肺结核报告发病率", "1/10万", "tb_incidence"), ("肺结核患者管理率", "%", "tb_patient_mgmt_rate"),
            ("艾滋病全人群检测率", "%", "hiv_test_rate"), ("居民健康素养水平", "%", "health_literacy_rate"), ("流行性感冒报告病例数", "例", "flu_cases")]
    for b, y in enumerate(range(2021, 2025)):
        c = 1 + 5 * b
        s.ws.merge_cells(start_row=2, start_column=c, end_row=2, end_column=c + 3)
        s.w(2, c, f"{y}年", True)
        for k, h in enumerate(["指标", "单位", "数值", "状态"]):
            s.w(3, c + k, h, True)
        for i, (nm, un, key) in enumerate(rows):
            r = 4 + i
            s.w(r, c, nm)
            s.w(r, c + 1, un)
            s.w(r, c + 3, "终审" if y < 2024 else "初报")
            if key == "flu_cases" and y == 2023:
                s.fig(r, c + 2, key, y, note="true outbreak, confirmed in its status")
                s.w(r, c + 3, "已核实（流行季）")
            elif key == "tb_patient_mgmt_rate" and y == 2021:
                s.w(r, c + 2, None)
                s.w(r, c + 3, "缺报")
            else:
                s.fig(r, c + 2, key, y, frac=key != "tb_incidence", note="contradiction 1: the plan has 33.1" if key == "health_literacy_rate" and y == 2024 else "")
    s.w(21, 1, "居民健康素养水平2024年为市级复核后加权结果。")
    s.save()


def d_primary():  # several tables on a sheet, no area named
    s = Sheet("3-基层卫生科.xlsx", "汇总")
    ys = list(range(2020, 2025))
    r = 1

    def years(r, first):
        s.w(r, 1, first, True)
        for j, y in enumerate(ys):
            s.w(r, 2 + j, f"{y}年", True)
        s.w(r, 7, "备注", True)

    s.w(1, 1, "表1 家庭医生签约情况（%）")
    years(2, "项目")
    for i, (nm, key) in enumerate([("家庭医生签约率（全人群）", "family_doctor_rate"), ("家庭医生签约率（重点人群）", "family_doctor_key_rate")]):
        s.w(3 + i, 1, nm)
        for j, y in enumerate(ys):
            if key == "family_doctor_rate" and y == 2022:
                s.trap(3, 2 + j, .412, T[key].name, "slip of scale: a fraction under a head of %", y, "%", key)
                book(key, y, "0.412", need="also", note="slip of scale explained in the remarks (41.2); a question is right too", place=s.at(3, 2 + j))
            else:
                s.fig(3 + i, 2 + j, key, y)
    s.w(3, 7, "2022年已核实：单元格为小数，即41.2%")
    s.w(4, 7, "")
    s.w(7, 1, "表2 基层机构建设")
    years(8, "指标（单位）")
    for i, (nm, key) in enumerate([("乡镇卫生院数（个）", "township_hospitals"), ("其中：甲级乡镇卫生院数（家）", "grade_a_township_hospitals"), ("村卫生室数（个）", "village_clinics")]):
        s.w(9 + i, 1, nm)
        for j, y in enumerate(ys):
            s.fig(9 + i, 2 + j, key, y)
    s.w(12, 1, "社区医院数（家）")
    for j in range(5):
        s.w(12, 2 + j, "待核")
    s.w(15, 1, "表3 65岁及以上老年人健康管理")
    for c, h in enumerate(["年份", "65岁及以上常住人口（人）", "健康管理人数（人）", "65岁及以上老年人健康管理率（%）"], 1):
        s.w(16, c, h, True)
    for i, y in enumerate(ys):
        s.w(17 + i, 1, f"{y}年")
        s.fig(17 + i, 2, "population_65plus", y, need="also")
        s.fig(17 + i, 3, "elderly_health_mgmt_rate:n", y, need="also")
        s.fig(17 + i, 4, "elderly_health_mgmt_rate", y, frac=True)
    s.w(22, 1, "2025年任务")
    s.trap(22, 4, 72, T["elderly_health_mgmt_rate"].name, "planned", 2025, "%", "elderly_health_mgmt_rate")
    s.w(25, 1, "表4 居民健康档案（%）")
    years(26, "指标")
    for i, (nm, key) in enumerate([("居民健康档案建档率", "health_record_rate"), ("健康档案使用率", "health_record_use_rate")]):
        s.w(27 + i, 1, nm)
        for j, y in enumerate(ys):
            s.fig(27 + i, 2 + j, key, y)
    s.save()


def d_med():  # quarters beside the whole year
    s = Sheet("4-医政医管科_沅塘区公立医院运行监测.xlsx", "季度监测")
    s.m("A1:J1")
    s.w(1, 1, "沅塘区公立医院运行监测（累计数）", True)
    s.m("A2:A3")
    s.m("B2:B3")
    s.w(2, 1, "指标", True)
    s.w(2, 2, "单位", True)
    rows = [("平均住院日", "天", "avg_length_of_stay"), ("门诊患者平均等候时间", "分钟", "outpatient_waiting_minutes"), ("公立医院医疗费用增长幅度", "%", "medical_cost_growth"), ("患者满意度", "%", "patient_satisfaction_rate")]
    for b, y in enumerate((2023, 2024)):
        c = 3 + 4 * b
        s.ws.merge_cells(start_row=2, start_column=c, end_row=2, end_column=c + 3)
        s.w(2, c, f"{y}年", True)
        for k, h in enumerate(["一季度", "上半年", "前三季度", "全年"]):
            s.w(3, c + k, h, True)
        for i, (nm, un, key) in enumerate(rows):
            s.w(4 + i, 1, nm)
            s.w(4 + i, 2, un)
            for k in range(3):
                v = round(T[key].v[y] * (1 + (.045, .03, .012)[k] * (-1) ** i), T[key].dec)
                s.trap(4 + i, c + k, v, T[key].name, "part of a year", y, un, key)
            s.fig(4 + i, c + 3, key, y)
    s.w(9, 1, "注：满意度为第三方调查，下同。")
    s.add("历年")
    s.w(1, 1, "历年完成情况")
    for c, h in enumerate(["年", "平均住院日（天）", "门诊患者平均等候时间（分钟）", "医疗费用增长幅度（%）", "患者满意度（%）", "病床使用率（%）", "口径说明"], 1):
        s.w(2, c, h, True)
    for i, y in enumerate(range(2019, 2025)):
        s.w(3 + i, 1, f"{y}年")
        for c, key in enumerate(["avg_length_of_stay", "outpatient_waiting_minutes", "medical_cost_growth", "patient_satisfaction_rate", "bed_occupancy_rate"], 2):
            s.fig(3 + i, c, key, y)
        s.w(3 + i, 7, "年报" if y < 2024 else "快报，待年报核定")
    s.save()


def d_age():  # a sheet per year, goal and result side by side
    s = Sheet("5-老龄健康与家庭发展科.xlsx", "2021年")
    rows = [("新增托位数", "个", "nursery_places_added"), ("3岁以下婴幼儿托位总数", "个", "nursery_places_total"), ("每千人口托位数", "个", "nursery_places_per_1000"), ("普惠托位数", "个", "inclusive"), ("普惠托位占比", "%", "inclusive_nursery_place_share"),
            ("老年友善医疗机构数", "家", "friendly_n"), ("老年友善医疗机构占比", "%", "elderly_friendly_institution_share")]
    for y in range(2021, 2025):
        if y > 2021:
            s.add(f"{y}年")
        s.w(1, 1, f"沅塘区{y}年“一老一小”工作目标完成情况", True)
        for c, h in enumerate(["序号", "指标", "单位", "年度目标", "完成情况", "完成率（%）", "备注"], 1):
            s.w(2, c, h, True)
        for i, (nm, un, key) in enumerate(rows):
            r = 3 + i
            s.w(r, 1, i + 1)
            s.w(r, 2, nm)
            s.w(r, 3, un)
            v = T[key].v[y]
            g = round(v * .97, T[key].dec) if T[key].dec else int(v * .97 // 5 * 5 or 20)
            s.trap(r, 4, g, T[key].name, "planned", y, un, T[key].rid)
            s.fig(r, 5, key, y, frac=True)
            s.trap(r, 6, round(v / g * 100, 1), T[key].name + "目标完成率", "share of the goal", y, "%", T[key].rid)
        s.w(9, 7, "应创建40家")
    s.save()


def d_staff():  # two-level head, sub-group columns
    s = Sheet("6-人事科人员统计.xlsx", "人员")
    s.w(1, 1, "沅塘区卫生健康系统人员情况")
    s.w(2, 11, "单位：人")
    s.m("A3:A4")
    s.w(3, 1, "类别", True)
    rows = [("卫生人员总数", "health_workers_total"), ("卫生技术人员", "health_technicians"), ("　其中：执业（助理）医师", "physicians"), ("　　　　注册护士", "nurses"), ("　　　　药师（士）", "pharmacists"), ("　　　　全科医生", "gps"),
            ("当年引进高学历卫生人才（名）", "high_degree_staff_recruited"), ("每千人口执业（助理）医师", "physicians_per_1000"), ("每千人口注册护士", "nurses_per_1000"), ("每万人口全科医生", "gps_per_10000")]
    for b, y in enumerate(range(2020, 2025)):
        c = 2 + 2 * b
        s.ws.merge_cells(start_row=3, start_column=c, end_row=3, end_column=c + 1)
        s.w(3, c, f"{y}年", True)
        s.w(4, c, "合计", True)
        s.w(4, c + 1, "其中：区级公立医院", True)
        for i, (nm, key) in enumerate(rows):
            s.w(5 + i, 1, nm)
            s.fig(5 + i, c, key, y, note="contradiction 2: the yearbook has 2262" if key == "physicians" and y == 2023 else "")
            if i < 7:
                s.trap(5 + i, c + 1, round(T[key].v[y] * (.46 if i < 5 else .2)), T[key].name, "sub-group", y, "人", T[key].rid)
            else:
                s.w(5 + i, c + 1, "—")
    s.w(15, 1, "注：每千（万）人口按年末常住人口；全科医生含注册和取得培训合格证者。")
    s.save()


# ------------------------------------------------------------------ what is right, and the check
def finish():
    def out(name, head, rows):
        with open(HERE / name, "w", encoding="utf-8-sig", newline="") as h:
            w = csv.writer(h)
            w.writerow(head)
            w.writerows(rows)

    out("figures.csv", ["file", "place", "indicator", "name", "area", "year", "period", "value", "unit", "numerator", "denominator", "printed", "kind", "need", "note"], figures)
    out("traps.csv", ["file", "place", "indicator", "name", "area", "year", "printed", "unit", "why"], traps)
    rows = []
    for no, name, rid, comp, val, unit, dl, place, evid, note, key in goals:
        got = defaultdict(set)
        for x in figures:
            if key in T and x[3] == T[key].name and x[4] == OUR and x[12] in ("level", "previous"):
                got[x[0]].add(x[5])
        ys = sorted(set().union(*got.values())) if got else []
        rows.append([no, name, rid, comp, val, unit, T[key].unit if key in T else unit, dl, place, evid, len(ys), ";".join(f"{y}={T[key].v[y]:g}" for y in ys),
                     ";".join(a + ":" + "/".join(map(str, sorted(b))) for a, b in sorted(got.items())), note])
    out("truth.csv", ["goal", "name", "indicator", "comparator", "value", "unit", "registered_unit", "deadline", "place", "evidence", "years", "series", "files", "note"], rows)

    import logging

    import pdfplumber
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    text = {}
    for name in printed:
        if name.endswith("docx"):
            d = Document(HERE / name)
            text[name] = "\n".join(p.text for p in d.paragraphs) + "\n".join(c.text for t in d.tables for r in t.rows for c in r.cells)
        elif name.endswith("pdf"):
            with pdfplumber.open(HERE / name) as pd:
                text[name] = "\n".join(p.extract_text() or "" for p in pd.pages)
                print(name, len(pd.pages), "pages")
        else:
            text[name] = (HERE / name).read_text(encoding="utf-8")
    print("not found:", [(n, s) for n, ss in printed.items() for s in ss if s not in text[n].replace("\n", "") and s not in text[n]])
    seen = defaultdict(lambda: defaultdict(set))
    for x in figures:
        seen[x[3], x[4], x[5]][x[7]].add(x[0])
    for k, v in seen.items():
        if len(v) > 1:
            print("contradiction:", k, dict(v))
    assert len(goals) == 40, len(goals)
    print("figures", len(figures), "traps", len(traps), "without figures", sum(r[10] == 0 for r in rows))
    for n in dict.fromkeys(x[0] for x in figures):
        print("  ", n, sum(x[0] == n and x[12] == "level" and x[4] == OUR for x in figures), "ours,", sum(x[0] == n for x in traps), "traps")


if __name__ == "__main__":
    for step in (plan, bulletin23, bulletin24, yearbook, bureau, d_mch, d_cdc, d_primary, d_med, d_age, d_staff, finish):
        step()
