from docx import Document
from docx.shared import Pt
from docx.oxml.ns import qn
from docx.enum.text import WD_ALIGN_PARAGRAPH
from base import *
GOALS = []
def goal(id, cmp, value, deadline, place, evidence, name_=None, unit_=None, note='', runit=None):
    """A goal and the trap that its number must not be taken as a level."""
    nm = name_ or name(id)
    u = unit_ or unit(id)
    GOALS.append(dict(name=nm, id=id, comparator=cmp, value=str(value), unit=u, registered_unit=runit or (unit(id) if id in REG else u), deadline=deadline, place=place, evidence=evidence, note=note))
    trap(id if id in REG else '', deadline, evidence, 'planned', unit_=u, place=place, nm=nm)
    return evidence

def build():
    At.file = 'plan.docx'
    d = Document()
    st = d.styles['Normal']; st.font.name = 'SimSun'; st.font.size = Pt(12); st.element.rPr.rFonts.set(qn('w:eastAsia'), '宋体')
    def p(t, bold=False, center=False):
        q = d.add_paragraph(); r = q.add_run(t); r.bold = bold
        if center: q.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if not bold: q.paragraph_format.first_line_indent = Pt(24)
    p('栖梧区卫生健康事业发展规划（2024—2028年）', True, True)
    p('（霁川市栖梧区卫生健康局  2024年3月）', center=True)
    p('为推进健康栖梧建设，根据国家、省、市有关规划，结合我区实际，制定本规划。规划期为2024年至2028年，以2023年为基期。')
    p('第一章  规划背景', True); p('一、工作回顾', True)
    At.place = '第一章 一、工作回顾'
    p(f"2019年以来，全区卫生健康系统坚持以人民健康为中心，健康栖梧建设取得明显成效。居民健康水平稳步提高，2023年全区人均预期寿命达到{L('life_expectancy',2023)}岁，比2018年提高{C('life_expectancy',2023,'1.44')}岁；婴儿死亡率由2018年的{L('infant_mortality_rate',2018,kind='previous')}‰下降到2023年的{L('infant_mortality_rate',2023)}‰，5岁以下儿童死亡率由2018年的{L('under5_mortality_rate',2018,kind='previous')}‰下降到2023年的{L('under5_mortality_rate',2023)}‰；2023年未发生孕产妇死亡，上一规划提出的孕产妇死亡率控制在{C('maternal_mortality_rate','','18','planned')}/10万以内的目标在多数年份实现。")
    p(f"服务体系不断健全。截至2023年底，全区有各级各类医疗卫生机构{L('institutions_total',2023)}个，其中医院{L('hospitals_total',2023)}个（公立医院{C('',2023,'4','sub-group',nm='公立医院数',unit_='个')}个），乡镇卫生院{L('township_hospitals',2023)}个，社区卫生服务中心（站）{L('community_health_centres',2023)}个，村卫生室{L('village_clinics',2023)}个；实有床位{L('beds_total',2023)}张，比2018年增加{C('beds_total',2023,'211')}张；卫生技术人员{L('health_technicians',2023)}人，比2018年增长{C('health_technicians',2023,'21.9','growth',unit_='%')}%。五年累计完成卫生基本建设投资{C('','','3.8','cumulative over years',nm='卫生基本建设投资',unit_='亿元')}亿元，新改扩建乡镇卫生院{C('','','6','cumulative over years',nm='新改扩建乡镇卫生院数',unit_='所')}所，2021至2023年三年新增托位{C('nursery_places_added','','473','cumulative over years')}个。")
    p(f"二、形势与挑战", True)
    At.place = '第一章 二、形势与挑战'
    p(f"2023年末全区常住人口{L('population_resident',2023,'{:.2f}',10000)}万人，全年出生{L('births',2023)}人，出生率降至{L('birth_rate',2023,'{:.2f}')}‰；65岁及以上老年人口{L('population_65plus',2023,'{:.2f}',10000)}万人，占常住人口的{L('population_65plus_share',2023)}%，高于全市{C('population_65plus_share',2023,num(CP65),'other area',area=CITY)}%的平均水平。每千人口注册护士数虽高于全市平均（{C('nurses_per_1000',2023,'%.2f'%city_per('nurses',2023),'other area',area=CITY)}人），但每千人口执业（助理）医师数仍偏低，基层人才短缺、优质资源不足、托育供给不均衡等问题仍然存在。据全市监测，18岁及以上居民高血压患病率为{C('hypertension_prevalence',2023,'29.4','other area',area=CITY)}%，慢性病防控任务艰巨。")
    fig('population_65plus_share', 2023, num(CP65), CP65, area=CITY, note="the city's figure")
    fig('nurses_per_1000', 2023, '%.2f' % city_per('nurses', 2023), city_per('nurses', 2023), area=CITY, note="the city's figure")
    fig('hypertension_prevalence', 2023, '29.4', 29.4, area=CITY, note="the city's figure")
    p('第二章  总体要求', True)
    p('坚持党对卫生健康工作的全面领导，把保障人民健康放在优先发展的战略位置。到2028年，整合型医疗卫生服务体系基本建成，居民主要健康指标优于全市平均水平，患者满意度保持全市前列，个人就医负担持续减轻。主要指标见表1。')
    p('表1  栖梧区卫生健康事业发展主要指标', True, True)
    t1(d)
    p('注：孕产妇死亡人数为规划期内每年控制数；带“—”的指标2023年未开展监测。')
    p('第三章  重点任务', True)
    S = '第三章第一节'
    p('第一节  提升妇幼健康服务能力', True)
    p(f"深入实施母婴安全行动提升计划和健康儿童行动提升计划。到2028年，" + ev('孕产妇和3岁以下儿童系统管理率分别不低于95%和94%') + "。推进自然分娩适宜技术，" + ev('剖宫产率逐步降至38%以下') + "。" + ev('孕产妇艾滋病、梅毒和乙肝检测实现全覆盖（100%）') + "。继续实施适龄妇女“两癌”免费检查民生项目，" + ev('五年累计检查4.5万人次') + "。新生儿访视服务更加规范，出生缺陷防治水平稳步提升。")
    goal('maternal_mgmt_rate', '>=', 95, 2028, S, '孕产妇和3岁以下儿童系统管理率分别不低于95%和94%')
    goal('child_u3_mgmt_rate', '>=', 94, 2028, S, '孕产妇和3岁以下儿童系统管理率分别不低于95%和94%')
    goal('caesarean_rate', '<=', 38, 2028, S, '剖宫产率逐步降至38%以下')
    goal('maternal_triple_test_rate', '=', 100, 2028, S, '孕产妇艾滋病、梅毒和乙肝检测实现全覆盖（100%）', note='full coverage, no date in the sentence of its own')
    goal('@两癌人数', '>=', 45000, 2028, S, '五年累计检查4.5万人次', unit_='人次', note='sum of the years 2024-2028; printed 4.5 in 万人次; no registered id (the register has a rate only)')
    S = '第三章第二节'
    p('第二节  发展普惠托育服务', True)
    p(f"完善托育服务网络，支持幼儿园开设托班。规划期内" + ev('全区新增托位总数达到900个') + "，到2028年末每千人口拥有3岁以下婴幼儿托位4.8个，公办托位占比明显提高。")
    goal('nursery_places_added', '>=', 900, 2028, S, '全区新增托位总数达到900个', note='sum of the years 2024-2028, not a level of one year')
    trap('nursery_places_per_1000', 2028, '4.8', 'planned', place=S)
    S = '第三章第三节'
    p('第三节  积极应对人口老龄化', True)
    p("健全老年健康服务体系。" + ev('到2026年，65岁以上老年人城乡社区规范健康管理服务率提高到66%') + "；" + ev('二级及以上综合性医院全部设立老年医学科') + "。老年人失能发生率有所下降。")
    goal('elderly_standard_mgmt_rate', '>=', 66, 2026, S, '到2026年，65岁以上老年人城乡社区规范健康管理服务率提高到66%')
    goal('geriatric_department_share', '=', 100, 2028, S, '二级及以上综合性医院全部设立老年医学科', note='no figure anywhere; said in words (全部), no number')
    S = '第三章第四节'
    p('第四节  强化公共卫生服务', True)
    p("完善疾控体系，提高早期监测预警能力。" + ev('肺结核报告发病率下降至38/10万以下') + "，" + ev('重大传染病疫情扩散蔓延事件为零') + "。" + ev('到2025年二级以上综合医院发热门诊设置率达到100%') + "。艾滋病继续保持低流行水平。")
    goal('tb_incidence', '<=', 38, 2028, S, '肺结核报告发病率下降至38/10万以下', note='no date in the sentence: end of plan')
    goal('epidemic_spread_events', '=', 0, 2028, S, '重大传染病疫情扩散蔓延事件为零', note='zero events, every year of the plan')
    goal('fever_clinic_share', '=', 100, 2025, S, '到2025年二级以上综合医院发热门诊设置率达到100%', note='no figure anywhere')
    S = '第三章第五节'
    p('第五节  建设优质高效医疗服务体系', True)
    p("推动区人民医院提档升级，" + ev('力争2027年前建成三级甲等综合医院1家') + "；" + ev('出院者平均住院日缩短到8天') + "。加强专科能力建设，" + ev('市级临床重点专科增至6个') + "。完善院前急救网络，" + ev('院前急救平均反应时间不超过12分钟') + "。实施人才强卫工程，" + ev('五年引进硕士及以上高学历卫生人才80名') + "。基层建设任务见表2。")
    goal('tertiary_a_hospitals', '>=', 1, 2027, S, '力争2027年前建成三级甲等综合医院1家', unit_='家', note='2027年前: by 2027 (2026 or 2027 can be argued)')
    goal('avg_length_of_stay', '<=', 8, 2028, S, '出院者平均住院日缩短到8天', note='no date in the sentence')
    goal('municipal_key_specialties', '>=', 6, 2028, S, '市级临床重点专科增至6个')
    goal('emergency_response_minutes', '<=', 12, 2028, S, '院前急救平均反应时间不超过12分钟', note='no figure anywhere')
    goal('high_degree_staff_recruited', '>=', 80, 2028, S, '五年引进硕士及以上高学历卫生人才80名', note='sum of the years 2024-2028; no figure anywhere')
    p('表2  基层卫生服务能力建设任务', True, True)
    t2(d)
    S = '第三章第六节'
    p('第六节  深化医疗保障制度改革', True)
    p("稳定住院待遇水平，" + ev('职工医保、居民医保政策范围内住院费用基金支付比例分别稳定在85%和70%左右') + "；优化异地就医结算，" + ev('2025年底住院费用跨省直接结算率达到90%以上') + "。")
    goal('inpatient_reimbursement_employees', '>=', 85, 2028, S, '职工医保、居民医保政策范围内住院费用基金支付比例分别稳定在85%和70%左右', note='左右: about; said of both')
    goal('inpatient_reimbursement_residents', '>=', 70, 2028, S, '职工医保、居民医保政策范围内住院费用基金支付比例分别稳定在85%和70%左右', note='左右: about')
    goal('crossprovince_settlement_rate', '>=', 90, 2025, S, '2025年底住院费用跨省直接结算率达到90%以上')
    p('第四章  保障措施', True)
    p('加强组织领导，落实部门责任；加大财政投入，区级财政卫生健康支出增幅不低于一般公共预算支出增幅；建立规划实施监测评估机制，2026年开展中期评估，2028年进行总结评估。')
    d.save(os.path.join(HERE, 'plan.docx'))
    for i, g in enumerate(GOALS, 1): g['goal'] = i

EV = []
def ev(s):
    EV.append(s); return s
CP65 = round(AREA['population_65plus', CITY][2023] / AREA['population_resident', CITY][2023] * 100, 1)

def t1(d):
    # domain, id, name as printed, unit as printed, baseline printed, target printed, comparator, value, kind, note
    rows = [('健康水平', 'life_expectancy', '人均预期寿命', '岁', '{}', '80.5', '>=', 80.5, '预期性', ''),
        ('', 'maternal_deaths', '年度孕产妇死亡人数', '例', '{}', '不超过1', '<=', 1, '约束性', 'every year of the plan'),
        ('', 'infant_mortality_rate', '婴儿死亡率', '‰', '{}', '≤2.5', '<=', 2.5, '预期性', ''),
        ('', 'under5_mortality_rate', '5岁以下儿童死亡率', '‰', '{}', '≤3.6', '<=', 3.6, '预期性', ''),
        ('', 'premature_ncd_mortality', '四类重大慢性病过早死亡率', '%', '{}', '13.8以内', '<=', 13.8, '预期性', ''),
        ('健康服务', 'health_literacy_rate', '居民健康素养水平', '%', '29.8', '≥36', '>=', 36, '预期性', ''),
        ('', 'notifiable_incidence', '甲乙类法定传染病报告发病率', '1/10万', '{}', '≤210', '<=', 210, '预期性', ''),
        ('', 'immunization_rate', '适龄儿童国家免疫规划疫苗接种率', '%', '{}', '保持在95以上', '>=', 95, '约束性', 'floor, held already'),
        ('', 'family_doctor_rate', '常住居民家庭医生签约率', '%', '{}', '50', '>=', 50, '预期性', ''),
        ('', 'hypertension_standard_mgmt_rate', '高血压患者基层规范管理服务率', '%', '{}', '≥76', '>=', 76, '预期性', ''),
        ('', 'mental_literacy_rate', '居民心理健康素养水平', '%', '—', '28', '>=', 28, '预期性', 'no figure anywhere'),
        ('健康资源', 'beds_per_1000', '每千常住人口床位数', '张', '{:.2f}', '6.30', '>=', '6.3', '预期性', ''),
        ('', 'physicians_per_1000', '每千常住人口执业（助理）医师数', '人', '{:.2f}', '3.20', '>=', '3.2', '预期性', ''),
        ('', 'nurses_per_1000', '每千常住人口注册护士数', '人', '{:.2f}', '3.80', '>=', '3.8', '预期性', ''),
        ('', 'gps_per_10000', '每万常住人口全科医生数', '人', '{:.2f}', '3.90', '>=', '3.9', '约束性', ''),
        ('', 'nursery_places_per_1000', '每千人口拥有3岁以下婴幼儿托位数', '个', '{:.2f}', '4.8', '>=', '4.8', '预期性', 'said again in 第三章第二节'),
        ('健康保障', 'oop_share', '个人卫生支出占卫生总费用比重', '%', '—', '≤27', '<=', 27, '预期性', 'no figure anywhere')]
    At.place = '表1'
    t = d.add_table(rows=2 + len(rows), cols=7); t.style = 'Table Grid'
    for c, s in ((0, '领域'), (1, '序号'), (2, '主要指标'), (3, '单位'), (6, '指标属性')):
        m = t.cell(0, c).merge(t.cell(1, c)); m.text = s
    m = t.cell(0, 4).merge(t.cell(0, 5)); m.text = '指标值'
    t.cell(1, 4).text = '2023年'; t.cell(1, 5).text = '2028年'
    start = 0
    for i, (dom, id, nm, u, base, tgt, cmp, val, kind, note) in enumerate(rows):
        r = i + 2
        t.cell(r, 1).text = str(i + 1); t.cell(r, 2).text = nm; t.cell(r, 3).text = u; t.cell(r, 6).text = kind
        if base == '—': b = base
        elif base == '29.8':
            b = base; fig(id, 2023, b, 29.8, note='baseline column; contradiction 2: CDC and bulletin-2023 have 28.9')
        else:
            b = base.format(T[id][2023]); fig(id, 2023, b, note='baseline column')
        t.cell(r, 4).text = b; t.cell(r, 5).text = tgt
        goal(id, cmp, val, 2028, '表1', tgt, unit_=u, note='contradiction 2 at 2023: the series has the true 28.9' if id == 'health_literacy_rate' else note)
    doms = [i for i, r in enumerate(rows) if r[0]] + [len(rows)]
    for a, b in zip(doms, doms[1:]):
        m = t.cell(a + 2, 0).merge(t.cell(b + 1, 0)); m.text = rows[a][0]

def t2(d):
    At.place = '表2'
    t = d.add_table(rows=5, cols=5); t.style = 'Table Grid'
    t.cell(0, 0).merge(t.cell(1, 0)).text = '建设任务'
    t.cell(0, 1).merge(t.cell(1, 1)).text = '2023年底'
    t.cell(0, 2).merge(t.cell(0, 3)).text = '目标'
    t.cell(0, 4).merge(t.cell(1, 4)).text = '责任科室'
    t.cell(1, 2).text = '2026年'; t.cell(1, 3).text = '2028年'
    for r, row in enumerate([('社区医院（家）', '1', '2', '3', '基层科'), ('乡镇卫生院和社区卫生服务中心达到服务能力推荐标准的比例（%）', '30.8', '—', '70', '基层科'), ('乡镇卫生院和社区卫生服务中心设置中医馆比例（%）', '92.3', '100', '巩固', '中医科')], 2):
        for c, s in enumerate(row): t.cell(r, c).text = s
    for id, s in (('community_hospitals', '1'), ('township_recommended_share', '30.8'), ('tcm_clinic_coverage', '92.3')):
        fig(id, 2023, s, note='column of the present state')
    goal('community_hospitals', '>=', 2, 2026, '表2', '2', unit_='家', note='milestone')
    goal('community_hospitals', '>=', 3, 2028, '表2', '3', unit_='家')
    goal('township_recommended_share', '>=', 70, 2028, '表2', '70')
    goal('tcm_clinic_coverage', '=', 100, 2026, '表2', '100', note='2028 column says 巩固 only')
