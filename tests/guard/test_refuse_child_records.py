"""The guard keeps records about real children out, and lets everything else through."""

from __future__ import annotations

import base64
import bz2
import contextlib
import datetime as dt
import gzip
import io
import json
import lzma
import runpy
import shutil
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
UASC = "CHILD,SEX,DOB,DUC\n"
BARE = "CHILD,DOB\n"
BORN = "62551,2,18/03/2005,OOTH,,,\n185992,M,29/07/2009,BAFR,,,\n"
PUPILS = "62551,x,R084010198416\n185992,y,U054252063976\n"
DRAWN = "| CHILD | DOB | SEX |\n|:---|---|---:|\n"
FIGURES = "year,children\n2020,618\n"
HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n"
AUDIT = "rule,file,row,column,before,after,child\n"
PLACEMENTS = "child,period_of_care,start,end,setting,date_of_birth,provenance\n"


def as_a_command(folder: Path, *paths: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, GUARD, *paths], cwd=folder, capture_output=True, text=True, check=False
    )


MAIN = runpy.run_path(str(GUARD))["main"]


def guard(folder: Path, *paths: str) -> subprocess.CompletedProcess[str]:
    """The same without starting Python anew each time."""
    with (
        contextlib.chdir(folder),
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stderr(io.StringIO()) as said,
    ):
        patch.setattr(sys, "argv", [str(GUARD), *paths])
        code = MAIN()
    return subprocess.CompletedProcess(sys.argv, code, "", said.getvalue())


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
        ("where.csv", "CHILD,PL_LOCATION,PL_DISTANCE\n1,OUT,31.2\n"),
        ("no_number.csv", EPISODES.replace("CHILD", "WHO") + INVENTED),
        ("other_number.csv", EPISODES.replace("CHILD", "Child ID") + INVENTED),
        ("no_names.csv", INVENTED + INVENTED.replace("1,01", "2,01")),
        ("audit.csv", AUDIT + "small_gap,2020/a.csv,7,DEC,01/04/2019,02/04/2019,1\n"),
        ("placements.csv", PLACEMENTS + "1,1,2019-04-01,,hub,2010-01-01,H\n"),
        ("child-level/anything.txt", "nothing to see\n"),
        ("reports/child-level/anything.txt", "nothing to see\n"),
        ("uasc_alone.csv", UASC),
        ("uasc_alone_small.csv", UASC.lower()),
        ("header_alone_small.csv", HEADER.lower()),
        *((f"header_{ord(by)}.txt", HEADER.lower().replace(",", by)) for by in "\t;|:^~ "),
        *((f"uasc_{ord(by)}.txt", UASC.replace(",", by)) for by in "\t;|:^~ "),
        ("spaced.txt", UASC.replace(",", "    ")),
        ("late.csv", "x\n" * 1000 + UASC),
        ("wide_without_mark.csv", (EPISODES + INVENTED).encode("utf-16-le")),
        ("wide_without_mark_uasc.csv", UASC.encode("utf-16-be")),
        ("uasc.parquet", b"PAR1\0\0CHILD\0SEX\0DOB\0DUC\0PAR1"),
        ("small.parquet", b"PAR1\0\0child\0sex\0dob\0duc\0PAR1"),
        ("small.xml", "<r><child>1</child><sex>1</sex><dob>2010-01-01</dob></r>"),
        ("uasc.xml", "<r><CHILD>1</CHILD><SEX>1</SEX><DUC>2028-01-01</DUC></r>"),
        ("spaces.xml", "<s:r><s:CHILD>1</s:CHILD><s:DOB>x</s:DOB><s:DUC>y</s:DUC></s:r>"),
        ("attributes.xml", "<r><row CHILD='1' SEX='1' DOB='2010-01-01'/></r>"),
        ("small.json", json.dumps([{"child": 1, "dob": "2010-01-01", "duc": None}])),
        ("lists.json", json.dumps([["CHILD", "SEX", "DOB"], [1, 1, "2010-01-01"]])),
        ("rows.yaml", "- CHILD: 1\n  DOB: 2010-01-01\n  DUC: 2028-01-01\n"),
        ("reader.py", 'ROWS = [{"CHILD": 1, "DECOM": "2019-04-01", "URN": 7}]\n'),
        *((f"bare_{each}.csv", f"CHILD,{each}\n") for each in ("DOB", "DUC", "UPN", "DECOM")),
        ("among_others.csv", "CHILD,A,B,C,D,DOB\n"),
        ("bare.json", '{"CHILD":1,"DOB":"2010-01-01"}\n{"CHILD":2,"DOB":"2011-01-01"}\n'),
        ("bare_small.json", '{"child":1,"dob":"2010-01-01"}\n'),
        ("place.csv", "CHILD,PLACE\n1,U1\n"),
        ("place.json", '{"CHILD":1,"PLACE":"U1"}\n'),
        ("hyphen.csv", "Child-ID, Date ,DOB\n"),
        ("no_names_header.csv", BORN),
        ("no_names_index.csv", BORN.replace("62551", "0,62551").replace("185992", "1,185992")),
        ("no_names_days.csv", "87408,2,2005-01-09,x\n970280,2,2007-07-02,y\n"),
        ("no_names.json", '[[87408,2,"09\\/01\\/2005"],[970280,1,"02\\/07\\/2007"]]'),
        ("no_names_episodes.json", '[[7,"01\\/04\\/2019","S","C2","N1","U1"],' * 2),
        ("no_names_pupils.csv", PUPILS),
        ("docs/drawn.md", DRAWN + "| 123 | 01/02/2003 | 1 |\n"),
        ("docs/gap.md", DRAWN + "\n| | | |\n| the number | the day | 1 or 2 |\n| 7 | 1/2/03 | 1 |"),
        ("quotes.py", 'a="""CHILD,DOB,SEX\n123,01/02/2003,1\n"""\n'),
        ("one_line.py", "a = 'CHILD,DOB\\n123,01/02/2003\\n'\n"),
        ("no_gap.pkl", b"\x80\x05C\x08CHILDDOB\x94"),
        ("no_gap_small.pkl", b"\x80\x05C\x10lachildidsexdob\x94"),
        ("no_gap_turned.pkl", b"\x80\x05C\x08DOBCHILD\x94"),
        ("no_child.pkl", b"\x80\x05CSWHODECOMRNELSPLACE_PROVIDER\x94"),
        ("base64.txt", base64.encodebytes((BARE + BORN).encode())),
        (
            "base64.html",
            b"<a href='data:text/csv;base64," + base64.b64encode(BORN.encode()) + b"'>",
        ),
        ("base64.md", base64.encodebytes((FIGURES * 9 + UASC).encode())),
        ("base64_packed.txt", base64.b64encode(gzip.compress((BARE + BORN).encode(), mtime=0))),
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


def zipped(name: str, content: str | bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("2021/", "")
        archive.writestr(f"2021/{name}", content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("returns.zip", zipped("episodes.csv", EPISODES + INVENTED)),
        ("uasc.zip", zipped("uasc.csv", UASC)),
        ("a_zip_in_a_zip.zip", zipped("2021.zip", zipped("header.csv", HEADER))),
        ("xml.zip", zipped("a.xml", "<r><CHILD>1</CHILD><DECOM>2019</DECOM><RNE>S</RNE></r>")),
        ("json.zip", zipped("a.json", json.dumps({"CHILD": 1, "DOB": 1, "DUC": 1}))),
        ("one.xlsx", zipped("xl/sharedStrings.xml", "<t>child</t><t>sex</t><t>dob</t>")),
        ("a.csv.gz", gzip.compress(UASC.encode(), mtime=0)),
        ("a.csv.bz2", bz2.compress(UASC.encode())),
        ("a.csv.xz", lzma.compress(UASC.encode())),
    ],
)
def test_what_is_packed_is_unpacked(tmp_path: Path, path: str, content: bytes) -> None:
    found = guard(tmp_path, written(tmp_path, path, content))
    assert found.returncode == 1
    assert found.stderr.startswith(f"{path} looks like a record")


def locked() -> bytes:
    """A zip that says of its file that it is encrypted."""
    data = bytearray(zipped("a.csv", "a,b\n1,2\n"))
    for start, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(start)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(start, at + 1)
    return bytes(data)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("locked.zip", locked()),
        ("cut.zip", zipped("a.csv", UASC)[:-40]),
        ("cut.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0)[:-9]),
        ("returns.7z", b"7z\xbc\xaf\x27\x1c\0\x04"),
        ("returns.rar", b"Rar!\x1a\x07\0"),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le")),
    ],
)
def test_what_cannot_be_looked_into_is_refused(tmp_path: Path, path: str, content: bytes) -> None:
    found = guard(tmp_path, written(tmp_path, path, content))
    assert found.returncode == 1
    assert found.stderr.startswith(f"{path} is packed or locked")
    assert "Traceback" not in found.stderr


def test_a_record_is_found_in_a_table_of_our_own(tmp_path: Path) -> None:
    """As pandas writes it, packed."""
    import pandas as pd

    rows = {"child": [1], "period_of_care": [1], "date_of_birth": [dt.date(2010, 1, 1)]}
    pd.DataFrame(rows).to_parquet(tmp_path / "placements.parquet", compression="zstd")
    pd.DataFrame({"CHILD": [1], "SEX": [1], "DOB": ["x"]}).to_parquet(tmp_path / "h.parquet")
    pd.DataFrame({"year": [2020], "children": [618]}).to_parquet(tmp_path / "totals.parquet")
    found = guard(tmp_path, "placements.parquet", "h.parquet", "totals.parquet")
    refused = [line.split()[0] for line in found.stderr.splitlines()]
    assert refused == ["placements.parquet", "h.parquet"]


def test_what_pandas_pickles_is_looked_into(tmp_path: Path) -> None:
    import pandas as pd

    record = pd.DataFrame({"CHILD": [1], "DOB": ["01/02/2003"]})
    kept = pd.DataFrame({"year": [2020], "children": [618], "placed": [3]})
    for protocol in range(6):
        record.to_pickle(tmp_path / f"record{protocol}.pkl", protocol=protocol)
        kept.to_pickle(tmp_path / f"kept{protocol}.pkl", protocol=protocol)
    found = guard(tmp_path, *sorted(path.name for path in tmp_path.iterdir()))
    refused = [line.split()[0] for line in found.stderr.splitlines()]
    assert refused == [f"record{protocol}.pkl" for protocol in range(6)]


def test_a_long_file_is_read_whole(tmp_path: Path) -> None:
    before, after = FIGURES * 170_000, FIGURES * 60_000
    columns = b"child\0period_of_care\0date_of_birth\0"
    paths = [
        written(tmp_path, "header.csv", before + BARE + after),
        written(tmp_path, "rows.csv", before + BORN + after),
        written(tmp_path, "middle.bin", bytes(4_100_000) + b"CHILD\0DOB\0" + bytes(1_100_000)),
        written(tmp_path, "end.parquet", b"PAR1" + bytes(6_000_000) + columns),
    ]
    well = written(tmp_path, "well.csv", before + after)
    found = guard(tmp_path, well, *paths)
    assert [line.split()[0] for line in found.stderr.splitlines()] == paths


def test_what_is_too_large_to_look_into_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "large.csv").open("wb") as file:
        file.truncate(64_000_001)
    found = guard(tmp_path, "large.csv")
    assert found.returncode == 1
    assert "too large to look into" in found.stderr


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("tests/inputs/made_up.csv", EPISODES + INVENTED),
        ("reader.py", 'COLUMNS = ["CHILD", "DECOM", "RNE"]\n'),
        ("docs/columns.md", "The columns are\nCHILD, DECOM, RNE\nand others.\n"),
        ("totals.csv", "year,children,started,ceased\n2020,618,296,199\n"),
        ("episodes_of_a_run.csv", "child,start,end,setting,location\n1,0,30,hub,inside\n"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0"),
        ("rows.py", "class Row:\n    child: str\n    decom: dt.date\n    rne: str\n    urn: str\n"),
        ("keys.py", 'row = {"CHILD": child, "DECOM": day, "RNE": reason, "URN": ""}\n'),
        (
            "table.py",
            'COLUMNS = (\n    "CHILD", "SEX", "DOB", "DUC",\n    "CHILD", "SEX", "DOB",\n)\n',
        ),
        ("docs/table.md", "| CHILD | SEX | DOB |\n| --- | --- | --- |\n"),
        ("docs/example.md", '```json\n{"CHILD": "the number", "DOB": "born", "DUC": ""}\n```\n'),
        ("prose.txt", "The child has a place of its own; missing it, a review placed it there.\n"),
        ("about.txt", "Left empty: UPN, MOTHER, MC_DOB, HOME_POST, PL_POST, URN.\n"),
        ("prose.csv", "a child,in a place,with sex,and a review\n"),
        ("quality.csv", "rule,does,file,row,column,sentence\nsmall_gap,changed,a.csv,7,DEC,x\n"),
        ("counts.csv", "rule,does,rows,children\nsmall_gap,changed,12,9\n"),
        ("report.zip", zipped("word/document.xml", "<t>The child</t><t>place</t><t>review</t>")),
        ("figures.csv.gz", gzip.compress(FIGURES.encode(), mtime=0)),
        ("by_chance.parquet", b"PAR1\0rne\0Upn\0DOB\0" + b"\0" * 9000 + b"child\0PAR1"),
        ("mixed.parquet", b"PAR1\0child\0year\0dOb\0PAR1"),
        ("plain.txt", base64.encodebytes(FIGURES.encode() * 50)),
        ("no_file.txt", b"x " + base64.b64encode(b"PK\x03\x04" + bytes(60))),
        ("quarters.csv", "year,quarter,from\n2020,1,2020-04-01\n2020,2,2020-07-01\n"),
        ("one_birth.txt", "An example of a row:\n62551,2,18/03/2005\n"),
        ("codes.csv", "code,name\nE06000002,Middlesbrough\nE06000003,Redcar\n"),
        ("docs/words.md", DRAWN + "| the number | the day | 1 or 2 |\n\nSee\n\n| 7 |\n"),
        ("quotes.py", 'a="""CHILD,DOB,SEX\nand so on\n"""\n'),
        ("prose_place.txt", "The child, its place, and the year 2020.\n"),
        ("tables.csv", "child,setting,weekly_gbp,year,place\n1,hub,20,2020,x\n"),
    ],
)
def test_anything_else_is_let_through(tmp_path: Path, path: str, content: str | bytes) -> None:
    assert guard(tmp_path, written(tmp_path, path, content)).returncode == 0


NOT_FOR_PUBLICATION = "# Not for publication: small counts are not hidden here.\n"


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("rates.csv", NOT_FOR_PUBLICATION + "cause,factor,events\nadoption,all,3\n"),
        ("signed.csv", '"# Not for publication: small counts, and more",,\ncause,factor,events\n'),
        ("wide.csv", (NOT_FOR_PUBLICATION + "cause,events\n").encode("utf-16")),
        ("scenarios/shire/estimated.yaml", "# Shire.\n#\n" + NOT_FOR_PUBLICATION + "\nopening:\n"),
        (
            "folded.yaml",
            "# Shire, from its returns. Not for\n# publication: small counts.\nseed: 1\n",
        ),
        ("copied.yaml", "title: Shire\nnot_for_publication: true\n"),
        ("note.txt", "\nNot for publication. Three children of the shire.\n"),
    ],
)
def test_what_is_not_for_publication_is_refused_and_says_what_to_do(
    tmp_path: Path, path: str, content: str | bytes
) -> None:
    found = guard(tmp_path, written(tmp_path, path, content))
    assert found.returncode == 1
    assert found.stderr == (
        f"{path} says that it is not for publication, for small counts of children are not hidden "
        "in it, and must not be committed; keep it in inputs/private/, which git passes over, or "
        "outside the project. To share a forecast, give its page and charts: they hide such "
        "counts.\n"
    )


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("tests/shire/rates.csv", NOT_FOR_PUBLICATION + "cause,events\n"),
        ("docs/page.md", "# Own returns\n\n`rates.csv` says: Not for publication.\n"),
        ("summary.txt", "A forecast. Not for publication are other.csv and more.\n"),
        ("writer.py", '"""Writes rates."""\n\nSAID = "Not for publication"\n'),
        ("rates.csv", "cause,factor,events\nnot for publication,all,3\n"),
        ("scenario.yaml", "# Anyborough.\ntitle: Any\nnot_for_publication: false\n"),
    ],
)
def test_what_only_speaks_of_publication_is_let_through(
    tmp_path: Path, path: str, content: str
) -> None:
    assert guard(tmp_path, written(tmp_path, path, content)).returncode == 0


def test_one_record_among_many_files_is_found(tmp_path: Path) -> None:
    well = written(tmp_path, "a.csv", "year,children\n2020,618\n")
    record = written(tmp_path, "b.csv", EPISODES + INVENTED)
    found = as_a_command(tmp_path, well, record, "not there.csv")
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
    found = as_a_command(ROOT, *kept)
    assert (found.returncode, found.stderr) == (0, "")


@pytest.fixture(scope="module")
def git(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that ignores what this one does."""
    folder = tmp_path_factory.mktemp("repository")
    shutil.copy(ROOT / ".gitignore", folder)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    return folder


def ignored(git: Path, path: str) -> bool:
    found = subprocess.run(
        ["git", "check-ignore", "--quiet", "--no-index", path], cwd=git, check=False
    )
    assert found.returncode in (0, 1)
    return found.returncode == 0


@pytest.mark.parametrize(
    "path",
    [
        "episodes.csv",
        "sufficiency/ssda903/episodes.csv",
        "tests/ssda903/2021/header.csv",
        "export/2021/uasc.csv",
        "export/2021/Episodes.CSV",
        "child-level/audit.csv",
        "estimates/shire/child-level/placements.parquet",
        "inputs/ssda903/2021/anything.csv",
        "inputs/private/a.txt",
        "return.903.xml",
    ],
)
def test_git_ignores_returns_exports_and_what_is_at_child_level(git: Path, path: str) -> None:
    assert ignored(git, path)


@pytest.mark.parametrize(
    "path",
    [
        "sufficiency/ssda903/read.py",
        "sufficiency/ssda903/codes.yaml",
        "tests/ssda903/test_read.py",
        "docs/ssda903.md",
        "sufficiency/episodes.py",
        "inputs/middlesbrough/prices.csv",
    ],
)
def test_git_keeps_the_code_that_reads_returns(git: Path, path: str) -> None:
    assert not ignored(git, path)
