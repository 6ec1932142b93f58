"""Writes ``docs/model.md``: what the model represents, in pictures made from the code itself.

Every way out of care, every reason for moving, every setting, service and limit on the page is
read from where the model or a scenario states it. So a new one changes the page, and a test fails
until the page is made again. Use::

    python tools/process_diagram.py
    python tools/process_diagram.py --check
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import model_pictures as pictures
from flowchart import table
from model_words import CODES, said

import sufficiency.model
from sufficiency.episodes import CARER_LEFT, CLOSURE, NOT_APPROVED, PANEL
from sufficiency.model.parameters import CAUSES
from sufficiency.scenario.load import load_scenario
from sufficiency.scenario.schema import Scenario, SettingRule
from sufficiency.vocabulary import LABELS

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/model.md"
SCENARIOS = ("scenarios/middlesbrough-2020/baseline.yaml", "scenarios/middlesbrough-2020/hub.yaml")

_HEAD = """\
# The model in pictures

Made from the code by `python tools/process_diagram.py`; change the code, not this page. How each
part works is in the [method](method.md); what a scenario may say of it, in the
[reference](scenario.md).

Rounded and dark: someone comes from there, or is gone to there. Square: something happens, or a
state lasts. Pointed: waiting, because something is limited."""

DECIDED = {
    "opening": "estimate.caseload.opening_children",
    "entry": "model.edge.before_care",
    "return": "model.returns.Returns",
    "aged_18": "model.child.Child",
    CARER_LEFT: "model.supply.Supply.schedule_carers",
    NOT_APPROVED: "model.approvals.Approvals",
    PANEL: "model.panel.PlacementPanel",
    CLOSURE: "model.supply.Supply.schedule",
}
"""Where it is decided that something happens which no clock of the child brings about."""

PROCESSES: dict[str, tuple[str, ...]] = {
    "Who comes into care": (
        "sheet.candidates",
        "arrivals.draw_arrivals",
        "ages.rising",
        "edge.before_care",
        "edge_risk.children_at_risk",
        "edge_services.Services",
        "deliveries.reached",
        "population.draw_population",
    ),
    "Foster carers of the authority's own": (
        "carers.recruit",
        "assessors.follow",
        "carer_places.place_events",
        "households.CarerHomes",
    ),
    "Finding and keeping a home": (
        "search.Search",
        "market.Market",
        "placing.Placing",
        "panel.PlacementPanel",
        "supply.Supply",
        "approvals.Approvals",
        "turns.Turns",
    ),
    "A child's time in care, and after": (
        "engine.Engine",
        "child.Child",
        "clocks.clock_table",
        "returns.Returns",
        "after_care.opening_after_care",
        "record.Record",
    ),
    "What a future runs on": (
        "parameters.Parameters",
        "draw.draw_parameters",
        "draw_homes.draw_settings",
        "draw_rates.draw_clockwork",
        "dated.steps",
        "luck.draw_luck",
    ),
    "What it comes to on average, without chance": (
        "expected.Expectation",
        "expected_states.states_of",
        "expected_grid.spread_in_bands",
    ),
}
"""Who does what in ``sufficiency/model``; a module named here by nothing is listed last."""


def code_of(name: str) -> str:
    """A link to the code of that name under ``sufficiency``, once it is seen to exist.

    Args:
        name: Such as ``model.engine.Engine.run``.

    Returns:
        Markdown.

    Raises:
        AttributeError: When there is no such thing.
    """
    parts, depth = name.split("."), 0
    found: Any = sufficiency
    while depth < len(parts) and _is_module(parts[: depth + 1]):
        depth += 1
        found = importlib.import_module(".".join(("sufficiency", *parts[:depth])))
    for part in parts[depth:]:
        found = getattr(found, part)
    file = "/".join(parts[:depth])
    return f"[`{'.'.join(parts[depth - 1 :])}`](../sufficiency/{file}.py)"


def _is_module(parts: Sequence[str]) -> bool:
    path = ROOT.joinpath("sufficiency", *parts)
    return path.is_dir() or path.with_suffix(".py").is_file()


def _in_code(*names: str) -> str:
    return f"In the code: {', '.join(code_of(name) for name in names)}."


def reasons() -> str:
    """Every code of the placement record, with who decides."""
    rows = []
    for code in dict.fromkeys((*CODES["began"], *CODES["ended"])):
        begins, ends = code in CODES["began"], code in CODES["ended"]
        if code in CAUSES:
            by = f"the child's own clock: {code_of('model.clocks.clock_table')}"
        else:
            by = code_of(DECIDED.get(code, "model.engine.Engine"))
        words = said("ended" if ends else "began", code)
        rows.append((f"`{code}`", words, "yes" if begins else "", "yes" if ends else "", by))
    return table(("code", "in words", "begins a placement", "ends one", "decided by"), rows)


def other_codes() -> str:
    """Codes of the other records."""
    names = {
        "help": "`HELP_OUTCOMES`: how help at the edge of care, or the wait for it, ended",
        "application": "`OUTCOMES`: how an application to foster ended",
        "place": "`KINDS`: what can happen to carers' places",
        "siblings": "`SIBLINGS`: how a child who came with a brother or sister began",
        "category": "`Category`",
    }
    rows = [
        (meaning, "; ".join(f"`{code}` {said(group, code)}" for code in CODES[group]))
        for group, meaning in names.items()
    ]
    return table(("record", "codes"), rows)


_SETTING_HEAD = ("setting", "places", "chance that a vacancy suits", "other limits")


def settings_rows(scenario: Scenario) -> list[Sequence[str]]:
    """The limits of each setting."""
    rows: list[Sequence[str]] = []
    for name, rule in scenario.settings.items():
        match = pictures.figure(rule.match)
        rows.append(
            (
                f"{pictures.name_of(scenario, name)} (`{name}`)",
                pictures.places_of(scenario, name) or "no limit",
                "always" if match == "1" else match,
                "; ".join(_other_limits(rule)),
            )
        )
    return rows


def _other_limits(rule: SettingRule) -> Iterator[str]:
    if rule.suitable is not None:
        chances = [figure for dated in rule.suitable.values() for figure in dated.from_.values()]
        low = min(chance.quantile(0.1) for chance in chances)
        high = max(chance.quantile(0.9) for chance in chances)
        yield f"possible for {low:.2g} to {high:.2g} of children, by age"
    if rule.nearby_places is not None:
        taken = pictures.figure(rule.others_nearby)
        near = pictures.figure(rule.nearby_places)
        yield f"{near} places within 20 miles, {taken} of them others'"
    if rule.approval is not None:
        yield "carers must be approved"
    if rule.delivery is not None:
        yield f"built up as `deliveries.{rule.delivery}`"
    if rule.stay is not None:
        yield f"stays of {pictures.figure(rule.stay)} days on average"
    if rule.draws_from:
        yield f"on opening draws from {', '.join(f'`{name}`' for name in rule.draws_from)}"
    if rule.opens is not None:
        yield f"opens {rule.opens}"
    if rule.closes is not None:
        yield f"closes {rule.closes}"


def _ranking(scenario: Scenario) -> str:
    names = (pictures.name_of(scenario, name) for name in scenario.panel.ranking)
    return ", ".join(name[0].lower() + name[1:] for name in names)


def services_table(scenario: Scenario) -> str:
    """The services at the edge of care, or that there are none."""
    edge = scenario.edge_of_care
    if edge is None or not edge.services:
        return "No service at the edge of care."
    rows = [
        (
            f"{service.label} (`{name}`)",
            ", ".join(LABELS[band] for band in service.ages),
            str(scenario.deliveries[service.delivery].opens),
            f"{pictures.figure(service.caseload)} at once",
            f"{pictures.figure(service.support)} days",
        )
        for name, service in edge.services.items()
    ]
    return table(("service", "ages", "opens", "helps", "for, on average"), rows)


def modules() -> str:
    """Every module of the model, with what it is for in its own words."""
    unnamed = {module.name for module in pkgutil.iter_modules(sufficiency.model.__path__)}
    rows = []
    for process, names in PROCESSES.items():
        for name in names:
            rows.append((process, code_of(f"model.{name}"), _about(name.split(".")[0])))
            unnamed.discard(name.split(".")[0])
            process = ""
    for name in sorted(unnamed):
        rows.append(("other", f"[`{name}`](../sufficiency/model/{name}.py)", _about(name)))
    return table(("process", "where", "in its own words"), rows)


def _about(module: str) -> str:
    return pictures.first_sentence(importlib.import_module(f"sufficiency.model.{module}"))


# The page --------------------------------------------------------------------------------------


def page() -> str:
    """The whole page."""
    scenarios = [load_scenario(ROOT / file).scenario for file in SCENARIOS]
    baseline = scenarios[0]
    parts = [
        _HEAD,
        "## The way of a child\n\n### Before care",
        "Without a service in the scenario this is not simulated: the same children come.",
        pictures.before_care(),
        _in_code(
            "model.edge.before_care",
            "model.edge_services.Services",
            "model.population.draw_population",
        ),
        "### From home to home",
        pictures.from_home_to_home(),
        _in_code(
            "model.engine.Engine",
            "model.search.Search",
            "model.placing.Placing",
            "model.supply.Supply",
        ),
        "### A place comes free",
        pictures.a_place_comes_free(baseline),
        f"Where they live now, in the baseline's order: {_ranking(baseline)}.",
        _in_code(
            "model.panel.PlacementPanel",
            "model.market.Market",
            "model.engine.Engine.offer_vacancies",
        ),
        "### Out of care, and back",
        pictures.out_of_care(baseline),
        _in_code(
            "model.child.Child", "model.turns.Turns", "model.returns.Returns", "model.record.Record"
        ),
        "### Every reason in the record of placements",
        reasons(),
        "Codes of the other records:",
        other_codes(),
        "## Where each plan looks for a home",
        "An arrow marked *if not* is followed when no room that suits was found. The last of a "
        "list always has room. Pointed boxes have a limited number of places.",
    ]
    shown: list[Sequence[str]] = []
    for file, scenario in zip(SCENARIOS, scenarios, strict=True):
        differs = [row for row in settings_rows(scenario) if row not in shown]
        parts += [
            f"### {scenario.title}",
            f"From [`{file}`](../{file}).{' Settings as above, and:' if shown else ''}",
            pictures.search_orders(scenario),
            table(_SETTING_HEAD, differs),
            services_table(scenario),
        ]
        shown += differs
    parts += [
        "## Foster carers of the authority's own",
        pictures.own_carers(baseline),
        _in_code(
            "model.carers.recruit",
            "model.assessors.follow",
            "model.carer_places.place_events",
            "model.households.CarerHomes",
        ),
        "## Approval of a relative or friend",
        pictures.relatives(baseline),
        _in_code("model.approvals.Approvals", "model.turns.Turns"),
        "## One future, from function to function",
        f"Read from {code_of('forecast.replication.simulated')}. What comes out is then counted "
        f"and priced in {code_of('forecast.replication.replicate')}.",
        pictures.one_future(),
        "## Which module holds which process",
        modules(),
    ]
    return "\n\n".join(parts) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write the page, or say whether it is what would be written."""
    if list(arguments) not in ([], ["--check"]):
        sys.stderr.write("Use: python tools/process_diagram.py [--check]\n")
        return 2
    written = page()
    if not arguments:
        PAGE.write_text(written, encoding="utf-8", newline="\n")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != written:
        sys.stderr.write("docs/model.md is out of date: run python tools/process_diagram.py\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
