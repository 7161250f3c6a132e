"""Truth and log of the third hour pack: the invented district 栖梧区 in 霁川市."""
import csv, os
HERE = os.path.dirname(os.path.abspath(__file__))
REG = {r['indicator']: r for r in csv.DictReader(open(os.environ.get('INDICATORS', os.path.join(HERE, *[os.pardir] * 3, 'data', 'indicators.csv')), encoding='utf-8-sig'))}
D, CITY = '栖梧区', '霁川市'
OTHERS = ['雁津区', '茶陂区', '双渚县', '白笏县']
YEARS = list(range(2017, 2025))

def ser(text, start=2017):
    return {start + i: float(v) if '.' in v else int(v) for i, v in enumerate(text.replace(',', ' ').split())}

T = {}
def add(id, text, start=2017):
    T[id] = ser(text, start)
pop = ser('304400 305200 306100 307000 308300 309000 309600 310200 310500', 2016)
T['population_resident'] = {y: pop[y] for y in YEARS}
add('births', '2452 2371 2264 2098 2006 1934 1872 1918')
add('live_births', '2438 2360 2251 2087 1995 1926 1865 1909')
add('deaths_total', '1986 2004 2021 2049 2083 2165 2208 2172')
add('population_65plus', '42100 43900 45800 47900 50200 52400 54900 57300')
add('infant_deaths', '9 8 8 7 6 6 5 5')
add('under5_deaths', '13 12 11 10 9 9 8 7')
add('neonatal_deaths', '5 5 4 4 3 3 3 2')
add('maternal_deaths', '1 0 0 1 0 1 0 0')
add('hospital_beds', '1102 1140 1178 1208 1245 1276 1312 1340')
add('township_beds', '286 290 293 297 301 304 309 310')
add('community_beds', '98 100 102 104 108 110 112 116')
add('mch_beds', '26 28 30 32 33 34 36 37')
add('health_technicians', '1702 1775 1846 1922 2004 2081 2163 2236')
add('physicians', '652 681 708 739 768 799 832 861')
add('licensed_physicians', '531 559 585 614 643 672 703 731')
add('nurses', '731 768 806 845 886 927 968 1006')
add('pharmacists', '98 101 104 108 111 115 118 121')
add('laboratory_technicians', '74 77 80 84 88 91 95 98')
add('health_workers_total', '2098 2180 2258 2345 2436 2520 2612 2694')
add('village_doctors', '96 94 92 90 88 85 83 81')
add('other_technical_staff', '92 95 97 101 104 107 110 113')
add('managing_staff', '84 86 88 91 93 95 98 101')
add('gps', '54 60 66 73 79 85 92 98')
add('hospitals_total', '7 7 8 8 8 9 9 9')
add('township_hospitals', '9 9 9 8 8 8 8 8')
add('community_health_centres', '11 11 12 12 13 13 14 14')
add('village_clinics', '88 88 87 86 86 85 84 84')
add('clinics', '102 104 107 110 112 115 118 121')
add('public_health_institutions', '4 4 4 4 4 4 4 4')
add('tertiary_hospitals', '0 0 0 1 1 1 1 1')
add('tertiary_a_hospitals', '0 0 0 0 0 0 0 0')
add('secondary_hospitals', '3 3 3 2 2 3 3 3')
add('outpatient_visits', '148.23 152.71 158.94 131.42 142.65 139.87 161.53 168.32')
add('hospital_visits', '82.16 85.03 88.91 72.45 79.32 77.94 91.26 95.47')
add('primary_visits', '61.35 62.74 65.02 54.81 58.76 57.41 65.38 67.73')
add('inpatient_admissions', '4.02 4.15 4.31 3.58 3.82 3.76 4.49 4.67')
add('hospital_discharges', '33420 34610 35980 29870 31760 31280 37350 38910')
add('bed_occupancy_rate', '82.4 82.9 83.3 70.8 72.6 71.4 79.5 80.2')
add('avg_length_of_stay', '9.6 9.5 9.3 9.4 9.1 8.9 8.7 8.5')
add('avg_outpatient_cost', '186.4 192.7 201.3 223.8 228.5 236.1 238.4 240.2')
add('avg_inpatient_cost', '5862 6035 6214 6587 6642 6718 6590 6471')
add('life_expectancy', '77.62 77.90 78.21 78.55 78.80 79.03 79.34 79.62')
add('premature_ncd_mortality', '16.8 16.5 16.2 15.8 15.5 15.2 14.9 14.6')
add('health_literacy_rate', '13.2 15.6 18.4 21.7 24.1 26.5 28.9 31.2')
add('immunization_rate', '97.6 97.9 98.1 97.4 98.2 98.3 98.5 98.7')
add('maternal_mgmt_rate', '90.12 90.57 91.03 91.44 91.98 92.40 92.87 93.35')
add('child_u3_mgmt_rate', '89.4 90.1 90.6 89.8 91.2 91.7 92.1 92.6')
add('child_u7_health_mgmt_rate', '91.2 91.8 92.3 91.5 92.9 93.4 93.9 94.3')
add('hospital_delivery_rate', '99.92 99.96 100 100 99.95 100 100 100')
add('caesarean_rate', '44.8 44.1 43.5 43.9 43.0 42.6 41.9 41.2')
add('maternal_triple_test_rate', '98.6 98.9 99.2 99.4 99.6 99.7 99.9 100', 2017)
add('womens_two_cancer_screening_rate', '38.1 32.9 45.6 48.8 51.9 56.0', 2019)
add('@两癌人数', '5120 4386 6240 6815 7304 7952', 2019)
add('nursery_places_total', '402 531 676 838 1014', 2020)
add('nursery_places_added', '140 158 175 190', 2021)
add('@核减', '11 13 13 14', 2021)
add('nurseries', '9 12 15 18 21', 2020)
add('@普惠托位', '268 362 478 612', 2021)
add('@公办托位', '84 105 133 172', 2021)
add('elderly_standard_mgmt_rate', '57.2 58.9 60.4 62.0 63.8', 2020)
add('family_doctor_rate', '31.2 33.5 35.1 37.8 40.6 43.2', 2019)
add('family_doctor_key_rate', '66.4 69.0 71.5', 2022)
add('hypertension_managed_count', '25140 25860 26530 27190 27850 28460', 2019)
add('@高血压规范', '16618 17326 18146 18951 19857 20662', 2019)
add('@机构应设', '13 13 13 13 13', 2020)
add('@中医馆', '9 10 11 12 12', 2020)
add('@推荐标准', '1 2 3 4 6', 2020)
add('community_hospitals', '0 0 1 1 1', 2020)
add('tb_cases', '168 161 155 146 142 139 137 128')
add('@甲乙类', '812 798 805 611 586 563 742 705')
add('@流感', '212 341 486 95 128 417 4386 903')
add('@手足口', '398 452 371 84 233 126 415 356')
add('@病毒性肝炎', '287 279 274 201 188 176 231 219')
add('@梅毒', '121 118 124 97 102 95 117 111')
add('epidemic_spread_events', '0 0 0 0 0 0', 2019)
add('municipal_key_specialties', '1 1 2 2 3 3', 2019)
add('insured_employees', '70600 71900 73400 75100 76800', 2020)
add('insured_residents', '219500 218200 216300 214100 212600', 2020)
add('inpatient_reimbursement_employees', '83.1 83.6 84.0 84.4 84.7', 2020)
add('inpatient_reimbursement_residents', '66.2 66.9 67.5 68.1 68.8', 2020)
add('policy_reimbursement_rate', '72.4 73.1 73.7 74.3 74.9', 2020)
add('crossprovince_settlement_rate', '48.6 61.3 72.4 81.9', 2021)
add('drg_dip_fund_share', '30.8 51.7 66.2 78.4', 2021)
add('@财政医疗卫生支出万元', '22640 23875 25310 29420 28160 29955 31280 32110')
add('@基本公卫补助万元', '1679 1745 2118 2278 2441 2602 2762 2924')

def der(id, f, years=YEARS, nd=2):
    T[id] = {y: round(f(y) + 1e-9, nd) for y in years}
P = lambda y: pop[y]
T['beds_total'] = {y: T['hospital_beds'][y] + T['township_beds'][y] + T['community_beds'][y] + T['mch_beds'][y] for y in YEARS}
T['institutions_total'] = {y: sum(T[k][y] for k in ('hospitals_total', 'township_hospitals', 'community_health_centres', 'village_clinics', 'clinics', 'public_health_institutions')) for y in YEARS}
T['primary_institutions'] = {y: sum(T[k][y] for k in ('township_hospitals', 'community_health_centres', 'village_clinics', 'clinics')) for y in YEARS}
T['support_staff'] = {y: T['health_workers_total'][y] - T['health_technicians'][y] - T['village_doctors'][y] - T['other_technical_staff'][y] - T['managing_staff'][y] for y in YEARS}
T['insured_total'] = {y: T['insured_employees'][y] + T['insured_residents'][y] for y in range(2020, 2025)}
der('birth_rate', lambda y: T['births'][y] / (P(y) + P(y - 1)) * 2000)
der('death_rate', lambda y: T['deaths_total'][y] / (P(y) + P(y - 1)) * 2000)
T['natural_growth_rate'] = {y: round(T['birth_rate'][y] - T['death_rate'][y], 2) for y in YEARS}
der('population_65plus_share', lambda y: T['population_65plus'][y] / P(y) * 100, nd=1)
der('infant_mortality_rate', lambda y: T['infant_deaths'][y] / T['live_births'][y] * 1000)
der('under5_mortality_rate', lambda y: T['under5_deaths'][y] / T['live_births'][y] * 1000)
der('neonatal_mortality_rate', lambda y: T['neonatal_deaths'][y] / T['live_births'][y] * 1000)
der('maternal_mortality_rate', lambda y: T['maternal_deaths'][y] / T['live_births'][y] * 1e5)
der('beds_per_1000', lambda y: T['beds_total'][y] / P(y) * 1000)
der('physicians_per_1000', lambda y: T['physicians'][y] / P(y) * 1000)
der('nurses_per_1000', lambda y: T['nurses'][y] / P(y) * 1000)
der('gps_per_10000', lambda y: T['gps'][y] / P(y) * 10000)
der('nursery_places_per_1000', lambda y: T['nursery_places_total'][y] / P(y) * 1000, range(2020, 2025))
der('public_nursery_share', lambda y: T['@公办托位'][y] / T['nursery_places_total'][y] * 100, range(2021, 2025), 1)
der('inclusive_nursery_place_share', lambda y: T['@普惠托位'][y] / T['nursery_places_total'][y] * 100, range(2021, 2025), 1)
der('tb_incidence', lambda y: T['tb_cases'][y] / P(y - 1) * 1e5)
der('notifiable_incidence', lambda y: T['@甲乙类'][y] / P(y - 1) * 1e5)
der('influenza_incidence', lambda y: T['@流感'][y] / P(y - 1) * 1e5)
der('hypertension_standard_mgmt_rate', lambda y: T['@高血压规范'][y] / T['hypertension_managed_count'][y] * 100, range(2019, 2025), 1)
der('tcm_clinic_coverage', lambda y: T['@中医馆'][y] / T['@机构应设'][y] * 100, range(2020, 2025), 1)
der('township_recommended_share', lambda y: T['@推荐标准'][y] / T['@机构应设'][y] * 100, range(2020, 2025), 1)
der('primary_visit_share', lambda y: T['primary_visits'][y] / T['outpatient_visits'][y] * 100, nd=1)
T['family_doctor_signed'] = {y: round(T['family_doctor_rate'][y] * P(y) / 100) for y in range(2019, 2025)}
T['gov_health_expenditure'] = {y: v / 10000 for y, v in T['@财政医疗卫生支出万元'].items()}
for y in YEARS:
    assert T['physicians'][y] + T['nurses'][y] + T['pharmacists'][y] + T['laboratory_technicians'][y] < T['health_technicians'][y]
    assert T['hospital_visits'][y] + T['primary_visits'][y] < T['outpatient_visits'][y]
    assert T['support_staff'][y] > 0
    assert T['neonatal_deaths'][y] <= T['infant_deaths'][y] <= T['under5_deaths'][y]
for y in range(2021, 2025):
    assert T['nursery_places_total'][y - 1] + T['nursery_places_added'][y] - T['@核减'][y] == T['nursery_places_total'][y]

# neighbours, proportional per head; the city is the sum
NB = {'population_resident': [684000, 427000, 523000, 389000], 'births': [5310, 2870, 3360, 2440], 'population_65plus': [109400, 75200, 101500, 77800],
      'beds_total': [5012, 2398, 2485, 1690], 'health_technicians': [6120, 2811, 2742, 1853], 'physicians': [2342, 1069, 1048, 716],
      'nurses': [2903, 1257, 1206, 804], 'hospital_beds': [4106, 1782, 1790, 1153]}
PACE = [1.03, 0.99, 0.975, 0.965]      # growth of the neighbours 2017-2024 relative to the district's
AREA = {}
for k, v in NB.items():
    for a, end, pace in zip(OTHERS, v, PACE):
        AREA[k, a] = {y: round(end * T[k][y] / T[k][2024] * (pace ** ((y - 2024) / 7)) / (100 if 'population' in k else 1)) * (100 if 'population' in k else 1) for y in YEARS}
    AREA[k, D] = T[k]
    AREA[k, CITY] = {y: sum(AREA[k, a][y] for a in OTHERS + [D]) for y in YEARS}
def city_per(k, y, per=1000):
    return round(AREA[k, CITY][y] / AREA['population_resident', CITY][y] * per + 1e-9, 2)

FIG, TRAP = [], []
class At: file = ''; place = ''
def reg(id): return id if id in REG else ''
NAMES = {'@两癌人数': '“两癌”免费检查人数', '@核减': '核减托位数', '@普惠托位': '普惠托位数', '@公办托位': '公办托位数', '@高血压规范': '高血压患者规范管理人数',
         '@机构应设': '乡镇卫生院和社区卫生服务中心数', '@中医馆': '设中医馆的机构数', '@推荐标准': '达到推荐标准的机构数', '@甲乙类': '甲乙类传染病报告病例数', '@流感': '流行性感冒报告病例数',
         '@手足口': '手足口病报告病例数', '@病毒性肝炎': '病毒性肝炎报告病例数', '@梅毒': '梅毒报告病例数', '@财政医疗卫生支出万元': '财政医疗卫生支出', '@基本公卫补助万元': '基本公共卫生服务补助'}
UNITS = {'@核减': '个', '@普惠托位': '个', '@公办托位': '个', '@机构应设': '个', '@中医馆': '个', '@推荐标准': '个', '@甲乙类': '例', '@流感': '例', '@手足口': '例', '@病毒性肝炎': '例', '@梅毒': '例',
         '@两癌人数': '人', '@高血压规范': '人', '@基本公卫补助万元': '万元'}
STOCK = {'@普惠托位', '@公办托位', '@机构应设', '@中医馆', '@推荐标准'}
def name(id): return REG[id]['name_zh'] if id in REG else NAMES.get(id, id)
def unit(id): return REG[id]['unit'] if id in REG else UNITS.get(id, '')
def num(v):
    if isinstance(v, str): return v
    v = round(float(v), 6)
    return str(int(v)) if v == int(v) else repr(v)
def fig(id, year, printed, value=None, area=D, kind='level', need=None, note='', unit_=None, place=None, numerator='', denominator=''):
    stock = (id in REG and REG[id]['stock'] == 'yes') or id in STOCK
    value = T[id][year] if value is None else value
    if need is None: need = 'core' if id in REG and area == D else 'also'
    FIG.append(dict(file=At.file, place=place or At.place, indicator=reg(id), name=name(id), area=area, year=year,
        period='year-end' if stock and kind != 'implied' else 'annual', value=num(value), unit=unit_ or unit(id), numerator=numerator, denominator=denominator,
        printed=num(printed) if printed != '' else '', kind=kind, need=need, note=note))
def trap(id, year, printed, why, area=D, unit_=None, place=None, nm=None):
    TRAP.append(dict(file=At.file, place=place or At.place, indicator=reg(id), name=nm or name(id), area=area, year=year, printed=num(printed), unit=unit_ or unit(id), why=why))
    return num(printed)
def L(id, year, fmt='{}', div=1, **kw):
    """Print a level in prose and log it."""
    v = T[id][year] if 'value' not in kw else kw['value']
    s = fmt.format(v / div if div != 1 else v)
    kw.setdefault('value', v)
    fig(id, year, s, **kw)
    return s
def C(id, year, s, why='change', **kw):
    trap(id, year, s, why, **kw); return str(s)
