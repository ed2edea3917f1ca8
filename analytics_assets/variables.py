"""The variables of the methods: what is allowed, and one order in which they are resolved.

Defaults stand in ``dbt_project.yml`` (so that dbt and Python cannot disagree), the ``shop.yml``
beside a shop's files overrides them, the environment's ``ANALYTICS_VARS`` overrides both, and a
run's own ``as_of_date`` overrides that. A formula that uses a variable belongs elsewhere.
"""

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from analytics_assets.errors import AnalyticsError


class VariableError(AnalyticsError):
    """A variable has a value that is not allowed; the message names it, the value and the rule."""


def _calendar_day(value: object) -> object:
    """Accept a date or its ISO text, and nothing that carries a time."""
    if isinstance(value, datetime.datetime):
        raise ValueError("a date without a time is needed")
    if isinstance(value, str):
        value = datetime.date.fromisoformat(value)
    if value is None:
        return None
    # Years in which what is days or months away from the date is a date too.
    if isinstance(value, datetime.date) and 1900 <= value.year <= 2100:
        return value
    raise ValueError("not a date")


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("not a number")
    return value


def _known_timezone(value: object) -> object:
    try:
        ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("not a time zone") from None
    return value


Day = Annotated[datetime.date | None, BeforeValidator(_calendar_day)]
Number = Annotated[float, BeforeValidator(_number), Field(allow_inf_nan=False)]
# Each description says what a refusal calls allowed.
WholeDays = Annotated[
    StrictInt, Field(ge=1, le=36_500, description="a whole number of days from 1 to 36500")
]
Orders = Annotated[
    StrictInt, Field(ge=1, le=2**31 - 1, description="a whole number from 1 to 2147483647")
]
Share = Annotated[Number, Field(ge=0, le=1, description="a number from 0 to 1")]


class Variables(BaseModel):
    """The resolved variables of one run; METHODS section 1 says what each one means."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of_date: Day = Field(
        description="a date such as 2025-12-31, years 1900 to 2100, or nothing for the day of the "
        "newest order"
    )
    lookback_days: WholeDays
    high_value_threshold: Number = Field(gt=0, description="an amount above 0")
    active_customer_days: WholeDays
    min_pair_orders: Orders
    excluded_product_ids: tuple[Annotated[StrictStr, Field(pattern=r"^[^\\]+$")], ...] = Field(
        description='a list of product ids in quotes, such as ["POST"], no backslashes'
    )
    cohort_basis: Literal["signup", "first_order"] = Field(description="signup or first_order")
    cost_ratio_when_unknown: Share
    business_timezone: Annotated[str, BeforeValidator(_known_timezone)] = Field(
        description="an IANA time zone such as America/Los_Angeles"
    )
    medium_order_from: Number = Field(
        gt=0, description="an amount above 0 and below large_order_from"
    )
    large_order_from: Number = Field(gt=0, description="an amount above medium_order_from")
    tolerated_share: Share
    stale_after_days: WholeDays
    customers_by: Literal["customer_id", "email"] = Field(description="customer_id or email")
    currency: Annotated[StrictStr, Field(pattern="^[A-Za-z]{3}$")] | None = Field(
        description="a currency of three letters such as EUR, or nothing for the one with most "
        "orders"
    )
    recommendation_days: WholeDays
    min_recommendation_orders: Orders
    history_from: Day = Field(description="a date such as 2025-12-01, or nothing")
    history_to: Day = Field(description="a date from history_from on, or nothing")

    @model_validator(mode="after")
    def _order_sizes_rise(self) -> "Variables":
        if self.medium_order_from >= self.large_order_from:
            raise ValueError("medium_order_from must be below large_order_from")
        return self

    @field_validator("history_to")
    @classmethod
    def _history_ends_after_its_start(
        cls, last: datetime.date | None, info: ValidationInfo
    ) -> datetime.date | None:
        first = info.data.get("history_from")
        if first is not None and last is not None and last < first:
            raise ValueError("history_to must not be before history_from")
        return last

    def for_dbt(self) -> dict[str, Any]:
        """Return the variables as dbt takes them in ``--vars``: plain JSON values."""
        return self.model_dump(mode="json")


def read_defaults(dbt_project_file: Path) -> dict[str, Any]:
    """Return the ``vars`` of a dbt_project.yml."""
    return dict(yaml.safe_load(dbt_project_file.read_text())["vars"])


def resolve_variables(defaults: Mapping[str, Any], overrides: Mapping[str, Any]) -> Variables:
    """Return the defaults with the overrides laid over them, checked.

    Raises:
        VariableError: names every wrong variable, its value and what is allowed.
    """
    values = {**defaults, **overrides}
    try:
        return Variables(**values)
    except ValidationError as error:
        raise VariableError(_explain(error, values)) from None


def _explain(error: ValidationError, values: Mapping[str, Any]) -> str:
    names = {str(problem["loc"][0]) if problem["loc"] else "" for problem in error.errors()}
    fields = Variables.model_fields
    lines = []
    for name in sorted(names):
        if name in fields:
            lines.append(f"{name} must be {fields[name].description} (got {values.get(name)!r})")
        elif name:
            lines.append(f"{name} must be the name of a variable: {', '.join(fields)}")
        else:
            lines.append(
                "medium_order_from must be below large_order_from (got "
                f"{values['medium_order_from']!r} and {values['large_order_from']!r})"
            )
    return "nothing was built, since a variable is wrong: " + "; ".join(lines)
