"""What ``make snowflake-smoke`` compares: totals in the warehouse, and the same of the shop itself.

The expected ones come from what the generator planted and from pandas; they share no code with what
built the tables.
"""

from decimal import Decimal

import pandas as pd

from analytics_assets.demo_shop import DemoShop
from analytics_assets.lib.warehouse.interface import Session

_LOOKBACK_DAYS = 90
_MIN_PAIR_ORDERS = 5
_REVENUE_STATUSES = ["completed", "complete", "delivered", "shipped"]
_DEMAND_STATUSES = [*_REVENUE_STATUSES, "processing", "pending"]

_TOTALS = {
    "rows of raw.customers": "select count(*) from raw.customers",
    "rows of raw.orders": "select count(*) from raw.orders",
    "rows of raw.order_items": "select count(*) from raw.order_items",
    "rows of raw.product_catalog": "select count(*) from raw.product_catalog",
    "revenue orders in realtime": ("select sum(orders) from realtime.daily_business_metrics"),
    "net revenue in realtime": ("select sum(net_revenue) from realtime.daily_business_metrics"),
    "revenue of all customers, before returns": (
        "select sum(gross_revenue) from analytics.customer_lifetime_value"
    ),
    "customers who came back in the month after": (
        "select sum(active_customers) from analytics.monthly_cohorts "
        "where months_since_signup = 1 and is_complete"
    ),
    "customers with a forecast or a reason": (
        "select count(*) from analytics.customer_value_forecast"
    ),
    "pairs of products": "select count(*) from analytics.product_affinity",
    "baskets that hold such a pair, summed up": (
        "select sum(times_bought_together) from analytics.product_affinity"
    ),
}


def found_totals(session: Session) -> dict[str, float]:
    """Return each total as the warehouse has it."""
    return {
        what: float(session.read(sql).to_numpy("float64")[0, 0]) for what, sql in _TOTALS.items()
    }


def expected_totals(shop: DemoShop) -> dict[str, float]:
    """Return each total as the shop's own rows and its planted truth have it."""
    truth = shop.ground_truth
    revenue = truth["revenue"]
    every, guests = (Decimal(revenue[whose]["net_amount"]) for whose in ("all", "without_customer"))
    pairs, times = _pairs(shop)
    values = (
        *(truth["rows"][name] for name in ("customers", "orders", "order_items")),
        truth["rows"]["product_catalog"],
        revenue["all"]["orders"],
        every,
        every - guests,
        _customers_who_came_back(shop),
        truth["rows"]["customers"],
        pairs,
        times,
    )
    return dict(zip(_TOTALS, map(float, values), strict=True))


def _customers_who_came_back(shop: DemoShop) -> int:
    """Return how many customers bought in the calendar month after the month they signed up."""
    orders = _orders(shop, _REVENUE_STATUSES).merge(shop.customers.to_pandas(), on="customer_id")
    signup = pd.to_datetime(orders["registration_date"])
    bought = orders["order_date"]
    months = (bought.dt.year - signup.dt.year) * 12 + bought.dt.month - signup.dt.month
    return int(orders.loc[months == 1, "customer_id"].nunique())


def _pairs(shop: DemoShop) -> tuple[int, int]:
    """Return how many pairs are in enough baskets of the window, and in how many altogether."""
    newest = shop.orders.to_pandas()["order_date"].dt.normalize().max()
    orders = _orders(shop, _DEMAND_STATUSES)
    age = newest - orders["order_date"].dt.normalize()
    in_window = orders.loc[age.dt.days < _LOOKBACK_DAYS, "order_id"]
    kept = _kept_lines(shop, newest)
    baskets = kept[kept["order_id"].isin(in_window)]
    both = baskets.merge(baskets, on="order_id", suffixes=("_a", "_b"))
    both = both[both["product_id_a"] < both["product_id_b"]]
    times = both.groupby(["product_id_a", "product_id_b"]).size()
    listed = times[times >= _MIN_PAIR_ORDERS]
    return len(listed), int(listed.sum())


def _kept_lines(shop: DemoShop, last_day: pd.Timestamp) -> pd.DataFrame:
    """Return order_id and product_id of what was not wholly sent back by the day."""
    line = ["order_id", "product_id"]
    items, returns = shop.order_items.to_pandas(), shop.returns.to_pandas()
    in_time = pd.to_datetime(returns["returned_at"]).dt.normalize() <= last_day
    bought = items.dropna(subset=line).groupby(line)["quantity"].sum().astype(float)
    came_back = returns[in_time].groupby(line)["quantity"].sum().astype(float)
    kept = bought[came_back.reindex(bought.index, fill_value=0.0) < bought]
    lines: pd.DataFrame = kept.index.to_frame(index=False)
    return lines


def _orders(shop: DemoShop, statuses: list[str]) -> pd.DataFrame:
    orders: pd.DataFrame = shop.orders.to_pandas()
    return orders[orders["order_status"].str.strip().str.lower().isin(statuses)]
