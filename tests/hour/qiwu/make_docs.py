import subprocess, tempfile
from base import *

# ---------- bulletin 2023, plain text -------------------------------------
def bulletin23():
    At.file = 'bulletin-2023.txt'
    o = []
    w = o.append
    w('2023年栖梧区卫生健康事业发展统计公报'); w('霁川市栖梧区卫生健康局'); w('2024年5月20日'); w('')
    At.place = '一、人口与健康水平'; w('一、人口与健康水平')
    w(f"    2023年末，全区常住人口{L('population_resident',2023,'{:.2f}',10000)}万人，比上年末增加{C('population_resident',2023,'0.06',unit_='万人')}万人。全年出生人口{L('births',2023)}人，出生率{L('birth_rate',2023,'{:.2f}')}‰；死亡人口{L('deaths_total',2023)}人，死亡率{L('death_rate',2023,'{:.2f}')}‰；自然增长率为{L('natural_growth_rate',2023,'{:.2f}')}‰。65岁及以上人口占{L('population_65plus_share',2023)}%。")
    fig('population_resident', 2022, '', kind='implied', need='also', note='only by subtraction')
    w(f"    人均预期寿命{L('life_expectancy',2023)}岁（上年为{L('life_expectancy',2022,'{:.2f}',kind='previous')}岁）。孕产妇死亡率为{L('maternal_mortality_rate',2023,'{:.0f}')}，上年为{L('maternal_mortality_rate',2022,kind='previous')}/10万（死亡{L('maternal_deaths',2022,kind='previous')}例）；新生儿、婴儿和5岁以下儿童死亡率分别为{L('neonatal_mortality_rate',2023)}‰、{L('infant_mortality_rate',2023)}‰和{L('under5_mortality_rate',2023)}‰，婴儿死亡率较上年下降{C('infant_mortality_rate',2023,'14.1','growth',unit_='%')}%，低于全市平均水平（{C('infant_mortality_rate',2023,'3.05','other area',area=CITY)}‰）。")
    fig('infant_mortality_rate', 2023, '3.05', 3.05, area=CITY, note="the city's figure")
    w('')
    At.place = '二、卫生资源'; w('二、卫生资源')
    w(f"    （一）机构。年末全区医疗卫生机构总数{L('institutions_total',2023)}个，比上年增加{C('institutions_total',2023,'3')}个。其中：医院{L('hospitals_total',2023)}个，与上年持平；基层医疗卫生机构{L('primary_institutions',2023)}个；专业公共卫生机构{L('public_health_institutions',2023)}个。医院按等级分：三级{L('tertiary_hospitals',2023)}个（无三级甲等），二级{L('secondary_hospitals',2023)}个。")
    fig('tertiary_a_hospitals', 2023, '无三级甲等', 0, need='also', note='said in words')
    fig('institutions_total', 2022, '', kind='implied', need='also', note='only by subtraction')
    w(f"    （二）床位。年末全区医疗卫生机构床位{L('beds_total',2023)}张，其中医院{L('hospital_beds',2023)}张（占{C('hospital_beds',2023,'74.2','share of a sub-group',unit_='%')}%），乡镇卫生院{L('township_beds',2023)}张（占{C('township_beds',2023,'17.5','share of a sub-group',unit_='%')}%）。与上年相比，床位增加{C('beds_total',2023,'45')}张，其中医院增加{C('hospital_beds',2023,'36')}张。每千人口床位数由上年的{L('beds_per_1000',2022,'{:.2f}',kind='previous')}张增加到{L('beds_per_1000',2023,'{:.2f}')}张。")
    fig('beds_total', 2022, '', kind='implied', need='also', note='only by subtraction; 1724, as the planning section; the yearbook has 1742 (contradiction 1)')
    fig('hospital_beds', 2022, '', kind='implied', need='also', note='only by subtraction')
    w(f"    （三）人员。年末全区卫生人员总数{L('health_workers_total',2023)}人，其中卫生技术人员{L('health_technicians',2023)}人，比上年增加{C('health_technicians',2023,'82')}人（增长{C('health_technicians',2023,'3.9','growth',unit_='%')}%）。卫生技术人员中，执业（助理）医师{L('physicians',2023)}人、注册护士{L('nurses',2023)}人、药师（士）{L('pharmacists',2023)}人。每千人口执业（助理）医师{L('physicians_per_1000',2023)}人，注册护士{L('nurses_per_1000',2023)}人；每万人口全科医生{L('gps_per_10000',2023)}人。")
    fig('health_technicians', 2022, '', kind='implied', need='also', note='only by subtraction')
    w('')
    At.place = '三、医疗服务'; w('三、医疗服务')
    w(f"    全年总诊疗人次{L('outpatient_visits',2023)}万，比上年增加{C('outpatient_visits',2023,'21.66')}万人次（增长{C('outpatient_visits',2023,'15.5','growth',unit_='%')}%）。其中医院{L('hospital_visits',2023)}万人次，基层医疗卫生机构{L('primary_visits',2023)}万人次，基层占{L('primary_visit_share',2023)}%。入院{L('inpatient_admissions',2023)}万人次。医院病床使用率{L('bed_occupancy_rate',2023)}%，提高{C('bed_occupancy_rate',2023,'8.1')}个百分点；出院者平均住院日{L('avg_length_of_stay',2023)}天，缩短{C('avg_length_of_stay',2023,'0.2')}天。")
    fig('outpatient_visits', 2022, '', kind='implied', need='also', note='only by subtraction')
    fig('bed_occupancy_rate', 2022, '', kind='implied', need='also', note='only by subtraction')
    fig('avg_length_of_stay', 2022, '', kind='implied', need='also', note='only by subtraction')
    w(f"    医院次均门诊费用{L('avg_outpatient_cost',2023)}元，次均住院费用{L('avg_inpatient_cost',2023)}元，按当年价格比上年下降{C('avg_inpatient_cost',2023,'1.9','growth',unit_='%')}%。2024年一季度，全区总诊疗人次{C('outpatient_visits',2024,'40.37','part of a year')}万，同比增长{C('outpatient_visits',2024,'4.6','growth',unit_='%')}%。")
    w('')
    At.place = '四、公共卫生与基层卫生'; w('四、公共卫生与基层卫生')
    w(f"    居民健康素养水平达到{L('health_literacy_rate',2023,note='contradiction 2: the plan table has 29.8')}%，提前完成“十四五”目标（{C('health_literacy_rate',2025,'28','planned')}%）。全区甲乙类传染病报告发病{L('@甲乙类',2023)}例，报告发病率{L('notifiable_incidence',2023)}/10万；报告肺结核{L('tb_cases',2023)}例。全区家庭医生签约居民{L('family_doctor_signed',2023,'{:.2f}',10000,value=125900)}万人，签约率{L('family_doctor_rate',2023)}%，重点人群签约率{L('family_doctor_key_rate',2023,'{:.1f}')}%（上年{L('family_doctor_key_rate',2022,kind='previous')}%）。高血压患者规范管理率{L('hypertension_standard_mgmt_rate',2023)}%，65岁及以上老年人城乡社区规范健康管理服务率{L('elderly_standard_mgmt_rate',2023,'{:.1f}')}%。")
    w('')
    At.place = '附表'; w('附表  栖梧区卫生健康主要指标'); w('')
    rows = [('医疗卫生机构数', '个', 'institutions_total', '{}'), ('  #医院', '个', 'hospitals_total', '{}'), ('床位数', '张', 'beds_total', '{}'), ('卫生技术人员', '人', 'health_technicians', '{}'),
            ('  #执业（助理）医师', '人', 'physicians', '{}'), ('  #注册护士', '人', 'nurses', '{}'), ('总诊疗人次', '万人次', 'outpatient_visits', '{:.2f}'), ('入院人次', '万人次', 'inpatient_admissions', '{:.2f}'),
            ('孕产妇系统管理率', '%', 'maternal_mgmt_rate', '{:.2f}'), ('3岁以下儿童系统管理率', '%', 'child_u3_mgmt_rate', '{:.1f}'), ('每千人口3岁以下托位数', '个', 'nursery_places_per_1000', '{:.2f}')]
    def pad(s, n): return s + ' ' * (n - sum(2 if ord(c) > 255 else 1 for c in s))
    w(pad('指标', 30) + pad('单位', 10) + pad('2023年', 12) + '2022年'); w('-' * 62)
    for nm, u, id, f in rows: w(pad(nm, 30) + pad(u, 10) + pad(L(id, 2023, f), 12) + L(id, 2022, f, kind='previous'))
    w('-' * 62)
    w('注：1.#为其中项。2.由于四舍五入，分项之和可能与合计略有出入。'); w('')
    open(os.path.join(HERE, At.file), 'w', encoding='utf-8', newline='\r\n').write('\n'.join(o))

CSS = '<style>@page{size:A4;margin:18mm}body{font-family:"WenQuanYi Micro Hei";font-size:11pt;line-height:1.6}h1{text-align:center;font-size:16pt}p{text-indent:2em;margin:4pt 0}table{border-collapse:collapse;width:100%;font-size:9.5pt;line-height:1.3}td,th{border:0.6pt solid #333;padding:2pt 4pt;text-align:center}.l{text-align:left}.cap{text-align:center;text-indent:0;font-weight:bold;margin-top:8pt}.u{text-align:right;text-indent:0;font-size:9pt;margin:0}.n{text-indent:0;font-size:9pt}.pb{page-break-before:always}</style>'
def pdf(body, out, css=''):
    tmp = tempfile.mkdtemp(); src = os.path.join(tmp, 'p.html')
    open(src, 'w', encoding='utf-8').write('<!doctype html><html lang="zh"><meta charset="utf-8">' + CSS + css + body + '</html>')
    subprocess.run(['chromium', '--headless', '--no-sandbox', '--disable-gpu', '--no-pdf-header-footer', '--user-data-dir=' + tmp + '/chr', '--print-to-pdf=' + os.path.join(HERE, out), 'file://' + src], check=True, stderr=subprocess.DEVNULL, timeout=120)

# ---------- bulletin 2024, PDF -----------------------------------------------
def bulletin24():
    At.file = 'bulletin-2024.pdf'
    b = ['<h1>2024年栖梧区卫生健康统计公报</h1><p style="text-align:center;text-indent:0">栖梧区卫生健康局　2025年4月</p>']
    w = lambda s: b.append('<p>' + s + '</p>'); h = lambda s: b.append('<p><b>' + s + '</b></p>')
    At.place = '一、居民健康'; h('一、居民健康')
    w(f"据区统计局数据，2024年末全区常住人口{L('population_resident',2024,'{:.2f}',10000)}万人。全年出生{L('births',2024)}人，比上年多出生{C('births',2024,'46')}人，出生率{L('birth_rate',2024)}‰，自然增长率{L('natural_growth_rate',2024)}‰。居民人均预期寿命为{L('life_expectancy',2024)}岁，比上年增加{C('life_expectancy',2024,'0.28')}岁。全区无孕产妇死亡，婴儿死亡率、5岁以下儿童死亡率分别降至{L('infant_mortality_rate',2024)}‰和{L('under5_mortality_rate',2024)}‰。四类重大慢性病过早死亡率为{L('premature_ncd_mortality',2024)}%。居民健康素养水平{L('health_literacy_rate',2024)}%，比全市平均水平低{C('health_literacy_rate',2024,'0.6')}个百分点。")
    fig('births', 2023, '', kind='implied', need='also', note='only by subtraction')
    fig('life_expectancy', 2023, '', kind='implied', need='also', note='only by subtraction')
    fig('maternal_deaths', 2024, '无孕产妇死亡', 0, need='also', note='said in words')
    h('二、卫生资源'); At.place = '二、卫生资源'
    w(f"年末全区共有医疗卫生机构{L('institutions_total',2024)}个。其中医院{L('hospitals_total',2024)}个（三级{L('tertiary_hospitals',2024)}个、二级{L('secondary_hospitals',2024)}个），乡镇卫生院{L('township_hospitals',2024)}个，社区卫生服务中心（站）{L('community_health_centres',2024)}个，村卫生室{L('village_clinics',2024)}个，诊所、卫生所、医务室{L('clinics',2024)}个；建成社区医院{L('community_hospitals',2024)}个。")
    w(f"年末实有床位{L('beds_total',2024,'{:,}')}张，较上年增长{C('beds_total',2024,'1.9','growth',unit_='%')}%，每千人口床位{L('beds_per_1000',2024)}张，全市为{C('beds_per_1000',2024,'%.2f'%city_per('beds_total',2024),'other area',area=CITY)}张。卫生人员{L('health_workers_total',2024,'{:,}')}人，其中卫生技术人员{L('health_technicians',2024,'{:,}')}人，执业（助理）医师和注册护士分别为{L('physicians',2024)}人和{L('nurses',2024,'{:,}')}人，分别比上年增加{C('physicians',2024,'29')}人和{C('nurses',2024,'38')}人。每千人口执业（助理）医师、注册护士分别达到{L('physicians_per_1000',2024)}人、{L('nurses_per_1000',2024)}人，每万人口全科医生{L('gps_per_10000',2024)}人。各县（区）情况见表1。")
    fig('beds_per_1000', 2024, '%.2f' % city_per('beds_total', 2024), city_per('beds_total', 2024), area=CITY, note="the city's figure")
    fig('physicians', 2023, '', kind='implied', need='also', note='only by subtraction')
    fig('nurses', 2023, '', kind='implied', need='also', note='only by subtraction')
    h('三、医疗与医保'); At.place = '三、医疗与医保'
    w(f"全年总诊疗{L('outpatient_visits',2024)}万人次（上年{L('outpatient_visits',2023,kind='previous')}万人次），入院{L('inpatient_admissions',2024)}万人次，医院病床使用率{L('bed_occupancy_rate',2024)}%，平均住院日{L('avg_length_of_stay',2024)}天，其中三级医院{C('avg_length_of_stay',2024,'9.2','sub-group')}天。市级临床重点专科{L('municipal_key_specialties',2024)}个。门诊次均费用{L('avg_outpatient_cost',2024)}元，住院次均费用{L('avg_inpatient_cost',2024)}元。住院费用跨省直接结算率{L('crossprovince_settlement_rate',2024)}%，比上年提高{C('crossprovince_settlement_rate',2024,'9.5')}个百分点，力争2025年达到{C('crossprovince_settlement_rate',2025,'90','planned')}%。12月当月门急诊{C('outpatient_visits',2024,'14.86','part of a year')}万人次。")
    fig('crossprovince_settlement_rate', 2023, '', kind='implied', need='also', note='only by subtraction')
    h('四、公共卫生与基层服务'); At.place = '四、公共卫生与基层服务'
    w(f"全年报告甲乙类传染病{L('@甲乙类',2024)}例，报告发病率{L('notifiable_incidence',2024)}/10万，其中肺结核{L('tb_cases',2024)}例、{L('tb_incidence',2024)}/10万。以乡镇（街道）为单位适龄儿童疫苗接种率{L('immunization_rate',2024)}%。全人群家庭医生签约率{L('family_doctor_rate',2024)}%，重点人群{L('family_doctor_key_rate',2024)}%。高血压患者规范管理率为{L('hypertension_standard_mgmt_rate',2024)}%。达到“优质服务基层行”推荐标准的乡镇卫生院和社区卫生服务中心{L('@推荐标准',2024)}家，占{L('township_recommended_share',2024)}%；设置中医馆的占{L('tcm_clinic_coverage',2024)}%。")
    h('五、妇幼与托育'); At.place = '五、妇幼与托育'
    w(f"孕产妇系统管理率{L('maternal_mgmt_rate',2024)}%，3岁以下儿童系统管理率{L('child_u3_mgmt_rate',2024)}%，剖宫产率{L('caesarean_rate',2024)}%。为{L('@两癌人数',2024)}名适龄妇女提供“两癌”免费检查。年末有托育机构{L('nurseries',2024)}家，托位{L('nursery_places_total',2024)}个，全年新增{L('nursery_places_added',2024)}个；每千人口托位数{L('nursery_places_per_1000',2024)}个，普惠托位占{L('inclusive_nursery_place_share',2024)}%，公办托位占{L('public_nursery_share',2024,'{:.1f}')}%。")
    At.place = '表1'
    b.append('<p class="cap">表1　2024年霁川市各县（区）卫生资源情况</p><p class="u">单位：张、人</p><table><tr><th rowspan=2>地区</th><th colspan=2>床位数</th><th colspan=3>卫生技术人员</th></tr><tr><th>合计</th><th>#医院</th><th>合计</th><th>执业（助理）医师</th><th>注册护士</th></tr>')
    for a, shown in [(CITY, '全　市')] + [(x, x) for x in ('雁津区', D, '茶陂区', '双渚县', '白笏县')]:
        tds = ''
        for k in ('beds_total', 'hospital_beds', 'health_technicians', 'physicians', 'nurses'):
            v = AREA[k, a][2024]; tds += f'<td>{v}</td>'
            fig(k, 2024, v, v, area=a, note='' if a == D else 'another area')
            if a != D: trap(k, 2024, v, 'other area', area=a)
        b.append(f'<tr><td>{shown}</td>{tds}</tr>')
    b.append('</table><p class="n">注：本表数据来源于市卫生健康委卫生资源统计年报，“全市”不含市直管理的军队医院。</p>')
    pdf(''.join(b), At.file)

# ---------- yearbook, PDF, two pages --------------------------------------------
def yearbook():
    At.file = 'yearbook.pdf'
    Y = list(range(2017, 2024))
    b = []
    At.place = '19-1 医疗卫生机构、床位数'
    b.append('<p class="cap">19-1　栖梧区医疗卫生机构、床位数（2017—2023年）<br><span style="font-weight:normal">Number of Health Care Institutions and Beds</span></p>')
    b.append('<table><tr><th rowspan=2>年份<br>Year</th><th colspan=6>机构数（个）　Institutions (unit)</th><th colspan=3>床位数（张）　Beds (unit)</th></tr><tr><th>总计<br>Total</th><th>医院<br>Hospitals</th><th>乡镇卫生院<br>Township Health Centers</th><th>社区卫生服务中心（站）</th><th>村卫生室<br>Village Clinics</th><th>专业公共卫生机构</th><th>总计<br>Total</th><th>#医院<br>Hospitals</th><th>#乡镇卫生院</th></tr>')
    for y in Y:
        tds = ''
        for k in ('institutions_total', 'hospitals_total', 'township_hospitals', 'community_health_centres', 'village_clinics', 'public_health_institutions', 'beds_total', 'hospital_beds', 'township_beds'):
            v = T[k][y]; note = ''
            if k == 'beds_total' and y == 2022: v = 1742; note = 'contradiction 1: planning section and bulletin-2023 have 1724 (true)'
            fig(k, y, v, v, note=note); tds += f'<td>{v}</td>'
        b.append(f'<tr><td>{y}</td>{tds}</tr>')
    b.append('</table><p class="n">资料来源：区卫生健康局。注：2020年起撤并乡镇1个，乡镇卫生院相应减少。</p>')
    At.place = '19-2 卫生人员数'
    b.append('<p class="cap pb">19-2　栖梧区卫生人员数<br><span style="font-weight:normal">Number of Employed Persons in Health Care Institutions</span></p><p class="u">单位：人　(person)</p><table><tr><th class=l>指标　Item</th>' + ''.join(f'<th>{y}</th>' for y in Y) + '</tr>')
    for nm, en, k in (('卫生人员', 'Total', 'health_workers_total'), ('　卫生技术人员', 'Medical Technical Personnel', 'health_technicians'), ('　　#执业（助理）医师', 'Licensed (Assistant) Doctors', 'physicians'), ('　　　#执业医师', 'Licensed Doctors', 'licensed_physicians'), ('　　#注册护士', 'Registered Nurses', 'nurses'), ('　　#药师（士）', 'Pharmacists', 'pharmacists'), ('　乡村医生和卫生员', 'Village Doctors and Assistants', 'village_doctors'), ('　其他技术人员', 'Other Technical Personnel', 'other_technical_staff'), ('　管理人员', 'Managerial Personnel', 'managing_staff'), ('　工勤技能人员', 'Logistics Technical Workers', 'support_staff')):
        tds = ''
        for y in Y: fig(k, y, T[k][y]); tds += f'<td>{T[k][y]}</td>'
        b.append(f'<tr><td class=l>{nm}　{en}</td>{tds}</tr>')
    b.append('</table>')
    At.place = '19-3 医疗服务情况'
    b.append('<p class="cap">19-3　栖梧区医疗服务情况<br><span style="font-weight:normal">Health Care Services</span></p><table><tr><th class=l>指标　Item</th><th>单位</th>' + ''.join(f'<th>{y}</th>' for y in Y) + '</tr>')
    for nm, u, k, f in (('诊疗人次数', '万人次', 'outpatient_visits', '{:.2f}'), ('　#基层医疗卫生机构', '万人次', 'primary_visits', '{:.2f}'), ('入院人数', '万人', 'inpatient_admissions', '{:.2f}'), ('病床使用率（医院）', '%', 'bed_occupancy_rate', '{:.1f}'), ('出院者平均住院日（医院）', '日', 'avg_length_of_stay', '{:.1f}')):
        tds = ''
        for y in Y: s = f.format(T[k][y]); fig(k, y, s); tds += f'<td>{s}</td>'
        b.append(f'<tr><td class=l>{nm}</td><td>{u}</td>{tds}</tr>')
    b.append('</table><p class="n">注：2020年诊疗人次受新冠疫情影响下降较多，数据无误。</p>')
    pdf(''.join(b), At.file, '<style>@page{size:A4 landscape}body{font-size:10pt}table{font-size:9pt}</style>')

# ---------- statistics bureau, csv in GB 18030 ------------------------------------
def bureau():
    At.file = 'bureau.csv'
    YY = YEARS[::-1]
    lines = []
    def block(id, label, factor, nd, noteline):
        lines.append(['数据库：霁川市分县区年度数据']); lines.append([f'指标：{label}']); lines.append(['时间：2017-2024'])
        lines.append(['地区'] + [f'{y}年' for y in YY])
        for a in [CITY, '雁津区', D, '茶陂区', '双渚县', '白笏县']:
            row = [a]
            for i, y in enumerate(YY):
                v = AREA[id, a][y] / factor; s = f'{v:.{nd}f}'
                if id == 'births' and a == '白笏县' and y == 2017: row.append(''); continue
                row.append(s)
                pl = 'BCDEFGHI'[i] + str(len(lines) + 1)
                fig(id, y, s, AREA[id, a][y], area=a, place=pl, note='' if a == D else 'another area')
                if a != D: trap(id, y, s, 'other area', area=a, place=pl, unit_='万人' if factor == 10000 else None)
            lines.append(row)
        lines.append([noteline]); lines.append([])
    block('population_resident', '年末常住人口(万人)', 10000, 2, '注：2020年为第七次全国人口普查推算数，2017-2019年数据根据普查结果修订。')
    block('births', '出生人口(人)', 1, 0, '注：空格表示数据缺失。')
    block('population_65plus', '65岁及以上人口(万人)', 10000, 2, '注：抽样调查推算数。')
    block('beds_total', '医疗卫生机构床位数(张)', 1, 0, '数据来源：市卫生健康委员会')
    block('health_technicians', '卫生技术人员数(人)', 1, 0, '数据来源：霁川市统计局')
    with open(os.path.join(HERE, At.file), 'w', encoding='gb18030', newline='') as f: csv.writer(f).writerows(lines)
