"""Writes all files of this pack: python make.py (python-docx, openpyxl, chromium)."""
import make_plan, make_docs, make_sheets
from base import *
# words are logged with the plan's sentence on maternal deaths
make_plan.build()
At.file, At.place = 'plan.docx', '第一章 一、工作回顾'
fig('maternal_deaths', 2023, '2023年未发生孕产妇死亡', 0, need='also', note='said in words')
for f in (make_docs.bulletin23, make_docs.bulletin24, make_docs.yearbook, make_docs.bureau, make_sheets.mch, make_sheets.cdc, make_sheets.medical, make_sheets.primary, make_sheets.insurance, make_sheets.planning): f()
trap('gov_health_expenditure', 2024, make_sheets.T['@财政医疗卫生支出万元'][2024], 'expected, not final (预计数)', place='经费!I4', unit_='万元')
def write(fn, cols, rows):
    with open(os.path.join(HERE, fn), 'w', encoding='utf-8-sig', newline='') as f:
        w = csv.DictWriter(f, cols, lineterminator='\n'); w.writeheader(); w.writerows(rows)
write('figures.csv', 'file,place,indicator,name,area,year,period,value,unit,numerator,denominator,printed,kind,need,note'.split(','), FIG)
write('traps.csv', 'file,place,indicator,name,area,year,printed,unit,why'.split(','), TRAP)
out = []
for g in make_plan.GOALS:
    hits = [f for f in FIG if f['area'] == D and f['kind'] in ('level', 'previous') and (f['indicator'] == g['id'] if g['id'] in REG else f['name'] == name(g['id']))]
    years = sorted({f['year'] for f in hits})
    files = {}
    for f in hits: files.setdefault(f['file'], set()).add(f['year'])
    out.append(dict(goal=g['goal'], name=name(g['id']) if g['id'] in REG else g['name'], indicator=reg(g['id']), comparator=g['comparator'], value=g['value'], unit=g['unit'], registered_unit=g['registered_unit'],
        deadline=g['deadline'], place=g['place'], evidence=g['evidence'], years=len(years), series=';'.join(f"{y}={num(T[g['id']][y])}" for y in years),
        files=';'.join(f"{fn}:{'/'.join(map(str, sorted(ys)))}" for fn, ys in sorted(files.items())), note=g['note']))
write('truth.csv', 'goal,name,indicator,comparator,value,unit,registered_unit,deadline,place,evidence,years,series,files,note'.split(','), out)
print(len(out), 'goals', sum(not o['years'] for o in out), 'without a figure;', len(FIG), 'figures;', len(TRAP), 'traps')
