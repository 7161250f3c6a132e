"""Tables as offices and portals have them, each kind by several hands, with the figures that they hold.

``|`` stands between cells; a name that ends in .xlsx is a workbook (``name.xlsx:sheet``). A figure is measure, area,
year, value and, where there is one, the group.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Laid:
    """One table: the layout it stands for, its file, its lines, the figures in it or the one fault it is refused for."""

    layout: str
    file: str
    text: str
    holds: str = ""
    refused: str = ""
    merged: tuple[str, ...] = ()
    encoding: str = "utf-8"


TABLES = (
    # --- the statistics bureau's exports
    Laid("bureau, provinces", "fsnd.csv", "数据库：分省年度数据||\n指标：每万人拥有注册护士数(人)||\n时间：最近2年||\n地区|2024年|2023年\n重庆市|45|43\n广东省|40|\n数据来源：国家统计局||",
         "nurses_per_1000 chongqing 2024 4.5; nurses_per_1000 chongqing 2023 4.3; nurses_per_1000 guangdong 2024 4.0", encoding="gbk"),
    Laid("bureau, provinces", "a.xlsx:分省年度数据", "数据库：分省年度数据\n指标：婴儿死亡率(‰)\n时间：2022-2023\n地区|2023年|2022年\n重庆市|2.9|3.1\n\n注：2023年为快报数。\n数据来源：国家统计局",
         "infant_mortality_rate chongqing 2023 2.9; infant_mortality_rate chongqing 2022 3.1"),
    Laid("bureau, provinces", "b.csv", "指标：卫生机构床位数（万张）\n时间|重庆市|山东省\n2022年|24.9|68.0\n2021年|24.1|67.4\n数据来源：国家统计局",
         "beds_total chongqing 2022 249000; beds_total shandong 2022 680000; beds_total chongqing 2021 241000; beds_total shandong 2021 674000"),
    Laid("bureau, nation", "ndsj.csv", "数据库：年度数据||\n时间：最近2年||\n指标|2024年|2023年\n卫生技术人员数(万人)|1302|1248.8\n每万人拥有执业(助理)医师数(人)|36|34\n注：1.分母系常住人口。||\n数据来源：国家统计局||",
         "health_technicians china 2024 13020000; health_technicians china 2023 12488000; physicians_per_1000 china 2024 3.6; physicians_per_1000 china 2023 3.4", encoding="gbk"),
    Laid("bureau, nation", "c.xlsx:Sheet1", "数据库：年度数据\n时间：2023年-2024年\n指标|2024年|2023年\n每万人医疗机构床位数（张）|73|72\n数据来源：国家统计局", "beds_per_1000 china 2024 7.3; beds_per_1000 china 2023 7.2"),
    Laid("bureau, nation", "d.csv", "国家统计局 年度数据，全国\n指标\t2023年\t2022年\n婴儿死亡率(‰)\t4.5\t4.9\n".replace("\t", "|"), "infant_mortality_rate china 2023 4.5; infant_mortality_rate china 2022 4.9"),
    # --- heads of two rows and merged ones
    Laid("two-level heads", "e.xlsx:S", "指标|单位|2022年||2023年|\n||合计|其中：农村|合计|其中：农村\n婴儿死亡率|‰|3.1|3.5|3.0|3.4",
         "infant_mortality_rate dazu 2022 3.1; infant_mortality_rate dazu 2022 3.5 rural; infant_mortality_rate dazu 2023 3.0; infant_mortality_rate dazu 2023 3.4 rural", merged=("A1:A2", "B1:B2", "C1:D1", "E1:F1"), ),
    Laid("two-level heads", "f.csv", "指标|地区|单位|2022年|其中：农村|2023年|其中：农村\n婴儿死亡率|大足区|‰|3.1|3.5|3.0|3.4",
         "infant_mortality_rate dazu 2022 3.1; infant_mortality_rate dazu 2022 3.5 rural; infant_mortality_rate dazu 2023 3.0; infant_mortality_rate dazu 2023 3.4 rural"),
    Laid("two-level heads", "g.xlsx:S", "地区|2022年||2023年|\n|医院数|每千人口注册护士数|医院数|每千人口注册护士数\n大足区|12|3.2|13|3.3\n綦江区|14|3.3|14|3.4",
         "hospitals_total dazu 2022 12; nurses_per_1000 dazu 2022 3.2; hospitals_total dazu 2023 13; nurses_per_1000 dazu 2023 3.3; hospitals_total qijiang 2022 14; nurses_per_1000 qijiang 2022 3.3; hospitals_total qijiang 2023 14; nurses_per_1000 qijiang 2023 3.4", merged=("A1:A2", "B1:C1", "D1:E1")),
    Laid("two-level heads", "h.xlsx:S", "地 区|医院数（个）||婴儿死亡率（‰）|\n|2022|2023|2022|2023\n大 足 区|12|13|3.1|3.0",
         "hospitals_total dazu 2022 12; hospitals_total dazu 2023 13; infant_mortality_rate dazu 2022 3.1; infant_mortality_rate dazu 2023 3.0", merged=("A1:A2", "B1:C1", "D1:E1")),
    Laid("two-level heads", "i.xlsx:大足区", "年份|机构||死亡率\n|医院数|乡镇卫生院数|婴儿死亡率（‰）\n2022年|12|20|3.1\n2023年度|13|20|3.0",
         "hospitals_total dazu 2022 12; township_hospitals dazu 2022 20; infant_mortality_rate dazu 2022 3.1; hospitals_total dazu 2023 13; township_hospitals dazu 2023 20; infant_mortality_rate dazu 2023 3.0", merged=("A1:A2", "B1:C1")),
    # --- a district's own table, the area outside its columns
    Laid("no column of areas", "j.xlsx:S", "大足区2021—2022年卫生资源情况\n指标|单位|2021年|2022年\n每千人口注册护士数|人/千人|3.1|3.3\n注：数据来自年报", "nurses_per_1000 dazu 2021 3.1; nurses_per_1000 dazu 2022 3.3"),
    Laid("no column of areas", "k.xlsx:北碚区", "指标|单位|2021年\n医院数|个|10", "hospitals_total 北碚区 2021 10"),
    Laid("no column of areas", "万盛经开区妇幼.csv", "指标|年份|数值|单位\n婴儿死亡率|2021|3.1|‰\n婴儿死亡率|2022|3.0|‰", "infant_mortality_rate wansheng 2021 3.1; infant_mortality_rate wansheng 2022 3.0"),
    Laid("no column of areas", "l.xlsx:S", "表2-1 重庆市大足区主要卫生指标\n填报单位：大足区卫生健康委　单位：个\n\n|2021年|2022年\n医院数|12|13", "hospitals_total dazu 2021 12; hospitals_total dazu 2022 13"),
    Laid("no column of areas", "m.csv", "指标|年份|数值\n医院数|2021|12\n医院数|2022|12", refused="HEAD-AREA"),
    Laid("no column of areas", "n.xlsx:S", "大足区与綦江区卫生指标\n指标|2021年|2022年\n医院数|12|13", refused="HEAD-AREA"),
    Laid("no column of areas", "全市各区社区卫生.xlsx:S", "指标|2021年|2022年\n医院数|12|13", refused="HEAD-AREA"),
    # --- indicators as columns, areas as columns
    Laid("indicators as columns", "o.xlsx:大足区", "年份|婴儿死亡率（‰）|医院数（个）\n2021年|3.1|11\n2022年|3.0|12", "infant_mortality_rate dazu 2021 3.1; hospitals_total dazu 2021 11; infant_mortality_rate dazu 2022 3.0; hospitals_total dazu 2022 12"),
    Laid("indicators as columns", "p.xlsx:S", "2023年各区县卫生资源\n地区|医院数|医疗卫生机构床位数（张）\n大足区|12|4100\n綦江区|14|5100", "hospitals_total dazu 2023 12; beds_total dazu 2023 4100; hospitals_total qijiang 2023 14; beds_total qijiang 2023 5100"),
    Laid("indicators as columns", "q.csv", "地区|年份|医院数|婴儿死亡率（‰）\n大足区|2022|12|3.1\n大足区|2023|13|3.0", "hospitals_total dazu 2022 12; infant_mortality_rate dazu 2022 3.1; hospitals_total dazu 2023 13; infant_mortality_rate dazu 2023 3.0"),
    Laid("indicators as columns", "r.xlsx:S", "大足区\n年份|医院数|婴儿死亡率\n|个|‰\n2022|12|3.1", "hospitals_total dazu 2022 12; infant_mortality_rate dazu 2022 3.1"),
    Laid("areas as columns", "s.xlsx:S", "2023年主要指标\n指标|单位|大足区|綦江区|丙县\n医院数|个|12|14|9", "hospitals_total dazu 2023 12; hospitals_total qijiang 2023 14; hospitals_total 丙县 2023 9"),
    Laid("areas as columns", "t.xlsx:医院数", "年份|大足区|綦江区\n2022年|12|14\n2023年|13|14", "hospitals_total dazu 2022 12; hospitals_total qijiang 2022 14; hospitals_total dazu 2023 13; hospitals_total qijiang 2023 14"),
    Laid("areas as columns", "u.csv", "婴儿死亡率（‰）|\n|大足区|綦江区\n2022|3.1|2.9\n2023|3.0|2.8", "infant_mortality_rate dazu 2022 3.1; infant_mortality_rate qijiang 2022 2.9; infant_mortality_rate dazu 2023 3.0; infant_mortality_rate qijiang 2023 2.8"),
    # --- names under names
    Laid("names under names", "fa.xlsx:大足区", "指标|2022年|2023年\n一、机构总数|221|223\n  1.医院|7|8\n  2.乡镇卫生院|9|9\n二、实有床位合计|1512|1558\n  其中：医院|1102|1140\n        乡镇卫生院|286|290",
         "institutions_total dazu 2022 221; institutions_total dazu 2023 223; hospitals_total dazu 2022 7; hospitals_total dazu 2023 8; township_hospitals dazu 2022 9; township_hospitals dazu 2023 9; beds_total dazu 2022 1512; beds_total dazu 2023 1558; hospital_beds dazu 2022 1102; hospital_beds dazu 2023 1140; township_beds dazu 2022 286; township_beds dazu 2023 290"),
    Laid("names under names", "fb.xlsx:大足区", "工作内容|指标|2022年|2023年\n高血压患者健康管理|在管人数（人）|25140|25860\n|规范管理率（%）|66.1|67.0\n家庭医生签约|签约居民数（人）|95784|103280",
         "hypertension_managed_count dazu 2022 25140; hypertension_managed_count dazu 2023 25860; hypertension_standard_mgmt_rate dazu 2022 66.1; hypertension_standard_mgmt_rate dazu 2023 67.0; family_doctor_signed dazu 2022 95784; family_doctor_signed dazu 2023 103280", merged=("A2:A3",)),
    Laid("names under names", "fc.xlsx:大足区", "年份|活产数|孕产妇死亡||儿童保健（%）\n||人数|死亡率|3岁以下系统管理率\n2022年|2438|1|41.02|89.4\n2023年|2360|0|0|90.1\n五年合计（2019-2023）|9782|2||",
         "live_births dazu 2022 2438; live_births dazu 2023 2360; maternal_deaths dazu 2022 1; maternal_deaths dazu 2023 0; maternal_mortality_rate dazu 2022 41.02; maternal_mortality_rate dazu 2023 0; child_u3_mgmt_rate dazu 2022 89.4; child_u3_mgmt_rate dazu 2023 90.1; live_births dazu 2023 9782; maternal_deaths dazu 2023 2", merged=("A1:A2", "B1:B2", "C1:D1")),
    Laid("names under names", "fd.xlsx:大足区", "年份|床位（张/千人）|注册护士（人/千人）\n2022|5.81|3.24\n2023|5.70|3.12\n年均|5.76|3.18", "beds_per_1000 dazu 2022 5.81; beds_per_1000 dazu 2023 5.70; nurses_per_1000 dazu 2022 3.24; nurses_per_1000 dazu 2023 3.12"),
    Laid("tables side by side", "fe.xlsx:S", "表1 大足区机构数（个）||||表2 2023年各县（区）卫生人员|\n类别|2022年|2023年||县（区）|注册护士（人）\n医院|19|20||大足区|731\n||||綦江区|650", "hospitals_total dazu 2022 19; hospitals_total dazu 2023 20; nurses dazu 2023 731; nurses qijiang 2023 650"),
    Laid("names under names", "ff.xlsx:大足区", "指标|范围|2022|2023|2024.1-6\n婴儿死亡率（‰）|大足区|3.1|3.0|2.9\n婴儿死亡率（‰）|綦江区|2.9|2.8|2.7", "infant_mortality_rate dazu 2022 3.1; infant_mortality_rate dazu 2023 3.0; infant_mortality_rate qijiang 2022 2.9; infant_mortality_rate qijiang 2023 2.8"),
    # --- several tables on a sheet
    Laid("tables side by side", "v.xlsx:大足区", "指标|2022年|2023年||指标|2022年|2023年\n医院数|12|13||婴儿死亡率（‰）|3.1|3.0", "hospitals_total dazu 2022 12; hospitals_total dazu 2023 13; infant_mortality_rate dazu 2022 3.1; infant_mortality_rate dazu 2023 3.0"),
    Laid("tables side by side", "w.xlsx:S", "大足区医院数\n年份|数值|年份|数值\n2020|11|2022|12\n2021|11|2023|13", "hospitals_total dazu 2020 11; hospitals_total dazu 2022 12; hospitals_total dazu 2021 11; hospitals_total dazu 2023 13"),
    Laid("tables side by side", "x.csv", "2023年医院数||||\n地区|医院数||地区|医院数\n大足区|12||綦江区|14\n万州区|30||南山区|16", "hospitals_total dazu 2023 12; hospitals_total qijiang 2023 14; hospitals_total wanzhou 2023 30; hospitals_total nanshan 2023 16"),
    Laid("tables one below the other", "y.xlsx:S", "表1 大足区卫生机构\n指标|2022年|2023年\n医院数|12|13\n\n表2 綦江区卫生机构\n指标|2022年|2023年\n医院数|14|15", "hospitals_total dazu 2022 12; hospitals_total dazu 2023 13; hospitals_total qijiang 2022 14; hospitals_total qijiang 2023 15"),
    Laid("tables one below the other", "z.csv", "婴儿死亡率（‰）||\n地区|2022年|2023年\n大足区|3.1|3.0\n||\n医院数（个）||\n地区|2022年|2023年\n大足区|12|13", "infant_mortality_rate dazu 2022 3.1; infant_mortality_rate dazu 2023 3.0; hospitals_total dazu 2022 12; hospitals_total dazu 2023 13"),
    Laid("tables one below the other", "aa.xlsx:S", "指标|单位|2022年|2023年\n大足区\n医院数|个|12|13\n綦江区\n医院数|个|14|15", "hospitals_total dazu 2022 12; hospitals_total dazu 2023 13; hospitals_total qijiang 2022 14; hospitals_total qijiang 2023 15"),
    Laid("this year and last", "ab.xlsx:S", "2023年大足区卫生统计年报\n指标名称|计量单位|本年|上年|增长%\n医院数|个|13|12|8.3", "hospitals_total dazu 2023 13; hospitals_total dazu 2022 12"),
    Laid("groups as columns", "ac.xlsx:S", "大足区婴儿死亡率\n年份|合计|城市|农村\n2022|3.1|2.8|3.4", "infant_mortality_rate dazu 2022 3.1; infant_mortality_rate dazu 2022 2.8 urban; infant_mortality_rate dazu 2022 3.4 rural"),
    Laid("measures of rows and columns", "ad.xlsx:大足区", "病种|2022年||2023年|\n|发病数|发病率（1/10万）|发病数|发病率（1/10万）\n肺结核|410|49.1|380|45.5",
         "tb_cases dazu 2022 410; tb_incidence dazu 2022 49.1; tb_cases dazu 2023 380; tb_incidence dazu 2023 45.5", merged=("A1:A2", "B1:C1", "D1:E1")),
    Laid("measures of rows and columns", "ae.csv", "大足区2023年传染病\n疾病名称|发病数|死亡数\n肺结核|380|1", "tb_cases dazu 2023 380; 肺结核死亡数 dazu 2023 1"),
    Laid("measures of rows and columns", "2-3 綦江区卫生机构.xlsx:S", "序号|项 目|计量单位|2022年|2023年\n1|医疗卫生机构数|个|415|411\n2|  其中：医院|个|15|16\n合计||||427",
         "institutions_total qijiang 2022 415; institutions_total qijiang 2023 411; hospitals_total qijiang 2022 15; hospitals_total qijiang 2023 16"),
    Laid("areas and measures above years", "af.xlsx:S", "年 份|大足区||綦江区|\n|婴儿死亡率（‰）|医院数|婴儿死亡率（‰）|医院数\n2022|3.0|12|2.8|14", "infant_mortality_rate dazu 2022 3.0; hospitals_total dazu 2022 12; infant_mortality_rate qijiang 2022 2.8; hospitals_total qijiang 2022 14", merged=("A1:A2", "B1:C1", "D1:E1")),
    Laid("areas and measures above years", "ag.xlsx:S", "指标|大足区||綦江区|\n|2022|2023|2022|2023\n医院数（个）|12|13|14|15", "hospitals_total dazu 2022 12; hospitals_total dazu 2023 13; hospitals_total qijiang 2022 14; hospitals_total qijiang 2023 15", merged=("A1:A2", "B1:C1", "D1:E1")),
    Laid("areas and measures above years", "ah.xlsx:2023年", "各区县医疗资源\n区县|常住人口（万人）|床位数（张）\n大足区|83.5|5200\n全市|3213|250000", "population_resident dazu 2023 835000; beds_total dazu 2023 5200; population_resident 全市 2023 32130000; beds_total 全市 2023 250000"),
    Laid("one column of numbers", "ai.csv", "报表名称：妇幼卫生年报\n填报地区：大足区\n统计年份：2023年\n项目|本区数\n婴儿死亡率（‰）|3.1", "infant_mortality_rate dazu 2023 3.1"),
    Laid("one column of numbers", "aj.xlsx:2023年", "己区卫生健康事业主要指标\n\n指标|单位|绝对数|比上年增长（%）\n医院数|个|12|1.2", "hospitals_total 己区 2023 12"),
    Laid("one column of numbers", "al.xlsx:S", "卫生健康统计简表\n地区：大足区||时间：2023年\n指标|单位|数量\n医院数|个|12", "hospitals_total dazu 2023 12"),
    Laid("one column of numbers", "ak.xlsx:S", "附件2\n2023年度戊县基层卫生机构情况统计表\n序号|指标|数量|单位\n1|乡镇卫生院数|18|个\n合计||18|", "township_hospitals 戊县 2023 18"),
    # --- portals
    Laid("World Bank", "API_SP.csv", '"Data Source"|"World Development Indicators"|\n\n"Last Updated Date"|"2025-07-01"|\n\n"Country Name"|"Country Code"|"Indicator Name"|"Indicator Code"|"2020"|"2021"|\n"China"|"CHN"|"Life expectancy at birth, total (years)"|"SP.DYN.LE00.IN"|"78.1"|"78.2"|', "life_expectancy china 2020 78.1; life_expectancy china 2021 78.2"),
    Laid("World Bank", "Data.csv", "Country Name|Country Code|Series Name|Series Code|2020 [YR2020]|2021 [YR2021]\nChina|CHN|Physicians (per 1,000 people)|SH.MED|2.4|..\n|||||\nData from database: World Development Indicators|||||\nLast Updated: 07/01/2025|||||", "physicians_per_1000 china 2020 2.4"),
    Laid("World Bank", "time.csv", "Country Name|Country Code|Time|Time Code|Physicians (per 1,000 people) [SH.MED.PHYS.ZS]\nChina|CHN|2019|YR2019|2.4", "physicians_per_1000 china 2019 2.4"),
    Laid("World Bank", "long.csv", "Country Name|Country Code|Indicator Name|Indicator Code|Year|Value\nChina|CHN|Hospital beds (per 1,000 people)|SH|2020|5.0", "hospital_beds_per_1000 china 2020 5.0"),
    Laid("WHO", "data.csv", "IndicatorCode|Indicator|ValueType|Location type|SpatialDimValueCode|Location|Period type|Period|Dim1 type|Dim1|FactValueNumeric|FactValueNumericLow|Value\nWHOSIS_000001|Life expectancy at birth (years)|text|Country|CHN|China|Year|2019|Sex|Both sexes|77.4|76|77.4 [76-78]\nWHOSIS_000001|Life expectancy at birth (years)|text|Country|CHN|China|Year|2019|Sex|Male|74.7||74.7", "life_expectancy china 2019 77.4; life_expectancy china 2019 74.7 male"),
    Laid("WHO", "xmart.csv", "GHO (CODE)|GHO (DISPLAY)|GHO (URL)|YEAR (DISPLAY)|COUNTRY (CODE)|COUNTRY (DISPLAY)|SEX (CODE)|SEX (DISPLAY)|Display Value|Numeric|Low\nMDG_1|Infant mortality rate|http|2020|CHN|China|FMLE|Female|5.1 [4-6]|5.1|4", "infant_mortality_rate china 2020 5.1 female"),
    Laid("WHO", "odata.csv", "Id|IndicatorCode|SpatialDimType|SpatialDim|TimeDim|Dim1Type|Dim1|Value|NumericValue|Low|High\n1|WHOSIS_000001|COUNTRY|CHN|2019|SEX|SEX_FMLE|80.5|80.5||", "WHOSIS_000001 CHN 2019 80.5 female"),
    Laid("Our World in Data", "le.csv", "Entity|Code|Year|Life expectancy - Sex: all - Age: at birth\nChina|CHN|2020|78.0\nJapan|JPN|2021|84.8", "Life~expectancy~-~Sex:~all~-~Age:~at~birth china 2020 78.0; Life~expectancy~-~Sex:~all~-~Age:~at~birth Japan 2021 84.8"),
    Laid("Our World in Data", "short.csv", "entity|code|year|infant_mortality|owid_region\nChina|CHN|2020|5.4|Asia\nChina|CHN|2021||Asia", "infant_mortality_rate china 2020 5.4"),
    Laid("Our World in Data", "two.csv", "Entity|Code|Year|Physicians per 1000|Beds per 1000\nChina|CHN|2019|2.4|\nChina|CHN|2020||5.0", "physicians_per_1000 china 2019 2.4; beds_per_1000 china 2020 5.0"),
    Laid("other portals", "estat.tsv", "freq,unit,geo\\TIME_PERIOD|2020 |2021 \nA,YR,AT|81.3 |81.2 b", refused="HEAD-FORMAT"),
    Laid("other portals", "sdmx.csv", "DATAFLOW|REF_AREA|INDICATOR|TIME_PERIOD|OBS_VALUE|UNIT_MEASURE\nX|CHN|IMR|2020|5.4|PER_1000", refused="HEAD-FORMAT"),
    Laid("other portals", "indicators.csv", "Indicator ID|Indicator Name|Parent Code|Area Code|Area Name|Sex|Age|Time period|Value\n1|Mortality|E1|E2|Kent|Persons|All|2020|300", refused="HEAD-FORMAT"),
    Laid("other portals", "dhis.csv", "Data|Period|Organisation unit|Value\nANC 1|2023|Bo|120", refused="HEAD-FORMAT"),
    Laid("other portals", "sdg.csv", "Year|Sex|Units|Value\n2020||%|4.1", refused="HEAD-FORMAT"),
    # --- sheets that departments send back
    Laid("a rate beside its counts", "ba.xlsx:綦江区", "类别|名称|2022年|||2023年||\n||应查人数|实查人数|比例（%）|应查人数|实查人数|比例（%）\n新生儿|新生儿访视率|800|760|95|750|720|96\n孕产妇|产妇系统管理率|900|800|91.5|800|700|87.5",
         "newborn_visit_rate qijiang 2022 95; newborn_visit_rate qijiang 2023 96; maternal_mgmt_rate qijiang 2022 91.5; maternal_mgmt_rate qijiang 2023 87.5; 孕产妇应查人数 qijiang 2022 900; 孕产妇实查人数 qijiang 2022 800", merged=("A1:A2", "B1:B2", "C1:E1", "F1:H1")),
    Laid("a rate beside its counts", "bb.xlsx:S", "丁区2021年与2022年管理情况\n指标|2021年||2022年|\n|合计|其中：直属医院|合计|其中：直属医院\n注册护士数（人）|900|300|950|310\n每千人口注册护士数|3.1|—|3.2|—", "nurses 丁区 2021 900; nurses 丁区 2022 950; nurses_per_1000 丁区 2021 3.1; nurses_per_1000 丁区 2022 3.2", merged=("A2:A3", "B2:C2", "D2:E2")),
    Laid("a rate beside its counts", "bc.xlsx:戊县", "指标|2022年||\n|数值|分母|分子\n新生儿访视率（%）|90|1000|900", "newborn_visit_rate 戊县 2022 90", merged=("A1:A2", "B1:D1")),
    Laid("a rate beside its counts", "ca.xlsx:丙区", "指标名称|2023年|||2024年||\n|分子|分母|率(%)|分子|分母|率(%)\n新生儿访视率|760|800|95|720|750|96", "newborn_visit_rate 丙区 2023 95; newborn_visit_rate 丙区 2024 96", merged=("A1:A2", "B1:D1", "E1:G1")),
    Laid("subjects by measures", "cb.xlsx:S", "丙区2024年服务情况\n项目|应查人数（人）|规范管理率（%）\n高血压患者|4000|75\n2型糖尿病患者|1000|70", "高血压患者应查人数 丙区 2024 4000; 2型糖尿病患者应查人数 丙区 2024 1000; hypertension_standard_mgmt_rate 丙区 2024 75; diabetes_standard_mgmt_rate 丙区 2024 70"),
    Laid("subjects by measures", "cc.xlsx:乙县", "服务类别|2023年||2024年|\n|建册人数|规范管理率（%）|建册人数|规范管理率（%）\n高血压患者|4000|75|4100|75.6", "高血压患者建册人数 乙县 2023 4000; hypertension_standard_mgmt_rate 乙县 2023 75; 高血压患者建册人数 乙县 2024 4100; hypertension_standard_mgmt_rate 乙县 2024 75.6", merged=("A1:A2", "B1:C1", "D1:E1")),
    Laid("subjects by measures", "cd.csv", "丁县2023年|\n项目|报告发病率（1/10万）|死亡数\n肺结核|41.2|1", "tb_incidence 丁县 2023 41.2; 肺结核死亡数 丁县 2023 1"),
    Laid("both levels make the name", "bd.xlsx:大足区", "年度|护理与医师（人）||床位（张）||每千常住人口|\n|注册护士|执业（助理）医师|总数|其中：医院|床位（张）|药师（人）\n2022年|850|700|2100|1600|5.1|0.4\n2023年|870|720|2200|1650|5.2|0.5",
         "nurses dazu 2022 850; physicians dazu 2022 700; beds_total dazu 2022 2100; hospital_beds dazu 2022 1600; beds_per_1000 dazu 2022 5.1; pharmacists_per_1000 dazu 2022 0.4; nurses dazu 2023 870; physicians dazu 2023 720; beds_total dazu 2023 2200; hospital_beds dazu 2023 1650; beds_per_1000 dazu 2023 5.2; pharmacists_per_1000 dazu 2023 0.5", merged=("A1:A2", "B1:C1", "D1:E1", "F1:G1")),
    Laid("both levels make the name", "be.csv", "己县卫生人力|||\n年份|卫生人员（人）||每万人口\n|小计|全科医生|全科医生（人）\n2023年|1200|60|3.1", "health_workers_total 己县 2023 1200; gps 己县 2023 60; gps_per_10000 己县 2023 3.1"),
    Laid("both levels make the name", "bf.xlsx:S", "庚区人员\n年份|卫生技术人员（人）|\n|合计|其中：编外护工\n2023年|1100|20\n2024年|1150|25", "health_technicians 庚区 2023 1100; health_technicians 庚区 2024 1150", merged=("A2:A3", "B2:C2")),
    Laid("both levels make the name", "ce.xlsx:丙区", "年份|民营医院||机构|\n|床位数（张）|平均住院日（天）|医院数|村卫生室数\n2022|300|7.5|12|90", "beds_total 丙区 2022 300 private_hospitals; avg_length_of_stay 丙区 2022 7.5 private_hospitals; hospitals_total 丙区 2022 12; village_clinics 丙区 2022 90", merged=("A1:A2", "B1:C1", "D1:E1")),
    Laid("both levels make the name", "cg.xlsx:丁区", "年份|县级医院||农村|\n|床位数（张）|平均住院日（天）|婴儿死亡率（‰）|孕产妇死亡率（1/10万）\n2022|300|7.5|3.4|12.5", "县级医院床位数 丁区 2022 300; 县级医院平均住院日 丁区 2022 7.5; infant_mortality_rate 丁区 2022 3.4 rural; maternal_mortality_rate 丁区 2022 12.5 rural", merged=("A1:A2", "B1:C1", "D1:E1")),
    Laid("both levels make the name", "cf.csv", "乙县疾病监测\n年度|肺结核||艾滋病|\n|报告发病率（1/10万）|死亡数（人）|检测率（%）|死亡数（人）\n2023|38|1|40|2", "tb_incidence 乙县 2023 38; 肺结核死亡数 乙县 2023 1; hiv_test_rate 乙县 2023 40; 艾滋病死亡数 乙县 2023 2"),
    Laid("rows that are no year", "bg.xlsx:大足区", "年份|平均住院日（天）|医院数（个）\n2023年|8.4|12\n2024年|8.2|13\n2025年前三季度|8.1|\n2025年度任务|8.0|14\n目标值（2026年）|7.9|15", "avg_length_of_stay dazu 2023 8.4; avg_length_of_stay dazu 2024 8.2; hospitals_total dazu 2023 12; hospitals_total dazu 2024 13"),
    Laid("rows that are no year", "bh.csv", "辛区|||\n指标|年度|数值|单位\n住院分娩率|2023|99.9|%\n住院分娩率|2024年1—6月|99.8|%\n住院分娩率|2025年计划|100|%", "hospital_delivery_rate 辛区 2023 99.9"),
    Laid("rows that are no year", "bi.xlsx:S", "壬县\n年份|活产数|孕产妇死亡|孕产妇死亡率（1/10万）\n2023|4000|1|25\n2024|4100|0|0\n两年合计|8100|1|", "live_births 壬县 2023 4000; live_births 壬县 2024 4100; maternal_deaths 壬县 2023 1; maternal_deaths 壬县 2024 0; maternal_mortality_rate 壬县 2023 25; maternal_mortality_rate 壬县 2024 0"),
    Laid("parts of a year beside it", "bj.xlsx:癸区", "指标|单位|2022年|||2023年||\n||1-6月|前三季度|全年|1-6月|前三季度|全年累计\n平均住院日|天|9.1|9.0|8.9|8.8|8.7|8.6", "avg_length_of_stay 癸区 2022 8.9; avg_length_of_stay 癸区 2023 8.6", merged=("A1:A2", "B1:B2", "C1:E1", "F1:H1")),
    Laid("parts of a year beside it", "bk.csv", "子县|||\n项目|2023年||\n|第一季度|上半年|全年\n患者满意度（%）|88|89|90.5", "patient_satisfaction_rate 子县 2023 90.5"),
    Laid("parts of a year beside it", "bl.xlsx:丑区", "年度|医疗费用增长幅度（%）|人口自然增长率（‰）\n2022|5.2|0.7\n2023|-1.3|-0.1", "medical_cost_growth 丑区 2022 5.2; medical_cost_growth 丑区 2023 -1.3; natural_growth_rate 丑区 2022 0.7; natural_growth_rate 丑区 2023 -0.1"),
    Laid("goal, result and share", "bm.xlsx:2023年", "寅区2023年托育工作\n序号|指标|计量单位|指标任务|全年完成|任务完成率（%）\n1|新增托位数|个|500|520|104", "nursery_places_added 寅区 2023 520"),
    Laid("goal, result and share", "bn.csv", "卯县2022年目标完成情况|||\n指标|年度目标|实际完成情况|目标完成进度\n普惠托位占比（%）|50|51.5|103%", "inclusive_nursery_place_share 卯县 2022 51.5"),
    Laid("goal, result and share", "bo.xlsx:S", "辰区\n指标|2022年|||2023年||\n|目标|完成|完成率|目标|完成|完成率\n新增托位数（个）|100|110|110|120|126|105", "nursery_places_added 辰区 2022 110; nursery_places_added 辰区 2023 126", merged=("A2:A3", "B2:D2", "E2:G2")),
    Laid("years over whole tables", "bp.xlsx:巳区", "2022年||||2023年||\n指标|单位|数值||指标|单位|数值\n婴儿死亡率|‰|3.1||婴儿死亡率|‰|3.0\n医院数|个|12||医院数|个|13", "infant_mortality_rate 巳区 2022 3.1; hospitals_total 巳区 2022 12; infant_mortality_rate 巳区 2023 3.0; hospitals_total 巳区 2023 13", merged=("A1:C1", "E1:G1")),
    Laid("years over whole tables", "bq.xlsx:S", "午县指标\n2021年度||2022年度|\n指标名称|数值|指标名称|数值\n住院分娩率（%）|99.8|住院分娩率（%）|99.9", "hospital_delivery_rate 午县 2021 99.8; hospital_delivery_rate 午县 2022 99.9", merged=("A2:B2", "C2:D2")),
    Laid("years over whole tables", "br.csv", "未区|||||\n2022年|||2023年||\n指标|单位|数值|指标|单位|数值\n医院数|个|12|医院数|个|13", "hospitals_total 未区 2022 12; hospitals_total 未区 2023 13"),
    Laid("a note that disowns", "bs.xlsx:申区", "年份|住院分娩率（%）|入院人次（人次）|备注\n2021|99.8|61200|\n2022|99.9|6.3|入院人次误填为万人次，应为63000人次，已核实\n2023|99.7|64100|", "hospital_delivery_rate 申区 2021 99.8; hospital_delivery_rate 申区 2022 99.9; hospital_delivery_rate 申区 2023 99.7; inpatient_admissions 申区 2021 6.12; inpatient_admissions 申区 2023 6.41"),
    Laid("a note that disowns", "bt.csv", "酉县||||\n指标|2021年|2022年|2023年|备注\n健康档案使用率（%）|50.1|52.3|.545|2023年已核实：格式为小数，即54.5%\n健康档案建档率（%）|90.1|.923|93.5|2022年已核实，单元格是小数", "health_record_use_rate 酉县 2021 50.1; health_record_use_rate 酉县 2022 52.3; health_record_rate 酉县 2021 90.1; health_record_rate 酉县 2023 93.5"),
    Laid("a note that disowns", "bu.csv", "戌区|||\n指标|2022年|2023年|备注\n三级医院数（个）|2|3|原误填为30，已更正为3，已核实\n健康档案使用率（%）|52.3|54.5|2023年已核实，实为54.5%", "tertiary_hospitals 戌区 2022 2; tertiary_hospitals 戌区 2023 3; health_record_use_rate 戌区 2022 52.3; health_record_use_rate 戌区 2023 54.5"),
)  # fmt: skip
