"""Figures and trajectories by series, found at once: a verdict asks for a handful among thousands."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from healthplan import tables


class Places:
    """Where the rows of each series stand in a table that is ordered by series and (``by``, ascending)."""

    def __init__(self, table: pd.DataFrame, by: np.ndarray) -> None:
        codes = table.groupby(tables.SERIES, sort=False).ngroup().to_numpy()
        self.order = np.lexsort((by, codes))
        keys = table[tables.SERIES].drop_duplicates().itertuples(index=False, name=None)
        ends = np.searchsorted(codes[self.order], np.arange(codes.max(initial=-1) + 2))
        self.place = {key: slice(ends[n], ends[n + 1]) for n, key in enumerate(keys)}

    def of(self, key: tuple[str, str, str]) -> slice:
        """The rows of a series, one after another."""
        return self.place.get(key, slice(0, 0))


class Figures:
    """Figures by series: years, ascending, and the columns of arrays."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._places = Places(table, table["year"].to_numpy(int))
        ordered = lambda name, kind: table[name].to_numpy(kind, na_value=np.nan)[self._places.order]  # noqa: E731
        self._years = table["year"].to_numpy(int)[self._places.order]
        self._columns = {name: ordered(name, float) for name in ("value", "numerator", "denominator")}
        self._columns["obs_status"] = ordered("obs_status", object)

    def of(self, key: tuple[str, str, str]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """The years of a series and its columns."""
        rows = self._places.of(key)
        return self._years[rows], {name: column[rows] for name, column in self._columns.items()}


class Ahead:
    """Trajectories by series: the projected rows by method and year; why there is no projection, by method."""

    def __init__(self, trajectories: pd.DataFrame) -> None:
        told = trajectories.reindex(columns=[*tables.SERIES, "method", "reason"])
        told = told[told["reason"].notna() & (told["reason"] != "")]
        self._reasons: dict[tuple, dict[str, str]] = {}
        for *key, method, reason in told.drop_duplicates([*tables.SERIES, "method"]).itertuples(index=False):
            self._reasons.setdefault(tuple(key), {})[method] = reason
        ahead = trajectories[trajectories["kind"] != "observed"]
        self._places = Places(ahead, ahead["method"].to_numpy(object).astype("str"))
        self._names = [str(name) for name in ahead.columns]
        self._rows = ahead.to_numpy(object)[self._places.order]

    def of(self, key: tuple[str, str, str]) -> tuple[dict[str, dict[int, dict[str, Any]]], dict[str, str]]:
        """The rows and the reasons of a series."""
        projected: dict[str, dict[int, dict[str, Any]]] = {}
        for cells in self._rows[self._places.of(key)].tolist():
            row = dict(zip(self._names, cells, strict=True))
            projected.setdefault(row["method"], {})[int(row["year"])] = row
        return projected, self._reasons.get(key, {})
