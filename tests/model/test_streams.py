"""The same child has the same luck: what may change when something else does, and what not."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from small_worlds import World, always, children, home

from sufficiency.episodes import REASONS_CEASED, REASONS_NEW, Episodes
from sufficiency.model.arrivals import draw_arrivals
from sufficiency.model.luck import draw_luck
from sufficiency.model.parameters import EntryParameters
from sufficiency.scenario.values import Rate, Share
from sufficiency.streams import Draws, Streams
from sufficiency.vocabulary import Move, Route

pytestmark = pytest.mark.streams

WORLD = World(
    (home("own", places=always(30), match=0.2), home("bought", match=0.9), home("last")),
    ((0, 1, 2),),
    {Route.HOME_PLANNED: 0.3, Route.SPECIAL_GUARDIANSHIP: 0.2, Route.ADOPTION: 0.1},
    {Move.BREAKDOWN: 0.8},
    entries=(20.0, 20.0, 20.0, 20.0, 20.0),
    plan_to_move=0.4,
    notice_days=14.0,
)
ENTRY = REASONS_NEW.index("entry")


def same(one: Episodes, other: Episodes) -> bool:
    return all(
        a.tobytes() == b.tobytes()
        for a, b in zip(one.columns().values(), other.columns().values(), strict=True)
    )


def entrants(episodes: Episodes) -> dict[int, tuple[int, int]]:
    entry = episodes.reason_new == ENTRY
    return {
        int(child): (int(start), int(born))
        for child, start, born in zip(
            episodes.child[entry], episodes.start[entry], episodes.born[entry], strict=True
        )
    }


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    assert same(WORLD.run(seed=3).episodes, WORLD.run(seed=3).episodes)
    assert not same(WORLD.run(seed=3).episodes, WORLD.run(seed=4).episodes)
    assert not same(WORLD.run(replication=1).episodes, WORLD.run(replication=2).episodes)


def test_a_lower_entry_rate_takes_a_subset_of_the_same_children() -> None:
    fewer = dataclasses.replace(WORLD, entries=(20.0, 10.0, 20.0, 5.0, 0.0))
    many, few = entrants(WORLD.run().episodes), entrants(fewer.run().episodes)
    assert few.items() < many.items()
    assert len(few) < 0.7 * len(many)


def test_a_rate_above_one_strip_adds_children_and_keeps_the_rest() -> None:
    more = dataclasses.replace(WORLD, entries=(20.0, 20.0, 20.0, 150.0, 20.0))
    assert entrants(WORLD.run().episodes).items() < entrants(more.run().episodes).items()


def test_a_longer_forecast_changes_nothing_in_its_earlier_part() -> None:
    longer = dataclasses.replace(WORLD, years=8).run().episodes
    shorter = WORLD.run().episodes
    days = WORLD.parameters().horizon.days
    begun = longer.start < days
    assert begun.sum() == len(shorter)
    for name in ("child", "start", "setting", "location", "first_choice", "price_rank"):
        assert (longer.columns()[name][begun] == shorter.columns()[name]).all()
    ended = shorter.end < days
    assert (longer.end[begun][ended] == shorter.end[ended]).all()


def test_more_of_one_way_out_leaves_the_luck_of_the_others_alone() -> None:
    """With faster special guardianship, whoever still leaves another way leaves on the day."""
    faster = dataclasses.replace(WORLD, leaving=WORLD.leaving | {Route.SPECIAL_GUARDIANSHIP: 0.6})
    before, after = (leavers(world.run().episodes) for world in (WORLD, faster))
    guardianship = REASONS_CEASED.index("special_guardianship")
    assert sum(why == guardianship for _, why in after.values()) > sum(
        why == guardianship for _, why in before.values()
    )
    for child, (day, why) in after.items():
        if why != guardianship:
            assert before[child] == (day, why)


def leavers(episodes: Episodes) -> dict[int, tuple[int, int]]:
    routes = [REASONS_CEASED.index(route) for route in (*(r.value for r in Route), "aged_18")]
    left = np.isin(episodes.reason_ceased, routes)
    return {
        int(child): (int(end), int(why))
        for child, end, why in zip(
            episodes.child[left], episodes.end[left], episodes.reason_ceased[left], strict=True
        )
    }


def test_asking_for_more_rows_of_luck_leaves_earlier_rows_alone() -> None:
    few = draw_luck(Streams(1, 1), ("opening",), np.arange(10), ("own",))
    many = draw_luck(Streams(1, 1), ("opening",), np.arange(500), ("own",))
    for name in ("child", "leaving_marks", "homes"):
        assert (getattr(many, name)[:10] == getattr(few, name)).all()
    assert (many.matches[:10] == few.matches).all()


def test_a_setting_more_does_not_move_the_luck_of_others() -> None:
    entries = EntryParameters(np.full(5, 30.0), np.array([-np.inf]), np.array([1.0]), ((1.0,),) * 5)
    one = draw_arrivals(Streams(1, 1), entries, 1000, ("own",)).luck
    two = draw_arrivals(Streams(1, 1), entries, 1000, ("another", "own")).luck
    assert (one.homes == two.homes).all()
    assert (one.matches[..., 0] == two.matches[..., 1]).all()


def test_children_who_live_in_many_homes_draw_on_alone() -> None:
    """Past the end of a row, luck comes from the child's own stream; nobody else's moves."""
    restless = dataclasses.replace(WORLD, moving={Move.BREAKDOWN: 8.0})
    episodes = restless.run(opening=children(5)).episodes
    homes = np.unique(episodes.child, return_counts=True)[1]
    assert homes.max() > 12
    for child in np.unique(episodes.child):
        ranks = episodes.price_rank[episodes.child == child]
        assert len(np.unique(ranks)) == len(ranks)


def test_an_uncertain_figure_draws_from_a_stream_of_its_own() -> None:
    rate = Rate(p10=0.2, p90=0.4, distribution="gamma")
    share = Share(p10=0.2, p90=0.4, distribution="beta")
    rate.named("leaving.adoption.rate")
    share.named("settings.agency_foster.match")
    alone = [Draws(1, k)(rate) for k in range(1, 50)]
    for k in range(1, 50):
        Draws(1, k)(share)
    assert alone == [Draws(1, k)(rate) for k in range(1, 50)]
    assert len(set(alone)) == len(alone)
    assert Draws(1, 3)(rate) != Draws(1, 3)(rate, "2021/22")
    assert Draws(1, 2000)(rate) == Draws(1, 2000)(rate)
