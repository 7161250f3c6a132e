"""The registers that the tables refer to: indicators, areas and how they lie in one another, sources, departments."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from healthplan import files, tables, workspace
from healthplan.errors import Fault, InputError, refuse, system_words
from healthplan.language import meaning, names
from healthplan.messages import text
from healthplan.workspace import Workspace

READ = 64  # tables that a session keeps, the newest ones
RANKS = {"国": "nation", "省": "province", "自治区": "province", "市": "city", "州": "city",
         "区": "district", "县": "district"}  # fmt: skip
_OWN_WORDS = re.compile("(?:全|本|我)(?P<rank>自治区|国|省|市|州|区|县)(?:平均|平均水平|合计)?")


@dataclass(frozen=True)
class AreaTree:
    """Which area lies in which. ``parent`` and ``rank`` by area id; an area without a parent has ``""``."""

    parent: Mapping[str, str]
    rank: Mapping[str, str]

    def inside(self, area: str) -> tuple[str, ...]:
        """The areas that lie directly in this one, in the order of the register."""
        return tuple(one for one, up in self.parent.items() if up == area)

    def above(self, area: str) -> tuple[str, ...]:
        """The larger areas above this one, nearest first; a circle ends where it closes."""
        line = [area]
        while (up := self.parent.get(line[-1], "")) and up not in line:
            line.append(up)
        return tuple(line[1:])

    def meant(self, word: str, area: str) -> str:
        """The area that 全市, 全省 or 本区 is in a paper of ``area``: that itself or one above it; empty for any other
        word."""
        found = _OWN_WORDS.fullmatch(word)
        return self.of_rank(RANKS[found["rank"]], (area, *self.above(area))) if found else ""

    def of_rank(self, rank: str, line: Sequence[str]) -> str:
        """The first area of a rank in a ``line`` of areas; for a city that is none the province, which a municipality is."""
        ranked = {self.rank.get(one, ""): one for one in reversed(line)}
        return ranked.get(rank) or (ranked.get("province", "") if rank == "city" else "")

    def peers(self, area: str) -> tuple[str, ...]:
        """The other areas of the same rank in the same larger area; none for one that lies in no other."""
        up = self.parent.get(area, "")
        same = (up, self.rank.get(area, ""))
        found = [other for other in self.parent if (self.parent[other], self.rank[other]) == same]
        return tuple(other for other in found if up and other != area)

    def among(self, area: str, whole: str) -> tuple[str, ...]:
        """The other areas of the same rank in ``whole``, however far inside; its peers where ``whole`` is not named."""
        if not whole:
            return self.peers(area)
        rank = self.rank.get(area, "")
        found = [o for o in self.parent if o != area and self.rank[o] == rank]
        return tuple(other for other in found if whole in self.above(other))

    def alike(self, area: str) -> tuple[str, ...]:
        """The other areas of the same rank in the same nation; none that lies in this one or holds it."""
        line = (area, *self.above(area))
        same = self.among(area, line[-1])
        return tuple(o for o in same if o not in line and area not in self.above(o))


def area_tree(areas: pd.DataFrame) -> AreaTree:
    """The tree of a table ``areas``. Its column ``rank`` is optional: without it all areas rank alike."""
    words = areas.reindex(columns=["area", "parent", "rank"]).astype("str").fillna("")
    names = words["area"]
    return AreaTree(dict(zip(names, words["parent"], strict=True)), dict(zip(names, words["rank"], strict=True)))


def with_parents(areas: pd.DataFrame | None, observations: pd.DataFrame) -> pd.DataFrame | None:
    """The table of areas and, of areas that it does not know, the column ``parent`` of the observations; None where
    neither says anything."""
    if "parent" not in observations.columns:
        return areas
    said = said_parents(observations)
    if areas is None:
        return said if len(said) else None
    new = said[~said["area"].isin(areas["area"])]
    return pd.concat([areas, new], ignore_index=True)


def said_parents(observations: pd.DataFrame) -> pd.DataFrame:
    """area, parent: what rows with these columns say, each area once."""
    said = observations[["area", "parent"]].drop_duplicates().astype("str")
    return said[~said["parent"].isin(["", "nan"])].drop_duplicates("area")


def invented(areas: pd.DataFrame) -> set[str]:
    """The areas that are made up for demonstration. The column ``synthetic`` is optional: without it none is."""
    return set(areas.loc[areas.reindex(columns=["synthetic"])["synthetic"] == "yes", "area"])


@dataclass(frozen=True)
class Registers:
    """The registers of one workspace, each a checked table of its name; ``place``: that workspace, where whoever
    has this value looks for plans and figures."""

    indicators: pd.DataFrame
    areas: pd.DataFrame
    departments: pd.DataFrame
    sources: pd.DataFrame
    place: Workspace

    @cached_property
    def area_changes(self) -> pd.DataFrame:
        """Which areas were merged or divided."""
        return load_area_changes(self.place)

    @cached_property
    def stocks(self) -> pd.DataFrame:
        """What can be added, and which indicators one more of it raises (table ``stocks``); empty without the file."""
        return read_optional("stocks", self.place)

    @cached_property
    def names(self) -> names.Register:
        """The names of indicators and areas, as people write them."""
        return names.register(self.indicators, self.areas)

    @cached_property
    def growing(self) -> dict[str, str]:
        """Of each indicator that is a growth (医疗费用增幅) what grows, by id; its name where that is not registered."""
        known, about = self.names, self.indicators
        found = {}
        for growth, name in about.loc[about["name_zh"].map(meaning.is_growth), ["indicator", "name_zh"]].to_numpy():
            level = meaning.grown(name)
            found[growth] = known.indicator(level).id or known.indicator(f"{level}数").id or level
        return found

    def indicator_name(self, indicator: str, lang: str) -> str:
        """The name of an indicator; its id where it is not registered."""
        return self.about.get(indicator, {}).get(f"name_{lang}", indicator)

    def area_name(self, area: str, lang: str) -> str:
        """The name of an area; its id where it is not registered."""
        return self._areas.get(area, {}).get(f"name_{lang}", area)

    def unit(self, indicator: str) -> str:
        """The unit of an indicator; empty where it is not registered."""
        return self.about.get(indicator, {}).get("unit", "")

    def invented(self, area: str) -> bool:
        """Whether an area and its figures are made up for demonstration."""
        return area in invented(self.areas)

    @cached_property
    def about(self) -> dict[str, dict[str, Any]]:
        """The row of each indicator, by its id."""
        return {row["indicator"]: row for row in self.indicators.to_dict("records")}

    @cached_property
    def _areas(self) -> dict[str, dict[str, Any]]:
        return {row["area"]: row for row in self.areas.to_dict("records")}

    def __repr__(self) -> str:
        return f"<Registers: {len(self.indicators)} indicators, {len(self.areas)} areas>"


def load_registers(place: Workspace | None = None) -> Registers:
    """The registers of a workspace, by default of the current one. Raises :class:`InputError`, as their tables do."""
    place = place or workspace.current()
    names = ("indicators", "areas", "departments", "sources")
    frames = {name: read_table(place.data(f"{name}.csv"), name) for name in names}
    return Registers(**frames, place=place)


def read_table(path: Path, name: str) -> pd.DataFrame:
    """One of our own csv files as a checked table. Raises :class:`InputError` naming row and column."""
    # A shallow copy, in which nobody can change what others were given.
    return _table(read_own(path), workspace.shown(path), name).copy(deep=False)


@lru_cache(maxsize=READ)
def _table(words: str, shown: str, name: str) -> pd.DataFrame:
    """The table of a file's words: the same words are not read twice in a session."""
    try:
        frame = pd.read_csv(StringIO(words), dtype="str", keep_default_na=False)
    except ValueError as error:  # pandas' errors for a damaged or empty csv file
        reason = {"reason": str(error).strip().splitlines()[0], "expected": "CSV, UTF-8"}
        raise InputError(Fault("FILE-FORMAT", shown, fields=reason)) from error
    return tables.check(files.read_back(frame), name, source=shown)


def read_own(path: Path) -> str:
    """The text of one of our own files, which are UTF-8. Raises :class:`InputError` for one that is missing, may
    not be read, or is encoded otherwise."""
    shown = workspace.shown(path)
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(Fault("FILE-UTF8", shown, fields={"at": error.start + 1})) from error
    except OSError as error:
        codes = {FileNotFoundError: "FILE-MISSING", PermissionError: "FILE-RIGHTS"}
        code, missing = codes.get(type(error), "FILE-FORMAT"), isinstance(error, FileNotFoundError)
        fields = {"reason": system_words(error), "expected": "" if missing else "UTF-8"}
        raise InputError(Fault(code, shown, fields=fields)) from error


def with_rows(name: str, fresh: pd.DataFrame) -> bytes:
    """The register of this name with rows added below, its own lines untouched. Raises InputError where it would not load."""
    path = workspace.data(f"{name}.csv")
    old = read_own(path)
    register = pd.read_csv(StringIO(old), dtype="str", keep_default_na=False)
    added = fresh.astype("str").reindex(columns=list(register.columns), fill_value="").fillna("")
    whole = pd.concat([files.read_back(register), added], ignore_index=True)
    tables.check(whole, name, source=workspace.shown(path))
    lines = files.csv_text(added).split("\n", 1)[1]
    ended = old if not old or old.endswith("\n") else f"{old}\n"
    bom = "\ufeff" if path.read_bytes().startswith(b"\xef\xbb\xbf") else ""
    return f"{bom}{ended}{lines}".encode()


def read_yaml(path: Path) -> dict[str, Any]:
    """One of our own yaml files, ``key: value``; dates stay the text that stands there.

    Raises :class:`InputError` for what :func:`read_own` refuses, and for a file that is no such YAML.
    """
    shown = workspace.shown(path)
    try:
        found = yaml.load(read_own(path), Loader=_Own)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason, mark = str(getattr(error, "problem", "") or error), getattr(error, "problem_mark", None)
        row, fields = mark.line + 1 if mark else None, {"reason": reason.splitlines()[0]}
        raise InputError(Fault("YAML-SYNTAX", shown, row=row, fields=fields)) from error
    if not isinstance(found, dict):
        raise InputError(Fault("FILE-FORMAT", shown, fields={"reason": "YAML", "expected": "name: value"}))
    return found


class _Own(yaml.SafeLoader):
    """For it 2024-13-01 is text and no error of the calendar; it refuses aliases, a few lines of which can ask for all
    memory, and keys that stand twice."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [rule for rule in rules if not rule[0].endswith("timestamp")]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event: Any = self.peek_event()
            raise yaml.MarkedYAMLError(problem=f"*{event.anchor}", problem_mark=event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        known: set[str] = set()
        for key in (str(key.value) for key, _ in node.value):
            if key in known:
                raise yaml.MarkedYAMLError(problem=f"{key}: … {key}: …", problem_mark=node.start_mark)
            known.add(key)
        return super().construct_mapping(node, deep)

    def construct_scalar(self, node: Any) -> Any:
        found = super().construct_scalar(node)
        if re.search("[\0\ud800-\udfff]", str(found)):
            raise yaml.MarkedYAMLError(problem=ascii(found), problem_mark=node.start_mark)
        return found


def load_indicators() -> pd.DataFrame:
    """The register of indicators (table ``indicators``) from data/indicators.csv: indicator, name_zh, name_en, unit, direction,
    lower_bound, upper_bound, ... Raises :class:`InputError` with every fault of the file.

    >>> about = hp.load_indicators().set_index("indicator")
    >>> about.loc["infant_mortality_rate", ["unit", "direction"]].tolist()
    ['‰', 'decrease']
    """
    return read_table(workspace.data("indicators.csv"), "indicators")


def load_areas() -> pd.DataFrame:
    """The register of areas with their parents (table ``areas``) from data/areas.csv: area, name_zh, name_en, code, parent,
    rank, ... Raises :class:`InputError` with every fault of the file.

    >>> hp.load_areas().query("area == 'demo'")["parent"].item()
    'demo-city'
    """
    return read_table(workspace.data("areas.csv"), "areas")


def read_optional(name: str, place: Workspace) -> pd.DataFrame:
    """The table of this name of a workspace that need not have it; empty without its file."""
    path = place.data(f"{name}.csv")
    return read_table(path, name) if path.is_file() else tables.empty(name)


def load_area_changes(place: Workspace | None = None) -> pd.DataFrame:
    """Which areas were merged or divided (table ``area_changes``) from data/area_changes.csv; empty without one."""
    place = place or workspace.current()
    changes = read_optional("area_changes", place)
    if changes.empty:
        return changes
    known = set(read_table(place.data("areas.csv"), "areas")["area"])
    shown, fields = workspace.shown(place.data("area_changes.csv")), {"expected": "data/areas.csv"}
    strange = [(side, row, area) for side in ("old", "new") for row, area in enumerate(changes[side], 2)]
    refuse(Fault("NAME-AREA", shown, "", row, side, area, fields) for side, row, area in strange if area not in known)
    return changes


def ended(changes: pd.DataFrame) -> dict[str, tuple[int, str]]:
    """The areas that are no more, each with the first year without it and the area that has most of it: those to which
    none of their changes gives anything back."""
    stay = set(zip(changes["year"], changes["new"], strict=True))
    most = changes.sort_values("share", ascending=False).drop_duplicates(["year", "old"])
    rows = zip(most["old"], most["year"], most["new"], strict=True)
    return {old: (int(year), new) for old, year, new in rows if (year, old) not in stay}


def departments(cell: str, lang: str = "zh") -> str:
    """The departments of a cell (lead first, ``;`` between) in this language."""
    names = [name for name in cell.split(";") if name]
    known = _english_departments(workspace.current().root) if lang == "en" else {}
    return text("scorecard.list_comma", lang).join(known.get(name, name) for name in names)


@cache
def _english_departments(_: Path) -> dict[str, str]:
    frame = read_table(workspace.data("departments.csv"), "departments")
    return dict(zip(frame["name_zh"], frame["name_en"], strict=True))
