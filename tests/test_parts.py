"""Guards part D's engine: a folder however it is partitioned, shards, a run begun again after a kill and a Dask cluster
that loses a worker all give the bytes of the plain run, and nothing in a folder is dropped or invented in silence."""

import os
import re
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from healthplan import cluster, parts
from healthplan.errors import InputError, UsageError
from healthplan.intake import Sieve, register
from healthplan.projection import files, project_file

COLUMNS = ["indicator", "area", "year", "value", "unit", "indicator_kind"]


def panel(indicators=12, areas=30, years=12, seed=0) -> pd.DataFrame:
    """Rates of many areas, rows in no order."""
    rng = np.random.default_rng(seed)
    values = 20 + rng.normal(0, 0.4, (indicators, areas, years)).cumsum(2)
    index = np.indices(values.shape).reshape(3, -1)
    told = {"indicator": [f"指标{i}" for i in index[0]], "area": [f"县{a:03d}" for a in index[1]]}
    frame = pd.DataFrame({**told, "year": 2012 + index[2], "value": values.ravel(), "unit": "‰"})
    return frame.assign(indicator_kind="rate").sample(frac=1, random_state=seed, ignore_index=True)


@pytest.fixture
def small_units(monkeypatch):
    """A dozen units of a small panel."""
    monkeypatch.setattr(files, "UNIT", 300)


@pytest.fixture
def whole(tmp_path, small_units):
    """The file of a panel and what the plain run makes of it."""
    source, out = tmp_path / "in.parquet", tmp_path / "whole.parquet"
    panel().to_parquet(source, index=False, row_group_size=700)
    project_file(source, out, to=2028)
    return source, out.read_bytes()


def hive(frame, folder):
    frame.to_parquet(folder, partition_cols=["indicator", "year"], index=False)


def plain(frame, folder):
    folder.mkdir()
    (folder / "_SUCCESS").touch()
    (folder / "deep").mkdir()
    for n, (_, rows) in enumerate(frame.groupby(frame.index % 5)):  # a series stands in several files
        rows.astype({"year": "int32"}).to_parquet(folder / ("deep" if n % 2 else "") / f"{n}.parquet", index=False)


@pytest.mark.parametrize("partitioned", [hive, plain])
def test_a_folder_gives_what_its_rows_in_one_file_give(partitioned, tmp_path, whole):
    partitioned(panel(), tmp_path / "folder")
    project_file(tmp_path / "folder", tmp_path / "out.parquet", to=2028)
    key = ["indicator", "area", "year"]
    found, wanted = (
        pd.read_parquet(tmp_path / name).sort_values(key, ignore_index=True)
        for name in ("out.parquet", "whole.parquet")
    )
    pd.testing.assert_frame_equal(found, wanted, rtol=1e-5)


@pytest.mark.parametrize("ending", [".parquet", ".csv"])
def test_shards_merged_are_the_bytes_of_the_whole(ending, tmp_path, whole):
    shards = [tmp_path / f"{i}.parquet" for i in (1, 2, 3)]
    for i, shard in enumerate(shards, 1):
        project_file(whole[0], shard, to=2028, shard=(i, 3))
    project_file(whole[0], tmp_path / f"plain{ending}", to=2028)
    rows = parts.merge(shards[::-1], tmp_path / f"merged{ending}")
    assert (tmp_path / f"merged{ending}").read_bytes() == (tmp_path / f"plain{ending}").read_bytes()
    assert rows == len(pd.read_parquet(tmp_path / "whole.parquet")) and whole[1]


def test_missing_and_foreign_shards_are_refused_by_name(tmp_path, whole):
    for i, to in ((1, 2028), (2, 2028), (3, 2027)):
        project_file(whole[0], tmp_path / f"{i}.parquet", to=to, shard=(i, 3))
    one, two, other = (tmp_path / f"{i}.parquet" for i in (1, 2, 3))
    with pytest.raises(InputError, match=r"SHARD-MISSING.*2/3, 3/3"):
        parts.merge([one], tmp_path / "m.parquet")
    with pytest.raises(InputError, match=r"SHARD-FOREIGN\] .*3\.parquet"):
        parts.merge([one, two, other], tmp_path / "m.parquet")
    with pytest.raises(InputError, match=r"SHARD-FOREIGN\] .*whole\.parquet"):
        parts.merge([one, two, tmp_path / "whole.parquet"], tmp_path / "m.parquet")
    with pytest.raises(InputError, match="FILE-FORMAT"):
        project_file(whole[0], tmp_path / "1.csv", to=2028, shard=(1, 3))
    with pytest.raises(UsageError, match="shard"):
        parts.shard_of("4/3")
    assert not (tmp_path / "m.parquet").exists()


def test_a_turned_byte_anywhere_in_a_shard_is_named_and_nothing_is_written(tmp_path, whole):
    """Within a page, a page's head or the foot of the file: the damaged shard is named, not the output."""
    shards = [tmp_path / f"{i}.parquet" for i in (1, 2)]
    for i, shard in enumerate(shards, 1):
        project_file(whole[0], shard, to=2028, shard=(i, 2))
    sound = shards[1].read_bytes()
    for at in (*range(4, len(sound), len(sound) // 60), len(sound) - 5):
        turned = bytearray(sound)
        turned[at] ^= 8
        shards[1].write_bytes(turned)
        with pytest.raises(InputError, match=r"^\[SHARD-(DAMAGED|FOREIGN)\] .*2\.parquet[^\n]*$"):
            parts.merge(shards, tmp_path / "m.parquet")
    assert not (tmp_path / "m.parquet").exists()
    shards[1].write_bytes(sound)
    parts.merge(shards, tmp_path / "m.parquet")
    assert (tmp_path / "m.parquet").read_bytes() == whole[1]


def test_more_shards_than_units_are_empty_and_merge(tmp_path):
    panel(2, 3).to_parquet(tmp_path / "in.parquet", index=False)
    project_file(tmp_path / "in.parquet", tmp_path / "whole.parquet", to=2028)
    shards = [tmp_path / f"{i}.parquet" for i in (1, 2, 3)]
    for i, shard in enumerate(shards, 1):
        project_file(tmp_path / "in.parquet", shard, to=2028, shard=(i, 3))
    parts.merge(shards, tmp_path / "m.parquet")
    assert (tmp_path / "m.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()


RUN = """import os, sys; from healthplan.projection import files; files.UNIT = 300
look = lambda *_: print(*(os.stat(path).st_ino for path in sys.argv[3:]))
files.project_file(sys.argv[1], sys.argv[2], to=2028, progress=look)"""


def test_a_killed_run_goes_on_from_its_whole_parts_and_gives_the_same_bytes(tmp_path, whole):
    out, folder = tmp_path / "out.parquet", tmp_path / "out.parquet.parts"
    running = subprocess.Popen([sys.executable, "-c", RUN, whole[0], out], cwd=ROOT)
    while running.poll() is None and len(list(folder.glob("*-*.parquet"))) < 4:
        time.sleep(0.001)
    running.kill()
    running.wait()
    there = sorted(folder.glob("*-*.parquet"))
    assert len(there) >= 4 and not out.exists()
    halved, mended, foreign = there[0], there[1], there[2]
    halved.write_bytes(halved.read_bytes()[:-900])
    turned = bytearray(mended.read_bytes())
    turned[len(turned) // 3] ^= 1  # a bit within a page: what the page's checksum is for
    mended.write_bytes(turned)
    project_file(whole[0], tmp_path / "other.parquet", to=2027, shard=(1, 12))
    foreign.write_bytes((tmp_path / "other.parquet").read_bytes())
    before = [path.stat().st_ino for path in there[:4]]
    again = [sys.executable, "-c", RUN, whole[0], out, *there[:4]]
    done = subprocess.run(again, cwd=ROOT, capture_output=True, text=True, check=True)
    seen = [[int(one) for one in line.split()] for line in done.stdout.splitlines()]
    assert out.read_bytes() == whole[1]
    assert {one[3] for one in seen} == {before[3]} and all(seen[-1][n] != before[n] for n in range(3))
    assert not folder.exists() and not list(tmp_path.glob("**/*.part"))


def test_changed_input_takes_no_part_of_before(tmp_path, whole):
    out, folder = tmp_path / "out.parquet", tmp_path / "out.parquet.parts"

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        project_file(whole[0], out, to=2028, progress=stop)
    assert list(folder.glob("*.parquet")) and not out.exists()
    changed = panel()
    changed["value"] += 1
    before = os.stat(whole[0])
    changed.to_parquet(whole[0], index=False, row_group_size=700)
    os.utime(whole[0], ns=(before.st_atime_ns, before.st_mtime_ns))
    project_file(whole[0], out, to=2028)
    project_file(whole[0], tmp_path / "fresh.parquet", to=2028)
    assert out.read_bytes() == (tmp_path / "fresh.parquet").read_bytes() != whole[1]
    assert not folder.exists()


WRONG = {"value": ("约30", "CELL-NUMBER"), "inf": (np.inf, "CELL-NUMBER"), "year": (2015.5, "YEAR"),
         "share": (130.0, "VALUE-HIGH"), "below": (-5.0, "VALUE-LOW")}  # fmt: skip


def test_what_is_wrong_in_a_folder_is_listed_with_its_file_and_the_rest_goes_on(tmp_path, small_units):
    """Text in a value column of one file, inf, 2015.5, a share of 130 and of -5: five series out, named; no other."""
    frame = panel().assign(unit="%", indicator_kind="share")
    frame["value"] = frame["value"].astype(object)
    folder = tmp_path / "folder"
    folder.mkdir()
    for n, (kind, (cell, _)) in enumerate(WRONG.items()):
        rows = frame[frame["indicator"] == f"指标{n}"].reset_index(drop=True)
        rows = rows.astype({"year": "float64"})
        rows.loc[3, "year" if kind == "year" else "value"] = cell
        text = kind == "value"
        rows = rows.astype({"value": "str"}) if text else rows.astype({"value": "float64"})
        rows.to_parquet(folder / f"{kind}.parquet", index=False)
    said = []
    out = tmp_path / "out.parquet"
    project_file(folder, out, to=2028, sieve=Sieve(register()), tell=said.extend)
    assert {(os.path.basename(f.file), f.row) for f in said} == {(f"{kind}.parquet", 5) for kind in WRONG}
    found = pd.read_parquet(out)
    assert found[["indicator", "area"]].drop_duplicates().shape[0] == 5 * 30 - 5
    assert np.isfinite(found["value"]).all()


def test_what_is_no_data_in_a_folder_stops_it_by_name(tmp_path):
    hive(panel(2, 3), tmp_path / "folder")
    (tmp_path / "folder" / "notes.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match=r"FILE-FORMAT.*notes\.csv"):
        project_file(tmp_path / "folder", tmp_path / "out.parquet", to=2028)
    (tmp_path / "folder" / "notes.csv").unlink()
    (tmp_path / "folder" / "bad.parquet").write_bytes(b"PAR1 half")
    panel(1, 2).drop(columns="value").to_parquet(tmp_path / "folder" / "short.parquet")
    with pytest.raises(InputError, match=r"(?s)bad\.parquet.*TAB-COLUMN.*short\.parquet"):
        project_file(tmp_path / "folder", tmp_path / "out.parquet", to=2028)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="FILE-EMPTY"):
        project_file(tmp_path / "empty", tmp_path / "out.parquet", to=2028)
    blank = panel(1, 2)
    blank.loc[1, "area"] = None
    blank.to_parquet(tmp_path / "blank.parquet")
    with pytest.raises(InputError, match="KEY-AREA-BLANK"):
        project_file(tmp_path / "blank.parquet", tmp_path / "out.parquet", to=2028)


def test_a_cluster_that_loses_a_worker_half_way_gives_the_same_bytes(tmp_path, whole):
    distributed = pytest.importorskip("distributed", reason="optional extra dask is not installed")
    killed = []
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:

        def kill_one(done, total):
            if not killed and done < total:
                with distributed.Client(cluster) as client:
                    killed.append(min(one["pid"] for one in client.run(lambda: {"pid": os.getpid()}).values()))
                os.kill(killed[0], signal.SIGKILL)

        project_file(
            whole[0], tmp_path / "out.parquet", to=2028, scheduler=cluster.scheduler_address, progress=kill_one
        )
    assert killed and (tmp_path / "out.parquet").read_bytes() == whole[1]


@pytest.mark.parametrize("address", ["nonsense", "tcp://127.0.0.1:closed", "tcp://127.0.0.1:{closed}", "{mute}"])
def test_an_address_without_a_scheduler_is_one_line_at_once(address, tmp_path, monkeypatch):
    """No port, no number, nobody there, and one who listens and says nothing."""
    pytest.importorskip("distributed", reason="optional extra dask is not installed")
    monkeypatch.setattr(cluster, "ANSWER", 1)
    panel(1, 2).to_parquet(tmp_path / "in.parquet", index=False)
    with socket.socket() as closed, socket.create_server(("127.0.0.1", 0)) as mute:
        closed.bind(("127.0.0.1", 0))  # and does not listen
        address = address.format(closed=closed.getsockname()[1], mute=f"127.0.0.1:{mute.getsockname()[1]}")
        began = time.monotonic()
        with pytest.raises(UsageError) as caught:
            project_file(tmp_path / "in.parquet", tmp_path / "out.parquet", to=2028, scheduler=address)
    assert time.monotonic() - began < 15
    (fault,) = caught.value.faults
    assert fault.value == address and not re.search("[A-Za-z ]{12}", fault.part("problem", "zh").replace(address, ""))
