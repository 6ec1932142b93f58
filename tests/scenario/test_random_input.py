"""Whatever a file holds, the answer is a scenario or a list of problems; never anything else."""

from __future__ import annotations

import copy
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_project import Project

from sufficiency.errors import InputError
from sufficiency.scenario.load import load_scenario
from sufficiency.scenario.resolved import resolved_yaml
from sufficiency.scenario.template import template_text

pytestmark = pytest.mark.unit


def paths(tree: Any, above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(tree, dict):
        return [above]
    return [above, *(path for key, each in tree.items() for path in paths(each, (*above, key)))]


LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast
DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
EXAMPLE = template_text(Path(tempfile.gettempdir()) / "example.yaml")
TREE: dict[str, Any] = yaml.load(EXAMPLE, LOADER)
SPOTS = paths(TREE)[1:]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.dates(),
    st.sampled_from(["0", "-1", "1e308", "agency_foster", "1_to_4", "from", "2025-04-01"]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
FIGURES = st.fixed_dictionaries(
    {"p10": st.floats(0, 1), "p90": st.floats(0, 1)},
    optional={"distribution": st.sampled_from(["normal", "beta", "gamma", "lognormal", "uniform"])},
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("random"))


def told_or_sound(project: Project, data: bytes) -> None:
    """Loads, or tells problems that each stand somewhere; and what loads, loads again."""
    path = project.write("random.yaml", data)
    try:
        loaded = load_scenario(path)
    except InputError as error:
        problems = error.problems
    else:
        again = project.write("again.yaml", resolved_yaml(loaded))
        assert load_scenario(again).scenario == loaded.scenario
        return
    assert problems
    assert all(each.line >= 1 and each.column >= 1 for each in problems)
    assert all(each.sentence and each.remedy for each in problems)


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=200))
def test_random_bytes(shared: Project, data: bytes) -> None:
    told_or_sound(shared, data)


@settings(max_examples=150, deadline=None)
@given(text=st.text(alphabet="ab: -[]{}&*!|>'\"%@`#,?\n\t0123.~<=", max_size=60))
def test_random_signs(shared: Project, text: str) -> None:
    told_or_sound(shared, text.encode())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_random_changes_to_a_sound_scenario(shared: Project, data: st.DataObject) -> None:
    tree = copy.deepcopy(TREE)
    for _ in range(data.draw(st.integers(1, 2))):
        *above, last = data.draw(st.sampled_from(SPOTS))
        group = tree
        for key in above:
            group = group.get(key) if isinstance(group, dict) else None
        if isinstance(group, dict):
            group[last] = data.draw(VALUES | FIGURES)
    text = yaml.dump(tree, Dumper=DUMPER, sort_keys=False)
    told_or_sound(shared, text.encode())


@settings(max_examples=40, deadline=None)
@given(cut=st.integers(0, len(EXAMPLE)), signs=st.text(max_size=3))
def test_a_file_broken_anywhere(shared: Project, cut: int, signs: str) -> None:
    text = EXAMPLE[:cut] + signs + EXAMPLE[cut + 1 :]
    told_or_sound(shared, text.encode("utf-8", "surrogatepass"))
