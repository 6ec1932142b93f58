"""The template passes its own checks, and the pages made from the schema are up to date."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small_project import Project

from sufficiency.commands.check import check
from sufficiency.commands.new import new_scenario
from sufficiency.commands.schema import schema
from sufficiency.errors import InputError
from sufficiency.scenario.resolved import assumptions
from sufficiency.scenario.shape import TOP, Section, Series, Shape, Table

pytestmark = pytest.mark.content

ROOT = Path(__file__).parents[2]


def test_a_new_scenario_passes_and_says_it_is_invented(tmp_path: Path) -> None:
    path = tmp_path / "scenarios" / "mine" / "plan.yaml"
    new_scenario(path)
    text = path.read_text(encoding="utf-8")
    assert check([path]) == []
    first = "# yaml-language-server: $schema=../../docs/scenario.schema.json"
    assert text.splitlines()[0] == first
    assert "EXAMPLESHIRE IS IMAGINARY" in text


def test_every_figure_of_the_template_is_a_judgement(project: Project) -> None:
    rows = assumptions(project.load(project.example))
    assert {row.mark for row in rows if row.line} == {"J"}  # the defaults have sources


def test_the_template_tells_every_key_once(project: Project) -> None:
    lines = project.template.splitlines()
    stripped = [line.strip().removeprefix("# ") for line in lines]
    for name, meaning in _keys(TOP, set()):
        assert any(line.startswith(f"{name}:") for line in stripped), name
        opening = meaning.replace("``", "`")[:40]
        assert sum(line.startswith(opening) for line in stripped) >= 1, meaning


def _keys(shape: Shape, seen: set[type]) -> list[tuple[str, str]]:
    if isinstance(shape, (Table, Series)):
        return _keys(shape.each, seen)
    if not isinstance(shape, Section) or shape.model in seen:
        return []
    seen.add(shape.model)
    found = [(name, field.meaning) for name, field in shape.fields.items()]
    required = [field.shape for field in shape.fields.values() if field.required]
    return found + [pair for inner in required for pair in _keys(inner, seen)]


@pytest.mark.golden
def test_a_template_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError) as error:
        new_scenario(path)
    assert str(error.value) == (
        f"{path.as_posix()}:1:1 there is a file here already; choose another name"
    )
    assert path.read_text(encoding="utf-8") == "mine"
    with pytest.raises(InputError, match=r"ends in \.yaml; write plan\.yaml"):
        new_scenario(tmp_path / "plan.txt")
    with pytest.raises(InputError, match="cannot be written here"):
        new_scenario(path / "plan.yaml")


def test_check_tells_everything_of_every_file(project: Project) -> None:
    one = project.write("one.yaml", "based_on: example.yaml\nseed: x\n")
    two = project.write("two.yaml", "based_on: one.yaml\nreplications: x\n")
    found = check([one, project.example, two])
    assert [(problem.file, problem.line) for problem in found] == [
        ("scenarios/one.yaml", 2),
        ("scenarios/two.yaml", 2),
    ]


@pytest.mark.parametrize(
    ("file", "command", "reference"),
    [
        ("docs/scenario.schema.json", "sufficiency schema", False),
        ("docs/scenario.md", "sufficiency schema --reference", True),
    ],
)
def test_the_pages_are_up_to_date(file: str, command: str, reference: bool) -> None:
    kept = (ROOT / file).read_text(encoding="utf-8")
    assert kept == schema(reference), f"{file} is out of date: run `{command} > {file}`"


def test_the_schema_lets_a_layer_be_a_layer() -> None:
    definitions = json.loads(schema())
    assert "required" not in definitions
    settings = definitions["properties"]["settings"]["patternProperties"]
    assert {"type": "null"} in next(iter(settings.values()))["anyOf"]
    assert "required" not in definitions["$defs"]["SettingRule"]
    assert definitions["$defs"]["Share"]["anyOf"][0] == {
        "type": "number",
        "minimum": 0.0,
        "maximum": 1.0,
    }


def test_the_reference_tells_every_key_with_its_unit() -> None:
    page = schema(reference=True)
    for name, meaning in _keys(TOP, set()):
        assert f"| `{name}` | {meaning.replace('``', '`')}" in page
    assert "GBP per week, 0 to 100000, *dated*" in page
