"""The ground truth: a dict that JSON can hold, in the order in which it is read.

Money is text with two decimals, months are ``YYYY-MM``, rates are shares of 1.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from analytics_assets.demo_shop.customers import GUEST, NEVER_BUY_SHARE, PROCESS, SEGMENTS
from analytics_assets.demo_shop.ledger import LOOKBACK_DAYS, Ledger, PairCounts
from analytics_assets.demo_shop.months import IS_DEMAND, STATUSES
from analytics_assets.demo_shop.plan import Plan
from analytics_assets.demo_shop.products import (
    BELOW_COST,
    CATALOGUE,
    COMES_BACK,
    HABITS,
    PRODUCT_IDS,
    RENAMED,
    RENAMED_FROM,
    RENAMED_MONTHS_AGO,
    UNCATALOGUED,
    unrelated_pairs,
)

_MOST_IDS = 200  # what has more rows gives its count only
_SETTLED_BELOW = 0.05  # share of open orders in a settled day's demand amount


def ground_truth(ledger: Ledger) -> dict[str, Any]:
    """Return the truth of a shop all of whose months are in the ledger."""
    plan = ledger.plan
    calendar, everything = plan.calendar, np.ones(len(plan.orders), dtype=np.bool_)
    registered = np.ones(len(plan.customers), dtype=np.bool_)
    registered[plan.customer_dirt["missing_registration_date"]] = False
    early = _before_signup(plan, registered)
    return {
        "scale": plan.scale,
        "seed": plan.seed,
        "first_day": str(calendar.first_day),
        "last_day": str(calendar.last_day),
        "rows": {
            "customers": len(plan.customers),
            "orders": len(plan.orders),
            "order_items": ledger.lines,
            "product_catalog": len(CATALOGUE),
            "returns": len(ledger.returned_on()[0]),
        },
        "customer_segments": _counts(SEGMENTS, plan.customers.segment),
        "purchase_process": _purchase_process(plan),
        "retention": retention_curve(plan, registered, ledger.is_revenue),
        "statuses": _counts(tuple(status.name for status in STATUSES), ledger.status),
        "demand_orders": int(IS_DEMAND[ledger.status].sum()),
        "open_orders": _open_orders(ledger),
        "revenue": {
            "all": _revenue(ledger, everything),
            "without_customer": _revenue(ledger, plan.orders.customer == GUEST),
            "before_signup": _revenue(ledger, early),
        },
        "returns": _returns(ledger),
        "persons": _persons(ledger),
        "total_amount": "the sum of the order's line_total, a repeated order_item_id counted once;"
        " not so in dirt.total_mismatch and dirt.order_without_items",
        "bulk_orders": _ids("ORD_{:08d}", plan.bulk_orders + 1),
        "lookback_days": LOOKBACK_DAYS,
        "baskets_in_lookback": ledger.pairs.baskets,
        "planted_pairs": _planted_pairs(ledger),
        "unrelated_pairs": [
            {**_pair(ledger, a, b), "true_lift": 1.0} for a, b in unrelated_pairs()
        ],
        "renamed_product": {
            "product_id": PRODUCT_IDS[RENAMED],
            "old_name": RENAMED_FROM,
            "new_name": CATALOGUE[RENAMED].name,
            "first_month_of_new_name": calendar.month_name(
                calendar.months - 1 - RENAMED_MONTHS_AGO
            ),
        },
        "uncatalogued_product": {
            "product_id": PRODUCT_IDS[-1],
            "product_name": UNCATALOGUED.name,
        },
        "product_below_cost": {
            "product_id": PRODUCT_IDS[BELOW_COST],
            "price": _money(CATALOGUE[BELOW_COST].price),
            "unit_cost": _money(CATALOGUE[BELOW_COST].unit_cost or 0),
        },
        "price_changes": _price_changes(plan),
        "dirt": _dirt(ledger, early),
    }


def _counts(names: tuple[str, ...], codes: npt.NDArray[Any]) -> dict[str, int]:
    counts = np.bincount(codes, minlength=len(names)).tolist()
    return dict(zip(names, counts, strict=True))


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _ids(form: str, numbers: npt.NDArray[np.int64]) -> dict[str, Any]:
    """Return the count of the numbered things and, where they are few, their ids."""
    if len(numbers) > _MOST_IDS:
        return {"rows": len(numbers)}
    return {"rows": len(numbers), "ids": [form.format(number) for number in numbers.tolist()]}


def _revenue(ledger: Ledger, orders: npt.NDArray[np.bool_]) -> dict[str, Any]:
    counted = ledger.is_revenue & orders
    return {
        "orders": int(counted.sum()),
        "net_amount": _money(int(ledger.net_cents[counted].sum())),
        "returned_amount": _money(int(ledger.returned_cents[counted].sum())),
    }


def _before_signup(plan: Plan, registered: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Mark the orders placed on a day before their customer's registration date."""
    orders = plan.orders
    signup = plan.calendar.moments(plan.customers.signup).astype("datetime64[D]")
    known = (orders.customer != GUEST) & registered[orders.customer]
    early: npt.NDArray[np.bool_] = known & (
        orders.moment.astype("datetime64[D]") < signup[orders.customer]
    )
    return early


def _open_orders(ledger: Ledger) -> dict[str, Any]:
    """Return the orders that are demand and not revenue yet, and the last settled day.

    A day is settled when they are under 5 % of its demand amount, and so is every day before it.
    """
    calendar = ledger.plan.calendar
    is_demand = IS_DEMAND[ledger.status] & (ledger.net_cents > 0)
    is_open = is_demand & ~ledger.is_revenue
    day = (ledger.plan.orders.moment.astype("datetime64[D]") - calendar.first_day).astype(int)
    demand, still_open = (
        np.bincount(day[which], ledger.net_cents[which], calendar.days)
        for which in (is_demand, is_open)
    )
    unsettled = np.flatnonzero((still_open > 0) & (still_open >= _SETTLED_BELOW * demand))
    return {
        "orders": int(is_open.sum()),
        "net_amount": _money(int(ledger.net_cents[is_open].sum())),
        "first_day": str(calendar.first_day + int(day[is_open].min())),
        "last_settled_day": str(calendar.first_day + int(unsettled[0]) - 1),
    }


def _returns(ledger: Ledger) -> dict[str, Any]:
    plan = ledger.plan
    order, moment = ledger.returned_on()
    month, month_of_sale = plan.calendar.month(moment), plan.calendar.month(plan.orders.moment)
    days = moment.astype("datetime64[D]") - plan.orders.moment[order].astype("datetime64[D]")
    sales, returned = ledger.net_cents[ledger.is_revenue].sum(), ledger.returned_cents.sum()
    serial = plan.orders.customer == plan.customers.serial_returner
    return {
        "amount": _money(int(returned)),
        "share_of_sales": round(float(returned / sales), 6),
        "in_another_month": int((month != month_of_sale[order]).sum()),
        "mean_days": round(float(days.astype(int).mean()), 4),
        "orders": int((ledger.returned_cents > 0).sum()),
        "orders_returned_whole": int(
            ((ledger.returned_cents > 0) & (ledger.returned_cents == ledger.net_cents)).sum()
        ),
        "product_that_comes_back": {
            "product_id": PRODUCT_IDS[COMES_BACK],
            "units_sold": int(ledger.units_sold[COMES_BACK]),
            "units_returned": int(ledger.units_returned[COMES_BACK]),
        },
        "serial_returner": {
            "customer_id": f"CUST_{plan.customers.serial_returner + 1:07d}",
            **_revenue(ledger, serial),
        },
    }


def _persons(ledger: Ledger) -> dict[str, Any]:
    """Return what is right where a person is an e-mail address, lower(trim(email))."""
    plan, orders, person = ledger.plan, ledger.plan.orders, ledger.plan.customers.person
    accounts = len(plan.customers)
    has_account = orders.address < accounts
    who = np.where(has_account, person[np.where(has_account, orders.address, 0)], orders.address)
    buyers, times = np.unique(who[ledger.is_revenue], return_counts=True)
    strangers = np.unique(who[~has_account])
    second = np.flatnonzero(person != np.arange(accounts))
    return {
        "persons": len(np.unique(person)) + len(strangers),
        "without_account": len(strangers),
        "buyers": len(buyers),
        "buyers_of_two_orders_or_more": int((times > 1).sum()),
        "second_accounts": _ids("CUST_{:07d}", second + 1),
        "guest_orders_of_account_holders": int(((orders.customer == GUEST) & has_account).sum()),
    }


def _planted_pairs(ledger: Ledger) -> list[dict[str, Any]]:
    """Return one entry per habit, with how often it acted over the whole calendar.

    ``true_lift`` is how many times more baskets hold both products than would without the habit,
    (by chance + by habit) / by chance; NULL in a shop too small for a basket by chance.
    """
    counts = zip(HABITS, ledger.by_chance.tolist(), ledger.by_habit.tolist(), strict=True)
    return [
        {
            **_pair(ledger, habit.anchor, habit.attached),
            "anchor_product_id": PRODUCT_IDS[habit.anchor],
            "attached_product_id": PRODUCT_IDS[habit.attached],
            "attach_rate": habit.attach_rate,
            "baskets_by_chance": by_chance,
            "baskets_by_habit": by_habit,
            "true_lift": round((by_chance + by_habit) / by_chance, 4) if by_chance else None,
        }
        for habit, by_chance, by_habit in counts
    ]


def _pair(ledger: Ledger, first: int, second: int) -> dict[str, Any]:
    """Return the pair's ids, smaller first, and its counts of baskets in the lookback window.

    ``without_returned_lines`` are the same counts where a line that came back whole is none.
    """
    a, b = sorted((first, second))

    def counts(pairs: PairCounts) -> dict[str, int]:
        return {
            "total_orders": pairs.baskets,
            "product_a_orders": int(pairs.together[a, a]),
            "product_b_orders": int(pairs.together[b, b]),
            "times_bought_together": int(pairs.together[a, b]),
        }

    return {
        "product_a_id": PRODUCT_IDS[a],
        "product_b_id": PRODUCT_IDS[b],
        **counts(ledger.pairs),
        "without_returned_lines": counts(ledger.kept_pairs),
    }


def _price_changes(plan: Plan) -> list[dict[str, Any]]:
    """Return every change of a list price, by month."""
    months, products = np.nonzero(np.diff(plan.prices, axis=0))
    return [
        {
            "product_id": PRODUCT_IDS[product],
            "first_month_of_new_price": plan.calendar.month_name(month + 1),
            "old_price": _money(int(plan.prices[month, product])),
            "new_price": _money(int(plan.prices[month + 1, product])),
        }
        for month, product in zip(months.tolist(), products.tolist(), strict=True)
    ]


def _dirt(ledger: Ledger, before_signup: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Return ``rows`` and, up to 200 of them, ``ids`` by kind of dirt.

    An id is that of the customer, the order, the line or the product that has the dirt; an orphan
    line has that of the order that it names and that does not exist. ``product_twice_in_order``,
    ``repeated_order_item_id`` and ``orphan_line`` count the rows too many.
    """
    plan = ledger.plan
    without_orders = np.setdiff1d(np.arange(len(plan.customers)), plan.orders.customer)
    names = ("missing_first_name", "missing_last_name", "missing_registration_date")
    customers = {
        "customer_without_orders": without_orders,
        **{kind: plan.customer_dirt[kind] for kind in names},
    }
    orders = {
        "guest_order": np.flatnonzero(plan.orders.customer == GUEST),
        "order_before_signup": np.flatnonzero(before_signup),
        **plan.order_dirt,
        "orphan_line": len(plan.orders) + np.arange(len(plan.order_dirt["orphan_line"])),
    }
    uncosted = [place for place, product in enumerate(CATALOGUE, 1) if product.unit_cost is None]
    return {
        **{kind: _ids("CUST_{:07d}", places + 1) for kind, places in customers.items()},
        **{kind: _ids("ORD_{:08d}", places + 1) for kind, places in orders.items()},
        "repeated_order_item_id": _ids("ITEM_{:09d}", np.array(ledger.repeated_item_numbers)),
        "product_without_unit_cost": _ids("PROD_{:03d}", np.array(uncosted)),
        "line_with_old_name": {"rows": ledger.lines_with_old_name},
        "line_without_catalogue_entry": {"rows": ledger.lines_without_catalogue_entry},
    }


def _purchase_process(plan: Plan) -> dict[str, Any]:
    """Return the process: its parameters, and the means of what was drawn from them."""
    ordered = np.unique(plan.orders.customer)
    return {
        "model": "BG/NBD of the revenue orders after the first, time in weeks",
        "r": PROCESS.r,
        "alpha": PROCESS.alpha,
        "a": PROCESS.a,
        "b": PROCESS.b,
        "never_buy_share": NEVER_BUY_SHARE,
        "customers_with_an_order": int((ordered != GUEST).sum()),
        "mean_rate_per_week": round(float(plan.customers.rate.mean()) * 7.0, 6),
        "mean_dropout": round(float(plan.customers.dropout.mean()), 6),
    }


def retention_curve(
    plan: Plan, registered: npt.NDArray[np.bool_], is_revenue: npt.NDArray[np.bool_]
) -> list[dict[str, Any]]:
    """Return one entry per month since sign-up, up to the age of the first cohort.

    All cohorts together, in every calendar month but the last, whose newest orders are still open.
    ``customers`` are those registered in a month that this age has reached, ``active_customers``
    those of them with a revenue order in the calendar month of that age. ``expected_rate`` is the
    probability of that, averaged over the customers: before the first order 0, in its month 1, and
    after it alive at the month's start, exp(-rate * dropout * time), times at least one order,
    1 - exp(-rate * length).
    """
    customers, calendar = plan.customers, plan.calendar
    complete = calendar.months - 1
    signup_month = calendar.month(calendar.moments(customers.signup))
    counted = is_revenue & (plan.orders.customer != GUEST)
    customer, month = plan.orders.customer[counted], calendar.month(plan.orders.moment[counted])
    age_at_order = month - signup_month[customer]
    in_grid = registered[customer] & (age_at_order >= 0) & (month < complete)
    once = np.unique(customer[in_grid] * calendar.months + age_at_order[in_grid])
    active = np.bincount(once % calendar.months, minlength=calendar.months)
    curve = []
    for age in range(complete - int(signup_month[registered].min())):
        who = np.flatnonzero(registered & (signup_month + age < complete))
        begin, end = (calendar.month_starts[signup_month[who] + age + late] for late in (0, 1))
        first, rate = customers.first_order[who], customers.rate[who]
        alive = np.exp(-rate * customers.dropout[who] * np.maximum(begin - first, 0.0))
        orders_again = alive * -np.expm1(-rate * (end - begin))
        chance = np.where(first < begin, orders_again, (first < end) * 1.0)
        curve.append(
            {
                "months_since_signup": age,
                "customers": len(who),
                "active_customers": int(active[age]),
                "retention_rate": round(int(active[age]) / len(who), 6),
                "expected_rate": round(float(chance.mean()), 6),
            }
        )
    return curve
