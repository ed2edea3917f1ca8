"""The ground truth as a whole: a dict that JSON can hold, in the order in which it is read."""

from typing import Any

import numpy as np
import numpy.typing as npt

from analytics_assets.demo_shop.customers import NEVER_BUY_SHARE, PROCESS, SEGMENTS
from analytics_assets.demo_shop.ledger import LOOKBACK_DAYS, Ledger
from analytics_assets.demo_shop.orders import GUEST
from analytics_assets.demo_shop.products import CATALOGUE
from analytics_assets.demo_shop.retention import retention_curve
from analytics_assets.demo_shop.rhythm import FIRST_DAY, LAST_DAY, moments
from analytics_assets.demo_shop.statuses import IS_DEMAND, STATUSES
from analytics_assets.demo_shop.truth_of_dirt import dirt_truth, ids_of
from analytics_assets.demo_shop.truth_of_pairs import planted_truth, unrelated_truth
from analytics_assets.demo_shop.truth_of_products import (
    money_text,
    price_changes,
    renamed_truth,
    uncatalogued_truth,
)


def ground_truth(ledger: Ledger) -> dict[str, Any]:
    """Return the truth of a shop all of whose months are in the ledger.

    Money is text with two decimals, months are ``YYYY-MM``, rates are shares of 1.
    """
    plan = ledger.plan
    registered = np.ones(len(plan.customers), dtype=np.bool_)
    registered[plan.customer_dirt["missing_registration_date"]] = False
    early = _before_signup(ledger, registered)
    return {
        "scale": plan.scale,
        "seed": plan.seed,
        "first_day": str(FIRST_DAY),
        "last_day": str(LAST_DAY),
        "rows": {
            "customers": len(plan.customers),
            "orders": len(plan.orders),
            "order_items": ledger.lines,
            "product_catalog": len(CATALOGUE),
        },
        "customer_segments": _counts(SEGMENTS, plan.customers.segment),
        "purchase_process": _purchase_process(ledger),
        "retention": retention_curve(plan.customers, registered, plan.orders, ledger.is_revenue),
        "statuses": _counts(tuple(status.name for status in STATUSES), ledger.status),
        "demand_orders": int(IS_DEMAND[ledger.status].sum()),
        "revenue": {
            "all": _revenue(ledger, np.ones(len(plan.orders), dtype=np.bool_)),
            "without_customer": _revenue(ledger, plan.orders.customer == GUEST),
            "before_signup": _revenue(ledger, early),
        },
        "total_amount": "the sum of the order's line_total, a repeated order_item_id counted once;"
        " not so in dirt.total_mismatch and dirt.order_without_items",
        "bulk_orders": ids_of("ORD_{:08d}", plan.bulk_orders + 1),
        "lookback_days": LOOKBACK_DAYS,
        "baskets_in_lookback": ledger.baskets,
        "planted_pairs": planted_truth(ledger),
        "unrelated_pairs": unrelated_truth(ledger),
        "renamed_product": renamed_truth(),
        "uncatalogued_product": uncatalogued_truth(),
        "price_changes": price_changes(plan.prices),
        "dirt": dirt_truth(ledger, early),
    }


def _counts(names: tuple[str, ...], codes: npt.NDArray[Any]) -> dict[str, int]:
    counts = np.bincount(codes, minlength=len(names)).tolist()
    return dict(zip(names, counts, strict=True))


def _revenue(ledger: Ledger, orders: npt.NDArray[np.bool_]) -> dict[str, Any]:
    counted = ledger.is_revenue & orders
    return {
        "orders": int(counted.sum()),
        "net_amount": money_text(int(ledger.net_cents[counted].sum())),
    }


def _before_signup(ledger: Ledger, registered: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Mark the orders placed on a day before their customer's registration date."""
    orders = ledger.plan.orders
    signup = moments(ledger.plan.customers.signup).astype("datetime64[D]")
    known = (orders.customer != GUEST) & registered[orders.customer]
    early: npt.NDArray[np.bool_] = known & (
        orders.moment.astype("datetime64[D]") < signup[orders.customer]
    )
    return early


def _purchase_process(ledger: Ledger) -> dict[str, Any]:
    """Return the process: its parameters, and the means of what was drawn from them."""
    customers = ledger.plan.customers
    ordered = np.unique(ledger.plan.orders.customer)
    return {
        "model": "BG/NBD of the revenue orders after the first, time in weeks",
        "r": PROCESS.r,
        "alpha": PROCESS.alpha,
        "a": PROCESS.a,
        "b": PROCESS.b,
        "never_buy_share": NEVER_BUY_SHARE,
        "customers_with_an_order": int((ordered != GUEST).sum()),
        "mean_rate_per_week": round(float(customers.rate.mean()) * 7.0, 6),
        "mean_dropout": round(float(customers.dropout.mean()), 6),
    }
