"""The simulation against queueing and survival theory, worked out here."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import linalg, stats
from small_worlds import World, always, children, home, present

from sufficiency.episodes import OPEN, REASONS_CEASED, REASONS_NEW
from sufficiency.periods import DAYS_PER_YEAR
from sufficiency.vocabulary import Move, Route

pytestmark = pytest.mark.theory


def within_chance(found: float, expected: float, standard_error: float) -> bool:
    """Within four standard errors: wrong once in 16,000 when all is right."""
    return abs(found - expected) < 4 * standard_error


def test_an_infinite_server_caseload_is_poisson_with_the_mean_of_theory() -> None:
    """M/G/infinity from empty: Poisson, mean = arrivals x mean time present."""
    rate, leave, years = 60.0, 0.5, 5
    world = World(
        (home("a"),), ((0,),), {Route.HOME_PLANNED: leave}, entries=(0, rate, 0, 0, 0), years=years
    )
    days = world.parameters().horizon.days
    found = np.array([present(world.run(replication=k).episodes, days - 1) for k in range(1, 301)])
    mean = rate / leave * (1 - math.exp(-leave * days / DAYS_PER_YEAR))
    assert within_chance(found.mean(), mean, math.sqrt(mean / len(found)))
    chi2 = found.var(ddof=1) * (len(found) - 1) / mean
    assert 0.0005 < stats.chi2.cdf(chi2, len(found) - 1) < 0.9995


def test_moves_between_settings_match_the_matrix_exponential() -> None:
    """Two settings, constant hazards, no limits: a Markov chain with immigration."""
    breakdown, home_rate, order_rate = 0.8, 0.3, 0.5
    world = World(
        (home("a"), home("b")),
        ((0,), (1,)),
        {Route.HOME_PLANNED: home_rate, Route.SPECIAL_GUARDIANSHIP: order_rate},
        {Move.BREAKDOWN: breakdown},
        effects={(1, Route.SPECIAL_GUARDIANSHIP): 0.2, (1, Move.BREAKDOWN): 0.0},
        entries=(0, 40.0, 0, 0, 0),
        years=3,
        plan_after=1,
    )
    opened = children(100, 0)
    days = world.parameters().horizon.days
    found = np.array(
        [
            [present(e, days - 1, 0), present(e, days - 1, 1)]
            for e in (world.run(replication=k, opening=opened).episodes for k in range(1, 201))
        ]
    )
    leave_a, leave_b = home_rate + order_rate, home_rate + 0.2 * order_rate
    # Rows: from a, from b, arrivals (a constant 1 that feeds a).
    generator = np.array(
        [[-leave_a - breakdown, breakdown, 0.0], [0.0, -leave_b, 0.0], [40.0, 0.0, 0.0]]
    )
    expected = np.array([100.0, 0.0, 1.0]) @ linalg.expm(generator * days / DAYS_PER_YEAR)
    for setting in (0, 1):
        error = found[:, setting].std(ddof=1) / math.sqrt(len(found))
        assert within_chance(found[:, setting].mean(), expected[setting], error)


def test_turned_away_share_is_erlangs_loss_formula() -> None:
    """A setting with beds and no queue, an overflow that always has room."""
    beds, rate, stay_years = 6, 30.0, 0.25
    world = World(
        (home("hub", places=always(beds)), home("elsewhere")),
        ((0, 1),),
        {Route.HOME_PLANNED: 1 / stay_years},
        entries=(0, 0, rate, 0, 0),
        years=10,
    )
    turned_away, asked = [], []
    for k in range(1, 61):
        episodes = world.run(replication=k).episodes
        settled = episodes.start > 365  # ten mean stays: the empty start is forgotten
        asked.append(settled.sum())
        turned_away.append((settled & (episodes.setting == 1)).sum())
    load = rate * stay_years
    terms = [load**n / math.factorial(n) for n in range(beds + 1)]
    loss = terms[-1] / sum(terms)
    shares = np.array(turned_away) / np.array(asked)
    assert within_chance(shares.mean(), loss, shares.std(ddof=1) / math.sqrt(len(shares)))


def test_littles_law_holds_for_completed_stays() -> None:
    """Average caseload = arrivals per day x average stay, counted two ways."""
    world = World(
        (home("a"),), ((0,),), {Route.HOME_PLANNED: 4.0}, entries=(0, 50, 50, 0, 0), years=20
    )
    episodes = world.run().episodes
    days = world.parameters().horizon.days
    window = range(730, days)
    caseload = np.mean([present(episodes, day) for day in window])
    arrived = (episodes.start >= 730) & (episodes.end != OPEN)
    stay = (episodes.end[arrived] - episodes.start[arrived]).mean()
    per_day = (episodes.start >= 730).sum() / len(window)
    assert caseload == pytest.approx(per_day * stay, rel=0.03)


def test_leaving_follows_the_hazard_over_age_time_and_calendar() -> None:
    """Time to leaving, with hazards that change with age, time in care and the year."""
    by_age, by_time = (1.0, 0.5, 2.0, 1.0, 1.0), (3.0, 1.0, 0.4, 1.0, 1.0)
    starts, calendar = (-math.inf, 365.0, 900.0), (1.0, 1.8, 0.3)
    rate = 0.6
    world = World(
        (home("a"),),
        ((0,),),
        {Route.ADOPTION: rate},
        by_age=by_age,
        by_time=by_time,
        calendar_starts=starts,
        calendar=calendar,
    )
    opened = children(4000, age_years=3.5)
    episodes = world.run(opening=opened).episodes
    born, days = int(opened.born[0]), world.parameters().horizon.days
    day = np.arange(days)
    age = np.searchsorted([0, 1, 5, 10, 16], (day - born) / 365.25, side="right") - 1
    time = np.searchsorted([0, 91, 365, 731, 1826], day + 1, side="right") - 1
    year = np.searchsorted(starts, day, side="right") - 1
    hazard = rate / DAYS_PER_YEAR * np.array(by_age)[age] * np.array(by_time)[time]
    hazard *= np.array(calendar)[year]
    surviving = np.exp(-np.cumsum(hazard))
    found = np.array([(episodes.end > each).mean() for each in day])
    # The largest gap between an empirical and a true survival curve (Kolmogorov).
    assert np.abs(found - surviving).max() < stats.kstwo.ppf(0.9999, len(opened.born))


def test_the_clock_for_leaving_carries_across_moves() -> None:
    """Moving between like settings does not change when children leave."""
    still = World((home("a"),), ((0,),), {Route.HOME_PLANNED: 0.5})
    restless = World((home("a"),), ((0,),), {Route.HOME_PLANNED: 0.5}, {Move.BREAKDOWN: 6.0})
    opened = children(300)
    ends = [
        {
            int(child): int(end)
            for child, end, why in zip(e.child, e.end, e.reason_ceased, strict=True)
            if why in (0, 1)
        }
        for e in (world.run(opening=opened).episodes for world in (still, restless))
    ]
    assert ends[0].keys() == ends[1].keys()
    off = [abs(ends[0][child] - ends[1][child]) for child in ends[0]]
    assert max(off) <= 1  # rounding to whole days
    assert len(set(off)) <= 2


def test_more_vacancies_make_a_match_likelier_by_the_formula() -> None:
    """The chance that one of n vacancies suits a child is 1 - (1 - m)^n."""
    match, places = 0.1, 8
    world = World(
        (home("own", places=always(places), match=match), home("bought")),
        ((0, 1),),
        {Route.HOME_PLANNED: 2000.0},
        entries=(0, 0, 60.0, 0, 0),
        years=20,
    )
    shares = []
    for k in range(1, 21):
        episodes = world.run(replication=k).episodes
        shares.append((episodes.setting == 0).mean())
    expected = 1 - (1 - match) ** places  # stays are so short that the places are empty
    error = np.std(shares, ddof=1) / math.sqrt(len(shares))
    assert within_chance(float(np.mean(shares)), expected, error)


def test_events_over_exposure_give_back_each_settings_rates() -> None:
    """With clocks of different speed in each setting, and many moves between them."""
    rates = {Route.HOME_PLANNED: 0.3, Route.SPECIAL_GUARDIANSHIP: 0.2}
    effects = {
        (0, Route.SPECIAL_GUARDIANSHIP): 3.0,
        (1, Route.SPECIAL_GUARDIANSHIP): 0.5,
        (1, Route.HOME_PLANNED): 0.0,
        (0, Move.BREAKDOWN): 0.5,
        (1, Move.BREAKDOWN): 2.0,
    }
    world = World(
        (home("a", suitable=(always(0.5),) * 5), home("b")),
        ((0, 1),),
        rates,
        {Move.BREAKDOWN: 1.5},
        effects=effects,
        entries=(0.0, 60.0, 60.0, 0.0, 0.0),
        years=6,
    )
    names = [REASONS_CEASED.index(c.value) for c in (*rates, Move.BREAKDOWN)]
    events, exposure = np.zeros((2, 3)), np.zeros(2)
    days = world.parameters().horizon.days
    for k in range(1, 31):
        e = world.run(replication=k).episodes
        for setting in (0, 1):
            here = e.setting == setting
            exposure[setting] += (np.minimum(e.end, days) - e.start)[here].sum() / DAYS_PER_YEAR
            events[setting] += [(e.reason_ceased[here] == name).sum() for name in names]
    expected = exposure[:, None] * np.array([[0.3, 0.6, 0.75], [0.0, 0.1, 3.0]])
    assert (np.abs(events - expected) <= 4 * np.sqrt(expected) + 1e-9).all()


def test_the_share_for_whom_a_setting_is_possible_is_placed_there() -> None:
    """On entering care the stated share; after a move, that share times the stated ratio."""
    kin = home("kin", suitable=(always(0.4),) * 5, suitable_after_a_move=0.5)
    world = World(
        (kin, home("bought")),
        ((0, 1),),
        {Route.HOME_PLANNED: 0.5},
        {Move.BREAKDOWN: 2.0},
        entries=(20.0, 20.0, 20.0, 20.0, 20.0),
    )
    at_entry, after_move = [], []
    for k in range(1, 31):
        e = world.run(replication=k).episodes
        entered = e.reason_new == REASONS_NEW.index("entry")
        at_entry.append((e.setting[entered] == 0).mean())
        after_move.append((e.setting[~entered] == 0).mean())
        assert (e.first_choice == e.setting).all()  # what is not possible is not a choice
    for found, expected in ((at_entry, 0.4), (after_move, 0.2)):
        error = np.std(found, ddof=1) / math.sqrt(len(found))
        assert within_chance(float(np.mean(found)), expected, error)
