"""The documents say what the project does today: commands, links and figures."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from sufficiency import __version__
from sufficiency.commands.check import check
from sufficiency.forecast.gather import gather, replications_table
from sufficiency.forecast.replication import Plan
from sufficiency.forecast.runner import run_replications
from sufficiency.scenario.load import load_scenario

ROOT = Path(__file__).resolve().parents[2]


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def documents() -> list[Path]:
    found = [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "scenarios").rglob("*.md"),
    ]
    return [*found, *(ROOT / "inputs").rglob("*.md"), ROOT / "outputs/README.md"]


@pytest.mark.content
def test_the_checks_run_the_commands_of_the_readme() -> None:
    commands = re.findall(r"^(?:TEST|MAIN)_COMMAND='(.*)'$", read(".ci/run"), re.MULTILINE)
    assert len(commands) == 2
    assert set(commands) <= set(read("README.md").splitlines())


@pytest.mark.content
@pytest.mark.parametrize("page", documents(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        if "://" not in link:
            assert (page.parent / link).exists(), f"{page.name} points at {link}"


@pytest.mark.content
def test_decision_records_have_their_four_parts_and_are_listed() -> None:
    folder = ROOT / "docs/decisions"
    records = sorted(folder.glob("[0-9]*.md"))
    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
    listed = read("docs/decisions/README.md")
    for record in records:
        heads = re.findall(r"^## (.+)$", record.read_text(encoding="utf-8"), re.MULTILINE)
        assert heads == ["Context", "Decision", "Status", "Consequences"], record.name
        assert record.name in listed


@pytest.mark.content
def test_the_version_is_the_same_everywhere() -> None:
    assert f"\nversion: {__version__}\n" in read("CITATION.cff")
    assert f'\nversion = "{__version__}"\n' in read("pyproject.toml")
    assert f"## [{__version__}]" in read("CHANGELOG.md")


@pytest.mark.content
def test_the_layer_in_the_guide_is_the_file_and_nothing_is_wrong_with_it() -> None:
    file = "scenarios/middlesbrough-2020/fees-higher.yaml"
    shown = re.search(r"```yaml\n(.*?)```", read("docs/guide-finance.md"), re.DOTALL)
    assert shown is not None
    assert read(file).endswith(shown[1])
    assert check([ROOT / file]) == []


@pytest.mark.content
def test_the_page_for_councils_holds_the_rules_as_they_are() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    from rules_table import with_rules

    page = read("docs/own-returns.md")
    assert page == with_rules(page), "run python tools/rules_table.py"
    assert "| `small_gap` | changed | Up to 7 days" in page


@pytest.mark.content
def test_the_picture_of_the_house_names_every_room() -> None:
    rooms = {p.name for p in (ROOT / "sufficiency").iterdir() if (p / "__init__.py").exists()}
    picture = re.search(r"```mermaid\n(.*?)```", read("README.md"), re.DOTALL)
    assert picture is not None
    assert {room for room in rooms if f"{room}/" in picture[1]} == rooms


def updater(name: str = "update_method") -> ModuleType:
    sys.path.insert(0, str(ROOT / "tools"))  # it imports the tool beside it
    spec = importlib.util.spec_from_file_location(name, ROOT / f"tools/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


QUOTED = re.compile(r"<!-- from-run: ([a-z-]+) -->\n(.*?)<!-- end -->", re.DOTALL)


@pytest.mark.content
def test_the_parts_that_quote_runs_are_as_they_were_written() -> None:
    tool = updater()
    quoted = {
        name: text
        for document in ("docs/method.md", "README.md")
        for name, text in QUOTED.findall(read(document))
    }
    kept = json.loads(read(tool.KEPT.as_posix()))
    assert tool.fingerprints(quoted) == kept["parts"], "run tools/update_method.py"


@pytest.mark.backtest
@pytest.mark.parametrize("year", [2018, 2020])
def test_the_runs_quoted_are_those_of_today(
    year: int,
) -> None:
    """Their first futures, simulated again: each stands for all, as they share every rule.

    Within 1%, as other machines may round otherwise.
    """
    tool = updater()
    kept = json.loads(read(tool.KEPT.as_posix()))["runs"][f"middlesbrough-{year}-baseline"]
    whole = load_scenario(ROOT / f"scenarios/middlesbrough-{year}/baseline.yaml").scenario
    hint = "the documents are out of date: run tools/update_method.py"
    asked = (whole.seed, whole.replications, __version__)
    assert (kept["seed"], kept["replications"], kept["version"]) == asked, hint
    plan = Plan(whole, whole.seed)
    first = run_replications(plan, range(1, tool.KEPT_FUTURES + 1), workers=1)
    fresh = tool.first_futures(replications_table(gather(plan, first)))
    assert list(fresh) == list(kept["first_futures"])
    for name, values in fresh.items():
        assert values == pytest.approx(kept["first_futures"][name], rel=0.01), f"{name}: {hint}"


@pytest.mark.backtest
def test_the_page_of_ideas_is_what_the_library_says_today() -> None:
    tool = updater("update_interventions")
    hint = (
        "docs/interventions.md is out of date: compare again and run tools/update_interventions.py"
    )
    kept = json.loads(read(tool.KEPT.as_posix()))
    assert tool.fingerprints(dict(QUOTED.findall(read(tool.PAGE.as_posix())))) == kept["parts"], (
        hint
    )
    assert kept["version"] == __version__, hint
    for file, fingerprint in kept["files"].items():
        assert hashlib.sha256((ROOT / file).read_bytes()).hexdigest() == fingerprint, (file, hint)
    for stem in tool.AGAIN:
        whole = load_scenario(ROOT / f"scenarios/middlesbrough-2020/{stem}.yaml").scenario
        table = replications_table(
            gather(plan := Plan(whole, kept["seed"]), run_replications(plan, [1], workers=1))
        )
        again = tool.placement_cost(table)
        assert again == pytest.approx(kept["first_future"][tool.SET + stem], rel=0.01), hint
