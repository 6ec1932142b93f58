"""Pictures of what the model represents: children, homes, carers, and the order of the work.

What stands in the nodes is read from the model and from a scenario. The arrows, which say what may
follow what, are drawn here; the tables beside the pictures name the code that decides.
"""

from __future__ import annotations

import ast
import inspect
from itertools import pairwise
from typing import Any

from flowchart import COMES, WAITS, Flow
from model_words import CODES, said

from sufficiency.episodes import MOVED_BECAUSE, PANEL
from sufficiency.forecast import replication
from sufficiency.scenario.schema import Scenario
from sufficiency.scenario.values import ALWAYS, Dated, Quantity
from sufficiency.vocabulary import LABELS, AfterCare, Category, Move


def before_care() -> str:
    """From being at risk to coming into care."""
    flow = Flow()
    at_risk = flow.node("At risk of coming into care", COMES)
    line = flow.node("Line for a service:<br/>ages it takes first, then time waited", WAITS)
    helped = flow.node("Helped: the clock until care<br/>runs at another speed")
    enters = flow.node("Comes into care", COMES)
    flow.link(at_risk, line, "a service is open, helps the age, reaches the child")
    flow.link(line, helped, "room in the caseload")
    flow.link(at_risk, enters, "no service")
    for code in CODES["help"]:
        outcome = flow.node(said("help", code))
        flow.link(helped, outcome)
        if code != "finished":
            flow.link(line, outcome)
        if code == "entered_care":
            flow.link(outcome, enters)
        elif code == "risk_ended":
            flow.link(outcome, at_risk, "some, later")
        else:
            flow.link(outcome, at_risk, "still at risk")
    flow.link(flow.node("Not known beforehand:<br/>babies, emergencies", COMES), enters)
    flow.link(flow.node("Was in care before<br/>the forecast", COMES), enters, "comes back")
    for code in CODES["category"]:
        if code != Category.ORDINARY:
            flow.link(flow.node(f"{said('category', code)}<br/>children", COMES), enters)
    return flow.drawn()


def from_home_to_home() -> str:
    """From coming into care to a home, and on to the next."""
    flow = Flow()
    plan = flow.node("Care plan, by age")
    search = flow.node("Search down the plan's list<br/>for room that suits")
    home = flow.node("Lives in a home")
    line = flow.node("Line for the place wanted", WAITS)
    for code in CODES["began"]:
        if code in MOVED_BECAUSE:
            continue
        came = flow.node(said("began", code), COMES)
        flow.link(came, home if code == "opening" else plan)
        if code == "entry":
            flow.link(came, home, "beside a brother or sister, if there is room")
    flow.link(plan, search)
    flow.link(search, home, "the first found")
    flow.link(home, line, "wanted a place that was full")
    for code in MOVED_BECAUSE:
        reason = flow.node(said("ended", code))
        flow.link(line if code == PANEL else home, reason)
        if code == PANEL:
            flow.link(reason, home, "after the notice")
        else:
            flow.link(reason, plan if code in tuple(Move) else search)
    return flow.drawn()


def out_of_care(scenario: Scenario) -> str:
    """Ways out of care, and what comes after."""
    flow = Flow("LR")
    home = flow.node("In care")
    ways = [code for code in CODES["ended"] if code not in MOVED_BECAUSE]
    orders = [route.value for route in scenario.courts.routes] if scenario.courts else []
    returns = [r.value for r in scenario.returning.within_one_year] if scenario.returning else []
    paid = [kind.value for kind in AfterCare]
    court = flow.node("Line for the court<br/>and the lawyers", WAITS) if orders else home
    if orders:
        flow.link(home, court, "an order is due")
    back = flow.node("Some come back into care<br/>within six years")
    for way in ways:
        allowance = "<br/>some: an allowance until 18" if way in paid else ""
        gone = flow.node(f"{said('ended', way)}{allowance}", COMES)
        flow.link(court if way in orders else home, gone)
        if way in returns:
            flow.link(gone, back)
    return flow.drawn()


def a_place_comes_free(scenario: Scenario) -> str:
    """How the panel offers a place."""
    flow = Flow("LR")
    free = flow.node("A place is free")
    for cause in (
        "a child leaves or moves",
        "places are added, or a setting opens",
        "carers are approved, or can take a child again",
    ):
        flow.link(flow.node(cause, COMES), free)
    line = flow.node("Line: by where they live now,<br/>then by time waited", WAITS)
    flow.link(free, line, "offered down the line")
    days = figure(scenario.panel.notice)
    held = flow.node(f"Held for {days} days<br/>until the child moves in")
    flow.link(line, held, "suits, and is accepted")
    flow.link(line, flow.node("Free for the next search"), "nobody accepts")
    flow.link(held, flow.node(f"Moves: {said('ended', PANEL).lower()}"))
    flow.link(held, free, "the child leaves care first")
    return flow.drawn()


def name_of(scenario: Scenario, setting: str) -> str:
    """What to call a setting."""
    return scenario.settings[setting].label or LABELS.get(setting, setting.replace("_", " "))


def figure(value: Any) -> str:
    """A figure of a scenario in a few characters; a dated one with its dates."""
    if isinstance(value, Dated):
        told = [
            figure(quantity) if date == ALWAYS else f"{figure(quantity)} from {date}"
            for date, quantity in value.from_.items()
        ]
        return ", ".join(told)
    assert isinstance(value, Quantity)
    return f"{value.value:g}" if value.value is not None else f"{value.p10:g} to {value.p90:g}"


def places_of(scenario: Scenario, name: str) -> str:
    """How many places a setting has, or nothing where there is no limit."""
    rule = scenario.settings[name]
    if scenario.carers is not None and scenario.carers.setting == name:
        return f"{figure(scenario.carers.households)} households"
    return "" if rule.places is None else f"{figure(rule.places)} places"


def search_orders(scenario: Scenario) -> str:
    """Each plan's list of settings, as far as possible as one chain."""
    flow = Flow("LR")
    following: dict[str, dict[str, list[str]]] = {}
    for plan in scenario.plans:
        order = scenario.search_order(plan)
        for before, after in pairwise(order):
            following.setdefault(before, {}).setdefault(after, []).append(plan.value)
    for plan in scenario.plans:
        start = flow.node(f"Plan: {plan.value}", COMES)
        flow.link(start, _setting_node(flow, scenario, scenario.search_order(plan)[0]))
    for before, chances in following.items():
        for after, plans in chances.items():
            label = "if not" if len(chances) == 1 else f"if not ({', '.join(plans)})"
            here = _setting_node(flow, scenario, before)
            flow.link(here, _setting_node(flow, scenario, after), label)
    return flow.drawn()


def _setting_node(flow: Flow, scenario: Scenario, name: str) -> str:
    places = places_of(scenario, name)
    label = name_of(scenario, name)
    return flow.node(f"{label}<br/>{places}", WAITS) if places else flow.node(label)


def own_carers(scenario: Scenario) -> str:
    """From an enquiry to a household, and to its end."""
    flow = Flow()
    enquiry = flow.node("Enquires about fostering", COMES)
    apply = flow.node("Applies")
    limit = ""
    if scenario.carers is not None:
        posts, each = figure(scenario.carers.assessors), figure(scenario.carers.assessments_each)
        limit = f":<br/>{posts} posts, {each} assessments each"
    line = flow.node(f"Line for an assessor, in order of time{limit}", WAITS)
    assessed = flow.node("Is assessed, for months")
    house = flow.node("A household with places")
    flow.link(enquiry, apply, "some")
    flow.link(apply, line)
    flow.link(line, assessed, "an assessor has room")
    for code in CODES["application"]:
        outcome = flow.node(said("application", code))
        flow.link(line if code == "gave_up" else assessed, outcome)
        if code == "approved":
            flow.link(outcome, house)
    flow.link(flow.node("Fosters on the first day", COMES), house)
    before = house
    for code in CODES["place"]:
        if code == "approved":
            continue
        event = flow.node(said("place", code))
        if code == "available":
            flow.link(before, event)
            flow.link(event, house)
        elif code == "leaves":
            flow.link(before, event)
            flow.link(event, flow.node("Its children look<br/>for another home"))
        else:
            flow.link(house, event)
        before = event
    return flow.drawn()


def relatives(scenario: Scenario) -> str:
    """The approval of a relative or friend."""
    rules = [rule.approval for rule in scenario.settings.values() if rule.approval is not None]
    assert rules, "the first scenario must have a setting that needs approval"
    days, more = figure(rules[0].temporary), figure(rules[0].extension)
    cases = figure(rules[0].panel_per_year)
    flow = Flow("LR")
    placed = flow.node("Moves in with a<br/>relative or friend", COMES)
    temporary = flow.node(f"Temporary approval,<br/>{days} days")
    line = flow.node(f"Line for the panel,<br/>{cases} cases a year", WAITS)
    stays = flow.node("Stays")
    ends = flow.node("Must move: not approved")
    flow.link(placed, temporary)
    flow.link(temporary, line)
    flow.link(line, stays, "approved")
    flow.link(line, ends, "refused")
    flow.link(line, ends, f"no turn within {more} more days")
    flow.link(ends, flow.node("Search down the plan's list,<br/>this setting barred"))
    return flow.drawn()


def one_future() -> str:
    """Who hands what to whom in one future, read from the function that runs it."""
    flow = Flow()
    made: dict[str, str] = {}
    steps = ast.walk(ast.parse(inspect.getsource(replication.simulated)))
    for step in (step for step in steps if isinstance(step, ast.Assign)):
        done = _worker(flow, step.value, made)
        if done is not None:
            made.update(dict.fromkeys(_names(*step.targets), done))
    return flow.drawn()


def _worker(flow: Flow, step: ast.expr, made: dict[str, str]) -> str | None:
    """The node of the function a step calls, linked to what made its arguments."""
    calls = [node for node in ast.walk(step) if isinstance(node, ast.Call)]
    called = [c.func.id for c in calls if isinstance(c.func, ast.Name)]
    found = [getattr(replication, name) for name in called]
    functions = [f for f in found if inspect.isfunction(f) and f.__name__ != "chancy_settings"]
    if not functions:
        return None
    function = functions[0]
    where = function.__module__.removeprefix("sufficiency.").replace(".", "/")
    does = first_sentence(function).rstrip(".")
    node = flow.node(f"{does}<br/><i>{where}.py: {function.__name__}</i>")
    for maker in dict.fromkeys(made[name] for name in _names(step) if name in made):
        flow.link(maker, node)
    return node


def _names(*expressions: ast.expr) -> list[str]:
    """The variables named, each once, in order."""
    nodes = [node for each in expressions for node in ast.walk(each)]
    return list(dict.fromkeys(node.id for node in nodes if isinstance(node, ast.Name)))


def first_sentence(thing: Any) -> str:
    """The first sentence of what something says of itself."""
    paragraph = " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())
    return paragraph.split(". ")[0].rstrip(".") + "."
