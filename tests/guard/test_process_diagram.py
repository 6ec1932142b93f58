"""The pictures of the model are those of the code: nothing is missing, stale or too crowded."""

from __future__ import annotations

import importlib
import pkgutil
import re
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

import sufficiency.model
from sufficiency.episodes import (
    HELP_OUTCOMES,
    MOVED_BECAUSE,
    REASONS_CEASED,
    REASONS_NEW,
    RECORDED_ONLY,
)
from sufficiency.scenario.load import load_scenario
from sufficiency.vocabulary import LABELS, Move, Route, Setting

pytestmark = pytest.mark.content

ROOT = Path(__file__).resolve().parents[2]
MOST_NODES = 22


@dataclass(frozen=True)
class Tools:
    page: ModuleType
    words: ModuleType
    pictures: ModuleType


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> Tools:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    names = ("process_diagram", "model_words", "model_pictures")
    return Tools(*(importlib.import_module(name) for name in names))


def kept() -> str:
    return (ROOT / "docs/model.md").read_text(encoding="utf-8")


def diagrams() -> list[str]:
    return re.findall(r"```mermaid\n(.*?)```", kept(), re.DOTALL)


def test_the_page_is_what_the_tool_writes(tools: Tools) -> None:
    assert kept() == tools.page.page(), "run python tools/process_diagram.py"


def test_check_tells_an_old_page_and_leaves_it(
    tools: Tools,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(tools.page, "PAGE", tmp_path / "model.md")
    assert tools.page.main([]) == 0
    assert tools.page.main(["--check"]) == 0
    (tmp_path / "model.md").write_text("old", encoding="utf-8")
    assert tools.page.main(["--check"]) == 1
    assert "python tools/process_diagram.py" in capsys.readouterr().err
    assert (tmp_path / "model.md").read_text(encoding="utf-8") == "old"
    assert tools.page.main(["--wrong"]) == 2


CODES = [*REASONS_NEW, *REASONS_CEASED, *Route, *Move, *HELP_OUTCOMES]
SIMULATED = {str(code) for code in CODES} - {"", *RECORDED_ONLY}


@pytest.mark.parametrize("code", sorted(SIMULATED))
def test_every_code_is_in_a_table_and_its_words_in_a_picture(code: str, tools: Tools) -> None:
    assert f"`{code}`" in kept()
    group = "help" if code in HELP_OUTCOMES else "ended" if code in REASONS_CEASED else "began"
    assert f'"{tools.words.said(group, code)}' in "".join(diagrams())


def test_every_setting_plan_and_service_of_the_scenarios_is_shown(tools: Tools) -> None:
    page = kept()
    for file in tools.page.SCENARIOS:
        assert file in page
        scenario = load_scenario(ROOT / file).scenario
        for name in scenario.settings:
            assert f"(`{name}`)" in page
        for plan in scenario.plans:
            assert f'"Plan: {plan.value}"' in page
        for service in scenario.edge_of_care.services if scenario.edge_of_care else ():
            assert f"(`{service}`)" in page
    for setting in Setting:
        assert LABELS[setting] in "".join(diagrams())


def test_every_module_of_the_model_is_named() -> None:
    for module in pkgutil.iter_modules(sufficiency.model.__path__):
        assert f"../sufficiency/model/{module.name}.py" in kept()


def test_something_new_changes_the_page(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    more = {"ended": (*tools.words.CODES["ended"], "moved_abroad")}
    monkeypatch.setattr(tools.pictures, "CODES", {**tools.words.CODES, **more})
    scenario = load_scenario(ROOT / tools.page.SCENARIOS[0]).scenario
    assert '"Moved abroad"' in tools.pictures.out_of_care(scenario)
    monkeypatch.setattr(tools.pictures, "MOVED_BECAUSE", (*MOVED_BECAUSE, "flood"))
    assert '"Flood"' in tools.pictures.from_home_to_home()
    homes = {**scenario.settings, "boat": scenario.settings["other"]}
    plans = {
        plan: rule.model_copy(update={"search_order": ("boat", *rule.search_order)})
        for plan, rule in scenario.plans.items()
    }
    afloat = scenario.model_copy(update={"settings": homes, "plans": plans})
    assert '"boat"' in tools.pictures.search_orders(afloat)
    assert any("(`boat`)" in row[0] for row in tools.page.settings_rows(afloat))


def test_words_and_places_are_for_codes_that_exist(tools: Tools) -> None:
    for group, words in tools.words.WORDS.items():
        assert set(words) <= set(tools.words.CODES[group])
    assert set(tools.page.DECIDED) <= {*REASONS_NEW, *REASONS_CEASED}
    with pytest.raises(AttributeError):
        tools.page.code_of("model.engine.Engine.no_such_thing")


def test_pictures_can_be_drawn_and_taken_in() -> None:
    """Each line is of a form Mermaid knows, each arrow joins two nodes, no picture is crowded."""
    node = re.compile(r'(n\d+)(?:\(\["[^"]+"\]\)|\["[^"]+"\]|\{\{"[^"]+"\}\}):::(comes|does|waits)')
    link = re.compile(r'(n\d+) -->(?:\|"[^"]+"\|)? (n\d+)')
    assert len(diagrams()) >= 8
    for diagram in diagrams():
        first, *lines = diagram.splitlines()
        assert re.fullmatch(r"flowchart (TD|LR)", first)
        nodes, joined = set(), set()
        for line in (line.strip() for line in lines):
            if found := node.fullmatch(line):
                nodes.add(found[1])
            elif found := link.fullmatch(line):
                joined |= {found[1], found[2]}
            else:
                assert line.startswith("classDef "), line
        assert joined == nodes
        assert len(nodes) <= MOST_NODES
