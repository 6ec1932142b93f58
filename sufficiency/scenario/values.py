"""Figures as a scenario writes them: plain, annotated, uncertain or dated.

A figure may stand alone (``156``), carry where it came from (``value``, ``unit``,
``source``, ``mark``, ``reason``), or be an interval whose ends are its tenth and
ninetieth percentiles: eight futures in ten lie between them. A dated figure holds from
its date until the next. The kinds of figure below say the unit they are in and the range
they may take, so that a price typed in thousands or a share typed as a percentage is
refused before anything runs.
"""

from __future__ import annotations

import datetime as dt
import math
from functools import lru_cache
from itertools import pairwise
from typing import Any, ClassVar, Generic, Literal, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PrivateAttr,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from sufficiency.vocabulary import Mark

Distribution = Literal["normal", "lognormal", "gamma", "beta", "uniform"]
ALWAYS = dt.date(1900, 1, 1)
"""The date from which an undated figure holds."""

Z90 = 1.2815515655446004
"""Standard normal quantile at 0.9: so many deviations from its middle do an interval's ends lie."""


class Base(BaseModel):
    """What every part of a scenario obeys: fixed once read, and no unknown keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False
    )


class Quantity(Base):
    """One figure, with its interval where it is uncertain and its source where it has one.

    Attributes:
        path: Where the figure stands in its scenario, such as ``entries.per_year``. It names
            the figure's own random stream, so that making one figure uncertain leaves the
            draws of every other alone. Set when a scenario is loaded.
    """

    unit_name: ClassVar[str] = ""
    """The unit a figure of this kind is in."""
    low: ClassVar[float] = -math.inf
    high: ClassVar[float] = math.inf

    value: float | None = None
    """The figure, when it is taken as certain."""
    p10: float | None = None
    """Lower end: one future in ten is below it."""
    p90: float | None = None
    """Upper end: one future in ten is above it."""
    distribution: Distribution | None = None
    """Shape of the uncertainty between and beyond the ends."""
    unit: str | None = None
    """The unit, when stated. It must be the one expected."""
    source: str | None = None
    """Where the figure was read, or what it was worked out from."""
    mark: Mark | None = None
    """How well it is known: V, Vx, D, M or J."""
    reason: str | None = None
    """Why this figure and not another."""

    _path: str = PrivateAttr(default="")

    @property
    def path(self) -> str:
        """Where the figure stands in its scenario."""
        return self._path

    def named(self, path: str) -> None:
        """Tell the figure where it stands. Called once, by the loader."""
        self._path = path

    @model_validator(mode="before")
    @classmethod
    def _scalar_is_a_value(cls, data: Any) -> Any:
        if isinstance(data, bool):
            raise ValueError("a number is expected here, not true or false")
        if isinstance(data, (int, float)):
            return {"value": data}
        return data

    @model_validator(mode="after")
    def _is_plain_or_interval(self) -> Quantity:
        plain = self.value is not None
        parts = [self.p10 is not None, self.p90 is not None, self.distribution is not None]
        if plain and any(parts):
            raise ValueError("give either `value`, or `p10`, `p90` and `distribution`; not both")
        if not plain and not all(parts):
            raise ValueError("give `value`, or all three of `p10`, `p90` and `distribution`")
        for number in (self.value, self.p10, self.p90):
            if number is not None and not self.low <= number <= self.high:
                raise ValueError(
                    f"{number:g} is outside the range allowed here, {self.range_in_words()}"
                )
        if self.p10 is not None and self.p90 is not None:
            self._check_interval(self.p10, self.p90)
        if self.unit is not None and self.unit_name and self.unit != self.unit_name:
            raise ValueError(f"the unit here is `{self.unit_name}`, not `{self.unit}`")
        return self

    def _check_interval(self, p10: float, p90: float) -> None:
        if not p10 < p90:
            raise ValueError(f"p10 ({p10:g}) must be less than p90 ({p90:g}); swap or correct them")
        if self.distribution in ("lognormal", "gamma") and p10 <= 0:
            raise ValueError(
                f"a {self.distribution} interval must be above zero, p10 is {p10:g}; "
                "raise p10, or use normal or uniform"
            )
        if self.distribution == "beta" and not 0 < p10 < p90 < 1:
            raise ValueError(
                f"a beta interval must lie inside 0 to 1, not {p10:g} to {p90:g}; "
                "bring its ends inside, or use normal or uniform"
            )

    @classmethod
    def range_in_words(cls) -> str:
        """The range allowed, as a phrase: ``0 to 1``, ``0 or more``, ``any number``."""
        if cls.low <= -1e12 and cls.high >= 1e12:
            return "any number"
        if math.isinf(cls.high):
            return f"{cls.low:g} or more"
        return f"{cls.low:g} to {cls.high:g}"

    @property
    def is_uncertain(self) -> bool:
        """Whether the figure is an interval."""
        return self.value is None

    def quantile(self, chance: float) -> float:
        """The figure below which the given chance lies.

        Args:
            chance: Between 0 and 1, exclusive.

        Returns:
            The plain value, or the interval's quantile kept inside the range allowed.
        """
        if self.value is not None:
            return self.value
        assert self.p10 is not None
        assert self.p90 is not None
        assert self.distribution is not None
        drawn = interval_quantile(self.distribution, self.p10, self.p90, chance)
        return min(max(drawn, self.low), self.high)

    @property
    def central(self) -> float:
        """The plain value, or the median of the interval."""
        return self.quantile(0.5)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """A bare number or the annotated form, for editors."""
        annotated = handler(core_schema)
        number: JsonSchemaValue = {"type": "number"}
        if not math.isinf(cls.low):
            number["minimum"] = cls.low
        if not math.isinf(cls.high):
            number["maximum"] = cls.high
        return {"anyOf": [number, annotated]}


def interval_quantile(distribution: Distribution, p10: float, p90: float, chance: float) -> float:
    """Quantile of the named distribution whose tenth and ninetieth percentiles are given.

    Args:
        distribution: The family.
        p10: Tenth percentile, in the figure's own unit.
        p90: Ninetieth percentile, in the same unit.
        chance: Between 0 and 1, exclusive.

    Returns:
        The quantile, in the same unit.
    """
    from scipy import special

    if distribution == "uniform":
        return p10 + (p90 - p10) * (chance - 0.1) / 0.8
    z = float(special.ndtri(chance))
    if distribution == "normal":
        return (p10 + p90) / 2 + z * (p90 - p10) / (2 * Z90)
    if distribution == "lognormal":
        a, b = math.log(p10), math.log(p90)
        return math.exp((a + b) / 2 + z * (b - a) / (2 * Z90))
    if distribution == "gamma":
        shape, scale = gamma_from_interval(p10, p90)
        return float(special.gammaincinv(shape, chance)) * scale
    alpha, beta = beta_from_interval(p10, p90)
    return float(special.betaincinv(alpha, beta, chance))


@lru_cache(maxsize=4096)
def gamma_from_interval(p10: float, p90: float) -> tuple[float, float]:
    """Shape and scale of the gamma distribution with these percentiles."""
    from scipy import optimize, special

    def excess(log_shape: float) -> float:
        shape = math.exp(log_shape)
        low, high = special.gammaincinv(shape, 0.1), special.gammaincinv(shape, 0.9)
        return float(math.log(high) - math.log(max(low, 1e-300)) - math.log(p90 / p10))

    try:
        shape = math.exp(optimize.brentq(excess, math.log(0.01), math.log(1e8)))
    except (ValueError, OverflowError):
        raise ValueError(
            f"no gamma distribution has {p10:g} and {p90:g} as its p10 and p90"
        ) from None
    return shape, p90 / float(special.gammaincinv(shape, 0.9))


@lru_cache(maxsize=4096)
def beta_from_interval(p10: float, p90: float) -> tuple[float, float]:
    """Both parameters of the beta distribution with these percentiles."""
    from scipy import optimize, special

    mean = (p10 + p90) / 2
    spread = (p90 - p10) / (2 * Z90)
    concentration = max(mean * (1 - mean) / spread**2 - 1, 0.5)

    def misses(logs: Any) -> Any:
        a, b = math.exp(logs[0]), math.exp(logs[1])
        return [special.betainc(a, b, p10) - 0.1, special.betainc(a, b, p90) - 0.9]

    start = [math.log(mean * concentration), math.log((1 - mean) * concentration)]
    try:
        found = optimize.root(misses, start, method="hybr", tol=1e-12)
        good = found.success and max(abs(m) for m in misses(found.x)) <= 1e-6
    except (ValueError, OverflowError, ZeroDivisionError):
        good = False
    if not good:
        raise ValueError(f"no beta distribution has {p10:g} and {p90:g} as its p10 and p90")
    return math.exp(found.x[0]), math.exp(found.x[1])


class Share(Quantity):
    """A part of a whole, from 0 to 1 (0.25, not 25)."""

    unit_name: ClassVar[str] = "share"
    low: ClassVar[float] = 0.0
    high: ClassVar[float] = 1.0


class Children(Quantity):
    """A number of children."""

    unit_name: ClassVar[str] = "children"
    low: ClassVar[float] = 0.0
    high: ClassVar[float] = 100_000.0


class ChildrenPerYear(Quantity):
    """A flow of children, per year."""

    unit_name: ClassVar[str] = "children per year"
    low: ClassVar[float] = 0.0
    high: ClassVar[float] = 100_000.0


class Places(Quantity):
    """A number of places: beds, or children that carers can take."""

    unit_name: ClassVar[str] = "places"
    low: ClassVar[float] = 0.0
    high: ClassVar[float] = 100_000.0


class Households(Quantity):
    """A number of carer households."""

    unit_name: ClassVar[str] = "households"
    low: ClassVar[float] = 0.0
    high: ClassVar[float] = 100_000.0


class Staff(Quantity):
    """Posts, in whole-time equivalents."""

    unit_name: ClassVar[str] = "posts"
    low: ClassVar[float] = 0.0
    high: ClassVar[float] = 10_000.0


class PerYear(Quantity):
    """How many a year."""

    unit_name: ClassVar[str] = "per year"
    low: ClassVar[float] = 0.0
    high: ClassVar[float] = 1_000_000.0


class Rate(Quantity):
    """Events per child-year of exposure."""

    unit_name: ClassVar[str] = "per child-year"
    low: ClassVar[float] = 0.0
    high: ClassVar[float] = 400.0


class Ratio(Quantity):
    """A multiplier: 1 changes nothing."""

    unit_name: ClassVar[str] = "ratio"
    low: ClassVar[float] = 0.0


class LogChange(Quantity):
    """A yearly change on the log scale: -0.02 is about 2% less each year."""

    unit_name: ClassVar[str] = "log per year"
    low: ClassVar[float] = -1.0
    high: ClassVar[float] = 1.0


class Deviation(Quantity):
    """A distance from a level on the log scale: 0.3 is about 35% above it."""

    unit_name: ClassVar[str] = "log"
    low: ClassVar[float] = -3.0
    high: ClassVar[float] = 3.0


class Spread(Quantity):
    """A standard deviation on the log scale: 0.1 is about plus or minus 10%."""

    unit_name: ClassVar[str] = "log"
    low: ClassVar[float] = 0.0
    high: ClassVar[float] = 2.0


class Correlation(Quantity):
    """From -1 to 1."""

    unit_name: ClassVar[str] = "correlation"
    low: ClassVar[float] = -0.99
    high: ClassVar[float] = 0.99


class Growth(Quantity):
    """A yearly price rise: 0.03 is 3%."""

    unit_name: ClassVar[str] = "per year"
    low: ClassVar[float] = -0.5
    high: ClassVar[float] = 1.0


class Days(Quantity):
    """A length of time in days."""

    unit_name: ClassVar[str] = "days"
    low: ClassVar[float] = 0.0
    high: ClassVar[float] = 3660.0


class WeeklyFeeGbp(Quantity):
    """Pounds a week for one child."""

    unit_name: ClassVar[str] = "GBP per week"
    low: ClassVar[float] = 0.0
    high: ClassVar[float] = 100_000.0


class Gbp(Quantity):
    """Pounds, in whole pounds and pence: 12900000, not 12.9."""

    unit_name: ClassVar[str] = "GBP"
    low: ClassVar[float] = -1e12
    high: ClassVar[float] = 1e12


Q = TypeVar("Q", bound=Quantity)


class Dated(Base, Generic[Q]):
    """A figure that changes on dates: each holds from its date until the next."""

    from_: dict[dt.date, Q] = Field(alias="from", min_length=1)
    """Date (YYYY-MM-DD) to figure, earliest first."""

    model_config = ConfigDict(populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _undated_holds_always(cls, data: Any) -> Any:
        if isinstance(data, dict) and ("from" in data or "from_" in data):
            return data
        return {"from": {ALWAYS: data}}

    @field_validator("from_")
    @classmethod
    def _dates_in_order(cls, dated: dict[dt.date, Q]) -> dict[dt.date, Q]:
        dates = list(dated)
        for earlier, later in pairwise(dates):
            if later <= earlier:
                raise ValueError(f"dates must run forward: {later} comes after {earlier}")
        return dated

    def __reduce__(self) -> tuple[Any, ...]:
        """Rebuild from the kind of figure and its dates.

        A class made on the fly, such as ``Dated[Share]``, has no name to be found by in
        another process.
        """
        kind = self.__pydantic_generic_metadata__["args"][0]
        return _dated_again, (kind, self.from_)

    def on(self, day: dt.date) -> Q | None:
        """The figure in force on a day, or None before the first date."""
        found: Q | None = None
        for start, quantity in self.from_.items():
            if start > day:
                break
            found = quantity
        return found

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """A figure, or figures by date."""
        schema = handler(core_schema)
        resolved = handler.resolve_ref_schema(schema)
        figure = resolved["properties"]["from"]["additionalProperties"]
        return {"anyOf": [figure, schema]}


def _dated_again(kind: type[Q], from_: dict[dt.date, Q]) -> Dated[Q]:
    """A dated figure in another process."""
    return Dated[kind].model_construct(from_=from_)  # type: ignore[valid-type]  # kind is a value
