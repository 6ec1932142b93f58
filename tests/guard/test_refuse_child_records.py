"""The guard keeps records about real children out, and lets everything else through."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]
GUARD = ROOT / "tools" / "refuse_child_records.py"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC\n"
INVENTED = "1,01/04/2019,S,C2,N1,U1,PR1,,\n"


def guard(folder: Path, *paths: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, GUARD, *paths], cwd=folder, capture_output=True, text=True, check=False
    )


def written(folder: Path, path: str, content: str | bytes) -> str:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("episodes.csv", EPISODES + INVENTED),
        ("inputs/notes.txt", EPISODES + INVENTED),
        ("inputs/header_only.csv", EPISODES),
        ("docs/page.md", "Our children:\n\n" + EPISODES + INVENTED),
        ("a.tsv", (EPISODES + INVENTED).replace(",", "\t")),
        ("quoted.csv", '"CHILD","SEX","DOB","UPN"\n"1","1","01/01/2010","A1"\n'),
        ("small_letters.csv", EPISODES.lower() + INVENTED),
        ("a_title_first.csv", "Return of 2020\n\n" + EPISODES + INVENTED),
        ("mark.csv", b"\xef\xbb\xbf" + EPISODES.encode()),
        ("wide.csv", EPISODES.encode("utf-16")),
        ("uasc.csv", "CHILD,SEX,DOB,DUC\n1,1,01/01/2004,01/01/2022\n"),
        ("a.json", json.dumps([{"CHILD": 1, "DECOM": "2019-04-01", "RNE": "S"}])),
        ("a.xml", "<r><CHILD>1</CHILD><DECOM>2019-04-01</DECOM><RNE>S</RNE></r>"),
        ("a.parquet", b"PAR1\0\0CHILD\0DECOM\0RNE\0PAR1"),
    ],
)
def test_a_record_is_refused_and_named(tmp_path: Path, path: str, content: str | bytes) -> None:
    found = guard(tmp_path, written(tmp_path, path, content))
    assert found.returncode == 1
    assert path in found.stderr


def test_a_workbook_is_looked_into(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "return.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/sharedStrings.xml", "<t>CHILD</t><t>DECOM</t><t>RNE</t>" * 20)
    assert guard(tmp_path, "return.xlsx").returncode == 1


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("tests/inputs/made_up.csv", EPISODES + INVENTED),
        ("reader.py", 'COLUMNS = ["CHILD", "DECOM", "RNE"]\n'),
        ("docs/columns.md", "The columns are\nCHILD, DECOM, RNE\nand others.\n"),
        ("totals.csv", "year,children,started,ceased\n2020,618,296,199\n"),
        ("episodes_of_a_run.csv", "child,start,end,setting,location\n1,0,30,hub,inside\n"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0"),
    ],
)
def test_anything_else_is_let_through(tmp_path: Path, path: str, content: str | bytes) -> None:
    assert guard(tmp_path, written(tmp_path, path, content)).returncode == 0


def test_one_record_among_many_files_is_found(tmp_path: Path) -> None:
    well = written(tmp_path, "a.csv", "year,children\n2020,618\n")
    record = written(tmp_path, "b.csv", EPISODES + INVENTED)
    found = guard(tmp_path, well, record, "not there.csv")
    assert found.returncode == 1
    assert [line.split()[0] for line in found.stderr.splitlines()] == ["b.csv"]


def test_nothing_in_this_project_is_refused() -> None:
    kept = [
        path.relative_to(ROOT).as_posix()
        for folder in ("docs", "inputs", "scenarios", "sufficiency", "tests", "tools")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert len(kept) > 100
    found = guard(ROOT, *kept)
    assert (found.returncode, found.stderr) == (0, "")
