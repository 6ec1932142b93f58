"""``sufficiency backtest --ssda903``: its folder, its words, and what it refuses.

The returns are made up and written as a council would have them; the estimator is a rough
stand-in, so that what is tested is the verb.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from command_line import files_in

from sufficiency.commands.backtest_returns import OwnBacktestOptions, backtest_returns
from sufficiency.errors import InputError

pytestmark = pytest.mark.functional

for folder in ("forecast", "ssda903"):
    sys.path.append(str(Path(__file__).parents[1] / folder))
council: Any = importlib.import_module("made_up_council")
written: Any = importlib.import_module("made_up_returns")

CHILDREN = council.made_up_children(opening=60, coming=20)


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = written.write_returns(
        tmp_path_factory.mktemp("returns"), CHILDREN, council.YEARS, authority="Shire 01"
    )
    return folder


def give(returns: Path, out: Path, estimate: Any = None, **asked: Any) -> Any:
    options = OwnBacktestOptions(out, **{"replications": 2, "workers": 1, **asked})
    return backtest_returns(returns, options, estimate=estimate or council.rough_own_baseline)


@pytest.fixture(scope="module")
def results(returns: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole") / "results"
    finished = give(returns, out)
    assert finished.folder == out
    assert finished.summary + "\n" == (out / "summary.txt").read_text()
    return out


def test_the_folder(results: Path) -> None:
    table = pd.read_csv(results / "forecasts.csv")
    assert list(table.columns) == [
        "origin", "horizon_years", "measure", "setting", "actual", "mean", "p10", "p50", "p90",
        "hold", "constant_rates",
    ]  # fmt: skip
    ahead = table.groupby("origin")["horizon_years"].max().to_dict()
    assert ahead == {2017: 4, 2018: 3, 2019: 2, 2020: 1}
    for name in ("forecasts.csv", "scores.csv"):
        for number in re.findall(r"\d[\d.]*", (results / name).read_text()):
            assert len(number.replace(".", "").lstrip("0")) <= 6, number
    charts = sorted(path.name for path in (results / "charts").glob("*.png"))
    assert charts == ["error_by_measure.png", "total_from_each_origin.png"]
    manifest = json.loads((results / "manifest.json").read_text())
    assert manifest["made_by"] == "backtest"
    assert manifest["origins"] == [2017, 2018, 2019, 2020]
    assert manifest["authority"] == "Shire 01"
    assert set(manifest["results"]) == set(files_in(results)) - {"manifest.json"}
    assert (results / "summary.txt").read_text().splitlines()[:2] == [
        "Children in care of Shire 01, forecast from 31 March 2017, 2018, 2019 and 2020 by its "
        "own returns as they stood, and set against its returns up to 31 March 2021.",
        "Each forecast is made of 2 futures only: medians and ranges of so few are themselves a "
        "matter of chance. Ask for 50 or more before quoting any of this.",
    ]


def test_no_child_stands_in_it(results: Path) -> None:
    born = {child.born for child in CHILDREN}
    marks = [f"{date:%d/%m/%Y}".encode() for date in born]
    marks += [date.isoformat().encode() for date in born] + [b"made-up-"]
    for file in results.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not [mark for mark in marks if mark in content], file
    table = pd.read_csv(results / "forecasts.csv", dtype=str)
    for column in ("actual", "hold"):
        counts = table[~table["measure"].str.startswith("still")][column]
        numbers = counts[counts != "c"].astype(float)
        assert not ((numbers > 0.5) & (numbers < 5.5)).any()
        assert (counts == "c").any()


def test_small_counts_are_shown_when_asked_for(returns: Path, tmp_path: Path) -> None:
    give(returns, tmp_path / "out", small_counts=True, origins="2020")
    table = pd.read_csv(tmp_path / "out/forecasts.csv", dtype=str)
    assert not (table == "c").any(axis=None)
    assert "for use inside the authority only" in (tmp_path / "out/summary.txt").read_text()
    assert json.loads((tmp_path / "out/manifest.json").read_text())["small_counts_shown"] is True


def test_the_same_again_is_the_same_and_in_the_place_of_the_old(
    returns: Path, tmp_path: Path
) -> None:
    found = []
    for seed in (1, 1, 2):
        give(returns, tmp_path / "out", origins="2020", seed=seed)
        found.append(
            {name: (tmp_path / "out" / name).read_bytes() for name in files_in(tmp_path / "out")}
        )
        found[-1].pop("manifest.json")
    assert found[0] == found[1] != found[2]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_back_test_that_is_stopped_leaves_nothing(returns: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    def step(done: int, total: int) -> None:
        told.append((done, total))
        if done:
            raise KeyboardInterrupt

    options = OwnBacktestOptions(tmp_path / "out", replications=6, workers=2, origins="2020")
    with pytest.raises(KeyboardInterrupt):
        backtest_returns(returns, options, step, council.rough_own_baseline)
    assert told in ([(0, 6), (5, 6)], [(0, 6), (1, 6)])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("years", "asked", "sentence"),
    [
        (
            (2016,), None,
            "no opening can be tested: whole returns of 2 years in a row up to an opening and the "
            "one after it are needed, and the only one here is 2016; add returns of more years to "
            "the folder",
        ),
        (
            (2016, 2017, 2019), None,
            "no opening can be tested: whole returns of 2 years in a row up to an opening and the "
            "one after it are needed, and here are 2016, 2017, 2019; add returns of more years to "
            "the folder",
        ),
        (
            (2016, 2017, 2018, 2019), "2016,2018",
            "nothing can be tested from 31 March 2016: whole returns of 2 years in a row up to an "
            "opening and the one after it are needed, and here are 2016, 2017, 2018, 2019; give "
            "openings among 2017, 2018",
        ),
    ],
)  # fmt: skip
def test_openings_that_are_not_possible(
    tmp_path: Path, years: tuple[int, ...], asked: str | None, sentence: str
) -> None:
    folder = written.write_returns(tmp_path / "returns", CHILDREN, years)
    with pytest.raises(InputError) as refused:
        give(folder, tmp_path / "out", origins=asked)
    assert str(refused.value) == f"{folder.as_posix()}:1:1 {sentence}"
    assert not (tmp_path / "out").exists()


def test_what_is_refused(returns: Path, tmp_path: Path) -> None:
    def told(folder: Path, **asked: Any) -> str:
        with pytest.raises(InputError) as refused:
            give(folder, tmp_path / "out", **asked)
        return str(refused.value)

    assert told(returns, origins="2018,now") == (
        "--origins:1:1 `now` is not a year; write years such as 2019,2020"
    )
    assert told(tmp_path / "nowhere").startswith(str(tmp_path / "nowhere"))

    def useless(*_: Any, **__: Any) -> Any:
        raise ValueError("no use")

    assert told(returns, estimate=useless) == (
        f"{returns.as_posix()}:1:1 no forecast could be made; from 31 March 2017 because it could "
        "not be estimated: ValueError no use; give other openings or returns of more years"
    )
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("mine")
    assert "holds mine.txt, which no backtest wrote" in told(returns)
