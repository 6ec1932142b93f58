"""Help is there at once, and options that make no sense are refused in a sentence."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import COMMAND, environment, sufficiency
from typer.testing import CliRunner, Result

from sufficiency.cli import app

pytestmark = pytest.mark.functional

VERBS = ("run", "estimate", "backtest", "check", "explain", "schema", "new", "new scenario")
HEAVY = ("numpy", "pandas", "scipy", "matplotlib", "pyarrow", "simpy", "yaml")

LOADED_BY_HELP = """
import json, sys
from sufficiency.cli import main
for words in {words}:
    sys.argv = ["sufficiency", *words]
    try:
        main()
    except SystemExit as leaving:
        heavy = [name for name in {heavy} if name in sys.modules]
        print("LOADED", json.dumps([leaving.code, heavy]))
"""


def here(*words: str | Path) -> Result:
    """Give a command in this process. What a whole process adds is tested by the others."""
    return CliRunner().invoke(app, [*map(str, words)], env={"COLUMNS": "100"})


def test_help_of_every_verb_loads_nothing_heavy(project: Path) -> None:
    verbs = ("", *VERBS)
    code = LOADED_BY_HELP.format(words=[[*verb.split(), "--help"] for verb in verbs], heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=project,
        env=environment(),
    )
    told = re.findall(r"(.*?)LOADED (.*?)\n", done.stdout, re.DOTALL)
    for verb, (said, loaded) in zip(verbs, told, strict=True):
        assert json.loads(loaded) == [0, []], verb
        assert f"sufficiency {verb}".strip() in said
        assert "--help" in said


def test_help_lists_every_verb_with_a_sentence() -> None:
    said = here("--help").stdout
    for verb in VERBS[:5]:
        assert re.search(rf"^ +{verb} +[A-Z]", said, re.MULTILINE), verb


def test_help_of_run_tells_every_option() -> None:
    said = here("run", "--help").stdout
    options = ("--replications", "--seed", "--workers", "--out", "--episodes", "--quiet")
    for option in (*options, "--show-small-counts"):
        assert option in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--replications", "0"), "--replications"),
        (("--replications", "many"), "--replications"),
        (("--workers", "0"), "--workers"),
        (("--seed", "-1"), "--seed"),
        (("--episodes", "-1"), "--episodes"),
        (("--futures", "3"), "--futures"),
    ],
)
def test_an_option_that_makes_no_sense(small: Path, words: tuple[str, ...], told: str) -> None:
    done = here("run", small, *words)
    assert done.exit_code == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("words", [("run",), ("walk",), ("check",), ("explain", "x.yaml")])
def test_too_few_words_or_an_unknown_verb(words: tuple[str, ...]) -> None:
    done = here(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_exit_codes_of_the_other_verbs(project: Path, small: Path) -> None:
    assert here("--version").exit_code == 0
    sound = sufficiency("check", small, at=project)
    assert (sound.returncode, sound.stdout) == (0, "Nothing is wrong.\n")
    explained = here("explain", small, "entries.per_year")
    assert explained.exit_code == 0
    assert "scenarios/example.yaml" in explained.stdout
    unknown = here("explain", small, "entries.per_yaer")
    assert unknown.exit_code == 2
    assert "per_year" in unknown.stderr


def test_a_reader_that_has_read_enough_is_no_fault(project: Path) -> None:
    """As when the words go to ``head``, which closes its end of the pipe."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*COMMAND, "schema"], stdout=writing, stderr=subprocess.PIPE, text=True, cwd=project,
        env=environment(), check=False,
    )  # fmt: skip
    os.close(writing)
    assert done.stderr == ""


def test_an_old_terminal_without_a_pound_sign_is_no_fault(project: Path, small: Path) -> None:
    layer = project / "scenarios/pounds.yaml"
    layer.write_text(
        "based_on: small.yaml\nentries: {change: {value: 1, mark: J, reason: about £5}}\n",
        encoding="utf-8",
    )
    done = sufficiency(
        "explain", layer, "entries.change", at=project, env={"PYTHONIOENCODING": "iso8859-5"}
    )
    assert done.returncode == 0, done.stderr
    assert "about ?5" in done.stdout
