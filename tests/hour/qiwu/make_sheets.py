from openpyxl import Workbook
from openpyxl.styles import Font, Alignment, Border, Side
from openpyxl.utils import get_column_letter as CL
from base import *
THIN = Border(*[Side(style='thin')] * 4)
class Sh:
    def __init__(s, wb, title, first=False):
        s.ws = wb.active if first else wb.create_sheet()
        s.ws.title = title
    def put(s, r, c, v, bold=False, border=True):
        k = s.ws.cell(r, c, v); k.alignment = Alignment(horizontal='center', vertical='center', wrap_text=True)
        if border: k.border = THIN
        if bold: k.font = Font(bold=True)
        return k
    def merge(s, r1, c1, r2, c2, v, bold=True, border=True):
        s.put(r1, c1, v, bold, border); s.ws.merge_cells(start_row=r1, start_column=c1, end_row=r2, end_column=c2)
    def title(s, r, n, v): s.merge(r, 1, r, n, v, border=False); s.ws.cell(r, 1).font = Font(bold=True, size=15)
    def line(s, r, v, n=8): s.ws.cell(r, 1, v); s.ws.merge_cells(start_row=r, start_column=1, end_row=r, end_column=n); s.ws.cell(r, 1).alignment = Alignment(wrap_text=True)
    def at(s, r, c): return f'{s.ws.title}!{CL(c)}{r}'
    def F(s, r, c, id, y, v=None, **kw):
        """A level: into the cell and into the log. v: as typed, when it is not the registered value."""
        val = kw.pop('value', T[id][y])
        typed = val if v is None else v
        if isinstance(typed, float) and typed == int(typed): typed = int(typed)
        s.put(r, c, typed); fig(id, y, typed, val, place=s.at(r, c), **kw)
    def Tr(s, r, c, id, y, v, why, **kw):
        s.put(r, c, v); trap(id, y, v, why, place=s.at(r, c), **kw)

def mch():
    At.file = '妇幼健康与家庭发展科报送（栖梧区）.xlsx'
    wb = Workbook()
    # years down, two-level head with the same second labels again and again
    s = Sh(wb, '妇幼年报', True)
    s.title(1, 18, '栖梧区妇幼健康主要指标（2017—2024年）')
    s.line(2, '填报单位：区妇幼保健院　　　　　　　　　　　　　　　　单位：人、‰、%；孕产妇死亡率为1/10万', 18)
    s.merge(3, 1, 4, 1, '年份'); s.merge(3, 2, 4, 2, '活产数')
    c = 3
    cols = []
    for head, pair in (('孕产妇死亡', ('maternal_deaths', 'maternal_mortality_rate')), ('新生儿死亡', ('neonatal_deaths', 'neonatal_mortality_rate')), ('婴儿死亡', ('infant_deaths', 'infant_mortality_rate')), ('5岁以下儿童死亡', ('under5_deaths', 'under5_mortality_rate'))):
        s.merge(3, c, 3, c + 1, head); s.put(4, c, '人数', True); s.put(4, c + 1, '死亡率', True)
        cols += [(c, pair[0]), (c + 1, pair[1])]; c += 2
    s.merge(3, c, 3, c + 2, '孕产妇保健（%）')
    for i, (h, id) in enumerate((('系统管理率', 'maternal_mgmt_rate'), ('住院分娩率', 'hospital_delivery_rate'), ('剖宫产率', 'caesarean_rate'))): s.put(4, c + i, h, True); cols.append((c + i, id))
    c += 3
    s.merge(3, c, 3, c + 1, '儿童保健（%）')
    for i, (h, id) in enumerate((('3岁以下系统管理率', 'child_u3_mgmt_rate'), ('7岁以下健康管理率', 'child_u7_health_mgmt_rate'))): s.put(4, c + i, h, True); cols.append((c + i, id))
    c += 2
    s.merge(3, c, 4, c, '备注')
    for i, y in enumerate(YEARS):
        r = 5 + i
        s.put(r, 1, f'{y}年'); s.F(r, 2, 'live_births', y)
        for cc, id in cols:
            v = T[id][y]
            if id == 'maternal_mortality_rate' and v == 0: s.F(r, cc, id, y, 0)
            else: s.F(r, cc, id, y)
        s.put(r, c, {2022: '孕产妇死亡1例，已核实', 2020: '受疫情影响'}.get(y))
    r = 13
    s.put(r, 1, '五年合计\n（2020-2024）')
    s.Tr(r, 2, 'live_births', '', sum(T['live_births'][y] for y in range(2020, 2025)), 'cumulative over years')
    for cc, id in cols:
        if id.endswith('deaths'): s.Tr(r, cc, id, '', sum(T[id][y] for y in range(2020, 2025)), 'cumulative over years')
        else: s.put(r, cc, None)
    s.line(14, '注：死亡率以当年活产数为分母。死亡个案均经区级评审。', 14)
    s.line(15, '填报人：陈×    审核人：林××    填报日期：2025年2月18日', 14)
    # indicators down, years across
    s = Sh(wb, '筛查与检测')
    s.title(1, 10, '适龄妇女“两癌”检查及孕产妇三病检测')
    for i, h in enumerate(['序号', '项目', '计量单位'] + [f'{y}年' for y in range(2019, 2025)] + ['说明'], 1): s.put(3, i, h, True)
    for r, (nm, u, id, note) in enumerate((('适龄妇女“两癌”免费检查人数', '人', '@两癌人数', '2020年因疫情暂停3个月'), ('“两癌”检查覆盖率', '%', 'womens_two_cancer_screening_rate', None), ('孕产妇艾梅乙检测率', '%', 'maternal_triple_test_rate', '艾滋病、梅毒、乙肝三项均检测'), ('其中：孕早期检测率', '%', None, None)), 4):
        s.put(r, 1, r - 3 if id else None); s.put(r, 2, nm); s.put(r, 3, u); s.put(r, 10, note)
        for i, y in enumerate(range(2019, 2025)):
            if id: s.F(r, 4 + i, id, y)
            else: s.Tr(r, 4 + i, '', y, [None, None, 88.6, 89.9, 91.4, 92.7][i], 'sub-group', nm='孕早期艾梅乙检测率', unit_='%') if i > 1 else s.put(r, 4 + i, '—')
    s.line(9, '数据来源：妇幼重大公共卫生服务项目信息直报系统')
    # nursery: years down, newest last, a planned row
    s = Sh(wb, '托育')
    s.title(1, 9, '栖梧区3岁以下婴幼儿照护服务情况'); s.line(2, '家庭发展股填报                                   截止每年12月31日', 9)
    s.merge(3, 1, 4, 1, '时间'); s.merge(3, 2, 4, 2, '托育机构数（家）'); s.merge(3, 3, 3, 5, '托位数（个）'); s.put(4, 3, '合计', True); s.put(4, 4, '其中：普惠', True); s.put(4, 5, '其中：公办', True)
    s.merge(3, 6, 3, 7, '当年变动（个）'); s.put(4, 6, '新增托位', True); s.put(4, 7, '核减', True); s.merge(3, 8, 4, 8, '每千人口托位数（个）'); s.merge(3, 9, 4, 9, '公办托位占比（%）')
    for r, y in enumerate(range(2020, 2025), 5):
        s.put(r, 1, f'{y}年底'); s.F(r, 2, 'nurseries', y); s.F(r, 3, 'nursery_places_total', y); s.F(r, 8, 'nursery_places_per_1000', y)
        if y > 2020:
            for c, id in ((4, '@普惠托位'), (5, '@公办托位'), (6, 'nursery_places_added'), (7, '@核减'), (9, 'public_nursery_share')): s.F(r, c, id, y)
        else:
            for c in (4, 5, 6, 7, 9): s.put(r, c, '/')
    r = 10; s.put(r, 1, '2025年计划'); s.Tr(r, 2, 'nurseries', 2025, 24, 'planned'); s.Tr(r, 3, 'nursery_places_total', 2025, 1190, 'planned'); s.put(r, 4, None); s.put(r, 5, None); s.Tr(r, 6, 'nursery_places_added', 2025, 190, 'planned'); s.put(r, 7, None); s.Tr(r, 8, 'nursery_places_per_1000', 2025, 3.8, 'planned'); s.put(r, 9, None)
    s.line(11, '备注：2020年以前无统计。', 9)
    wb.save(os.path.join(HERE, At.file))

def cdc():
    At.file = '区疾控中心-监测数据汇总.xlsx'
    wb = Workbook(); s = Sh(wb, '综合指标', True)
    s.title(1, 13, '栖梧区疾病预防控制中心监测数据汇总表'); s.line(2, '报送单位（盖章）：栖梧区疾病预防控制中心', 13)
    for i, h in enumerate(['序号', '监测指标', '单位'] + [str(y) for y in YEARS[::-1]] + ['2025年1—9月', '备注'], 1): s.put(3, i, h, True)
    part = {'notifiable_incidence': 158.22, 'tb_incidence': 29.63, 'influenza_incidence': 203.5}
    rows = (('居民期望寿命', '岁', 'life_expectancy', '2024年为快报数'), ('四类慢性病早死概率', '%', 'premature_ncd_mortality', None), ('居民健康素养水平', '%', 'health_literacy_rate', '2023年28.9%，以市级反馈为准，已核实'),
            ('甲乙类传染病报告发病率', '1/10万', 'notifiable_incidence', '不含新冠'), ('肺结核发病率（报告）', '/10万', 'tb_incidence', None), ('流行性感冒报告发病率', '1/10万', 'influenza_incidence', '2023年流感大流行，4386例，已核实'),
            ('国家免疫规划疫苗接种率（以乡镇街道为单位）', '%', 'immunization_rate', None), ('重大传染病疫情蔓延事件', '起', 'epidemic_spread_events', '2019年起统计'))
    for r, (nm, u, id, note) in enumerate(rows, 4):
        s.put(r, 1, r - 3); s.put(r, 2, nm); s.put(r, 3, u); s.put(r, 13, note)
        for i, y in enumerate(YEARS[::-1]):
            if y in T[id]:
                n = {('life_expectancy', 2024): 'a first count (快报数), the same in the bulletin', ('influenza_incidence', 2023): 'true outbreak, confirmed in the remarks', ('health_literacy_rate', 2023): 'contradiction 2: the plan table has 29.8; confirmed in the remarks'}.get((id, y), '')
                s.F(r, 4 + i, id, y, note=n)
            else: s.put(r, 4 + i, None)
        if id in part: s.Tr(r, 12, id, 2025, part[id], 'part of a year')
        else: s.put(r, 12, None)
    s.line(13, '说明：发病率以上年末常住人口为分母。', 13); s.line(14, '填表人：王×　　审核：赵××　　联系电话：×××　　2025.10.15', 13)
    s = Sh(wb, '报告病例数')
    s.title(1, 10, '法定传染病报告病例数（按发病日期、现住址统计）'); s.ws.cell(2, 9, '单位：例')
    s.merge(3, 1, 3, 2, '病种')
    for i, y in enumerate(YEARS): s.put(3, 3 + i, y, True)
    rr = (('甲乙类', '合计', '@甲乙类'), (None, '#病毒性肝炎', '@病毒性肝炎'), (None, '#肺结核', 'tb_cases'), (None, '#梅毒', '@梅毒'), ('丙类', '流行性感冒', '@流感'), (None, '手足口病', '@手足口'))
    for r, (a, b, id) in enumerate(rr, 4):
        s.put(r, 1, a); s.put(r, 2, b)
        for i, y in enumerate(YEARS): s.F(r, 3 + i, id, y, note='true outbreak, confirmed on the other sheet' if (id, y) == ('@流感', 2023) else '')
    s.ws.merge_cells('A4:A7'); s.ws.merge_cells('A8:A9')
    s = Sh(wb, '填表说明'); s.ws['A1'] = '1.各指标口径按2024年监测方案执行。'; s.ws['A2'] = '2.肺结核包括利福平耐药、病原学阳性、病原学阴性和无病原学结果。'; s.ws['A3'] = '3.到2025年，肺结核发病率目标为40/10万。'
    trap('tb_incidence', 2025, '40', 'planned', place='填表说明!A3')
    wb.save(os.path.join(HERE, At.file))

def medical():
    At.file = '医政医管科（数据回传）.xlsx'
    wb = Workbook(); s = Sh(wb, '2022-2025上半年', True)
    s.title(1, 10, '栖梧区医疗机构运行情况')
    s.merge(3, 1, 4, 1, '指标名称'); s.merge(3, 2, 4, 2, '单位')
    c = 3; cols = []
    for y in (2022, 2023, 2024):
        s.merge(3, c, 3, c + 1, f'{y}年'); s.put(4, c, '上半年', True); s.put(4, c + 1, '全年', True); cols += [(c, y, 1), (c + 1, y, 0)]; c += 2
    s.put(3, c, '2025年', True); s.put(4, c, '上半年', True); cols.append((c, 2025, 1)); s.merge(3, c + 1, 4, c + 1, '备注')
    half = {'outpatient_visits': (67.21, 77.05, 81.64, 84.9), 'hospital_visits': (37.44, 43.61, 46.2, 48.13), 'hospital_discharges': (14920, 17760, 19030, 19640), 'bed_occupancy_rate': (69.8, 78.6, 80.9, 81.2), 'avg_length_of_stay': (9.0, 8.8, 8.6, 8.4), 'avg_outpatient_cost': (233.9, 239.0, 241.1, 238.7), 'avg_inpatient_cost': (6741, 6628, 6502, 6388)}
    rows = (('总诊疗人次', '万人次', 'outpatient_visits'), ('  其中：医院', '万人次', 'hospital_visits'), ('医院出院人数', '人', 'hospital_discharges'), ('医院病床使用率', '%', 'bed_occupancy_rate'), ('出院者平均住院日', '天', 'avg_length_of_stay'), ('次均门诊费用', '元', 'avg_outpatient_cost'), ('次均住院费用', '元', 'avg_inpatient_cost'), ('三级医院', '家', 'tertiary_hospitals'), ('  其中：三级甲等', '家', 'tertiary_a_hospitals'), ('二级医院', '家', 'secondary_hospitals'))
    for r, (nm, u, id) in enumerate(rows, 5):
        s.put(r, 1, nm); s.put(r, 2, u)
        for cc, y, h in cols:
            if not h: s.F(r, cc, id, y, note='a first count (快报数), the same in the bulletin' if (id, y) == ('outpatient_visits', 2024) else '')
            elif id in half: s.Tr(r, cc, id, y, half[id][y - 2022], 'part of a year')
            else: s.put(r, cc, None)
    s.put(5, 10, '2024年全年为快报数'); s.put(12, 10, '区人民医院（三级乙等）')
    s.line(15, '注：费用为当年价格；2025年下半年数据未出。', 10); s.line(16, '经办：孙×        科长：周×        2025年7月20日', 10)
    s = Sh(wb, '2017-2021')
    s.title(1, 7, '医疗机构运行情况（历史数据）')
    for i, h in enumerate(['指标名称', '单位'] + [f'{y}年' for y in range(2017, 2022)], 1): s.put(2, i, h, True)
    for r, (nm, u, id) in enumerate(rows, 3):
        s.put(r, 1, nm); s.put(r, 2, u)
        for i, y in enumerate(range(2017, 2022)): s.F(r, 3 + i, id, y)
    s.line(13, '2020、2021年诊疗量下降系疫情影响，已核实。', 7)
    s = Sh(wb, '专科建设')
    s.title(1, 4, '市级临床重点专科建设情况')
    for i, h in enumerate(['年度', '市级临床重点专科（个，年末累计）', '新增专科名称', '依托医院'], 1): s.put(2, i, h, True)
    new = {2019: ('骨科（2016年获批）', '区人民医院'), 2020: ('无', ''), 2021: ('针灸推拿科', '区中医院'), 2022: ('无', ''), 2023: ('心血管内科', '区人民医院'), 2024: ('无', '')}
    for r, y in enumerate(range(2019, 2025), 3):
        s.put(r, 1, y); s.F(r, 2, 'municipal_key_specialties', y); s.put(r, 3, new[y][0]); s.put(r, 4, new[y][1])
    s.put(9, 1, '2025（拟建）'); s.Tr(9, 2, 'municipal_key_specialties', 2025, 4, 'planned'); s.put(9, 3, '呼吸内科'); s.put(9, 4, '区人民医院')
    wb.save(os.path.join(HERE, At.file))

def primary():
    At.file = '基层卫生与老龄健康科.xlsx'
    wb = Workbook(); s = Sh(wb, '基层', True)
    YY = list(range(2019, 2025))
    s.title(1, 10, '栖梧区基层卫生、老龄健康指标完成情况统计表')
    s.line(2, '（根据工作年报整理）', 10)
    for i, h in enumerate(['工作内容', '指标'] + [f'{y}年' for y in YY] + ['2025年目标', '备注'], 1): s.put(3, i, h, True)
    rows = (('高血压患者健康管理', '在管人数（人）', 'hypertension_managed_count', None, None), (None, '其中规范管理人数（人）', '@高血压规范', None, None), (None, '规范管理率（%）', 'hypertension_standard_mgmt_rate', '74', None),
            ('家庭医生签约', '签约居民数（人）', 'family_doctor_signed', None, None), (None, '全人群签约率（%）', 'family_doctor_rate', '45以上', None), (None, '重点人群签约率（%）', 'family_doctor_key_rate', None, '2021年及以前口径不同，不再列出'),
            ('老年健康', '65岁及以上老年人规范健康管理服务率（%）', 'elderly_standard_mgmt_rate', '65', '2020年起开展'),
            ('优质服务基层行', '乡镇卫生院和社区卫生服务中心总数（家）', '@机构应设', None, None), (None, '达到推荐标准（家）', '@推荐标准', None, None), (None, '占比（%）', 'township_recommended_share', '50', None), (None, '社区医院（家）', 'community_hospitals', '2', None),
            ('中医药服务', '设置中医馆的乡镇卫生院和社区卫生服务中心（家）', '@中医馆', None, None), (None, '中医馆设置率（%）', 'tcm_clinic_coverage', '100', '1家因搬迁未建'))
    starts = []
    for r, (g, nm, id, plan, note) in enumerate(rows, 4):
        if g: starts.append(r)
        s.put(r, 1, g); s.put(r, 2, nm); s.put(r, 10, note)
        for i, y in enumerate(YY):
            if y in T[id]: s.F(r, 3 + i, id, y)
            else: s.put(r, 3 + i, '-' if id != 'family_doctor_key_rate' else None)
        if plan: s.Tr(r, 9, id, 2025, plan if not plan.isdigit() else int(plan), 'planned')
        else: s.put(r, 9, None)
    for a, b in zip(starts, starts[1:] + [4 + len(rows)]):
        if b - 1 > a: s.ws.merge_cells(start_row=a, start_column=1, end_row=b - 1, end_column=1)
    s.line(17, '填报：基层卫生与老龄健康科   李××   校核：何×', 10)
    wb.save(os.path.join(HERE, At.file))

def insurance():
    At.file = '医保栖梧分局参保及待遇.xlsx'
    wb = Workbook(); s = Sh(wb, '参保与待遇', True)
    s.title(1, 17, '霁川市医疗保障局栖梧分局  基本医疗保险情况'); s.line(2, '统计范围：栖梧区', 17)
    s.merge(3, 1, 4, 1, '项目')
    c = 2; cols = []
    for y in range(2020, 2025):
        s.merge(3, c, 3, c + 2, f'{y}年')
        for i, (h, k) in enumerate((('职工医保', 'e'), ('居民医保', 'r'), ('合计', 't'))): s.put(4, c + i, h, True); cols.append((c + i, y, k))
        c += 3
    s.merge(3, c, 4, c, '备注')
    for r, (nm, ids) in enumerate((('年末参保人数（人）', ('insured_employees', 'insured_residents', 'insured_total')), ('政策范围内住院费用基金支付比例（%）', ('inpatient_reimbursement_employees', 'inpatient_reimbursement_residents', 'policy_reimbursement_rate'))), 5):
        s.put(r, 1, nm)
        for cc, y, k in cols:
            id = ids['ert'.index(k)]
            if (id, y) == ('insured_residents', 2022):
                s.put(r, cc, 21.63)
                trap(id, y, 21.63, 'slip of scale: typed in 万人, head says 人', place=s.at(r, cc))
                fig(id, y, 21.63, 216300, place=s.at(r, cc), need='also', note='slip of scale explained in the remarks; a question is right too')
            else: s.F(r, cc, id, y)
    s.put(5, 17, '2022年居民医保一栏按万人填写，21.63万人，已核实'); s.put(6, 17, None)
    s.line(7, '备注：职工医保含退休人员。', 17)
    s = Sh(wb, '结算')
    s.title(1, 7, '异地就医及支付方式'); s.ws.cell(2, 7, '单位：%')
    for i, h in enumerate(['指标', '范围', '2021', '2022', '2023', '2024', '2025.1-6'], 1): s.put(3, i, h, True)
    data = (('住院费用跨省直接结算率', '全区', 'crossprovince_settlement_rate', None, 85.3), (None, '全市', 'crossprovince_settlement_rate', (52.4, 65.0, 75.1, 83.6), 86.9), ('DRG/DIP付费占住院医保基金支出比例', '全区', 'drg_dip_fund_share', None, 80.1), (None, '全市', 'drg_dip_fund_share', (33.5, 54.2, 69.9, 80.3), 82.0))
    for r, (nm, ar, id, vals, h) in enumerate(data, 4):
        s.put(r, 1, nm); s.put(r, 2, ar)
        for i, y in enumerate(range(2021, 2025)):
            if vals is None: s.F(r, 3 + i, id, y)
            else:
                s.put(r, 3 + i, vals[i]); fig(id, y, vals[i], vals[i], area=CITY, place=s.at(r, 3 + i), note="the city's figure"); trap(id, y, vals[i], 'other area', area=CITY, place=s.at(r, 3 + i))
        s.Tr(r, 7, id, 2025, h, 'part of a year', area=D if vals is None else CITY)
    s.ws.merge_cells('A4:A5'); s.ws.merge_cells('A6:A7')
    s.line(8, '制表：吴×    复核：郑×    制表日期：2025-07-08', 7)
    wb.save(os.path.join(HERE, At.file))

def planning():
    At.file = '规划财务与信息科-卫生资源统计.xlsx'
    wb = Workbook(); s = Sh(wb, '机构床位人员', True)
    s.title(1, 9, '2017—2024年栖梧区卫生资源统计表'); s.ws.cell(2, 8, '单位：个、张、人')
    for i, h in enumerate(['指标'] + [f'{y}年' for y in YEARS], 1): s.put(3, i, h, True)
    rows = (('一、机构总数', 'institutions_total'), ('  1.医院', 'hospitals_total'), ('  2.基层医疗卫生机构', None), ('    乡镇卫生院', 'township_hospitals'), ('    社区卫生服务中心（站）', 'community_health_centres'), ('    村卫生室', 'village_clinics'), ('    诊所、卫生所、医务室', 'clinics'), ('  3.专业公共卫生机构', 'public_health_institutions'),
            ('二、实有床位合计', 'beds_total'), ('  其中：医院', 'hospital_beds'), ('        乡镇卫生院', 'township_beds'), ('        社区卫生服务中心（站）', 'community_beds'), ('        妇幼保健院', 'mch_beds'),
            ('三、卫生人员合计', 'health_workers_total'), ('  卫生技术人员', 'health_technicians'), ('    执业（助理）医师', 'physicians'), ('      其中：全科医生', 'gps'), ('    注册护士', 'nurses'), ('    药师（士）', 'pharmacists'), ('    检验技师（士）', 'laboratory_technicians'))
    for r, (nm, id) in enumerate(rows, 4):
        s.put(r, 1, nm).alignment = Alignment(horizontal='left')
        for i, y in enumerate(YEARS):
            if id is None: s.F(r, 2 + i, 'primary_institutions', y)
            elif id in ('health_workers_total', 'health_technicians') and T[id][y] >= 1000: s.F(r, 2 + i, id, y, f'{T[id][y]:,}')   # typed as text
            else: s.F(r, 2 + i, id, y, note='contradiction 1: the yearbook has 1742' if (id, y) == ('beds_total', 2022) else '')
    s.line(24, '注：1.社区卫生服务中心（站）床位含门诊观察床。2.2022年床位1724张，已与直报系统核对。', 9)
    s.line(25, '填报人：许×　　审核人：蒋××　　2025年3月', 9)
    s = Sh(wb, '每千人口')
    for i, h in enumerate(['年份', '床位（张/千人）', '执业（助理）医师（人/千人）', '注册护士（人/千人）', '全科医生（人/万人）'], 1): s.put(1, i, h, True)
    for r, y in enumerate(YEARS[::-1], 2):
        s.put(r, 1, y)
        for c, id in ((2, 'beds_per_1000'), (3, 'physicians_per_1000'), (4, 'nurses_per_1000'), (5, 'gps_per_10000')): s.F(r, c, id, y)
    s.line(11, '按常住人口计算', 5)
    s = Sh(wb, '经费')
    s.title(1, 9, '财政卫生投入'); s.ws.cell(2, 8, '单位：万元')
    for i, h in enumerate(['科目'] + YEARS, 1): s.put(3, i, h, True)
    s.put(4, 1, '财政医疗卫生支出'); s.put(5, 1, '  其中：基本公共卫生服务补助'); s.put(6, 1, '人均基本公共卫生服务经费（元）')
    std = {2017: 55, 2018: 57, 2019: 69, 2020: 74, 2021: 79, 2022: 84, 2023: 89, 2024: 94}
    for i, y in enumerate(YEARS):
        s.F(4, 2 + i, 'gov_health_expenditure', y, T['@财政医疗卫生支出万元'][y])
        s.Tr(5, 2 + i, '@基本公卫补助万元', y, T['@基本公卫补助万元'][y], 'sub-group')
        s.put(6, 2 + i, std[y]); fig('phs_funding_per_capita', y, std[y], std[y], place=s.at(6, 2 + i), need='also', note='in 元 under a caption of 万元')
    s.line(7, '注：2024年财政医疗卫生支出为预计数，以决算为准。', 9)
    for f in FIG:
        if f['file'] == At.file and f['indicator'] == 'gov_health_expenditure' and f['year'] == 2024: f['note'] = 'expected (预计数), said in the note below the table; a question or a mark is right too'; f['need'] = 'also'
    wb.save(os.path.join(HERE, At.file))
