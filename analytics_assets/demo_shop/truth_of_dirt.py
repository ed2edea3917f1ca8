"""The truth about the dirt: how many rows of each kind, and which where they are few."""

from typing import Any

import numpy as np
import numpy.typing as npt

from analytics_assets.demo_shop.ledger import Ledger
from analytics_assets.demo_shop.orders import GUEST
from analytics_assets.demo_shop.products import CATALOGUE

_MOST_IDS = 200  # a kind of dirt with more rows gives its count only


def dirt_truth(ledger: Ledger, before_signup: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Return ``rows`` and, up to 200 of them, ``ids`` by kind of dirt.

    An id is that of the customer, the order, the line or the product that has the dirt; an orphan
    line is told by the order that it names and that does not exist. ``product_twice_in_order``,
    ``repeated_order_item_id`` and ``orphan_line`` count the rows too many.
    """
    plan = ledger.plan
    number = np.arange(len(plan.customers))
    customers = {
        "customer_without_orders": np.setdiff1d(number, plan.orders.customer),
        "missing_first_name": plan.customer_dirt["missing_first_name"],
        "missing_last_name": plan.customer_dirt["missing_last_name"],
        "missing_registration_date": plan.customer_dirt["missing_registration_date"],
    }
    orders = {
        "guest_order": np.flatnonzero(plan.orders.customer == GUEST),
        "order_before_signup": np.flatnonzero(before_signup),
        "untidy_status": plan.order_dirt["untidy_status"],
        "unknown_status": plan.order_dirt["unknown_status"],
        "missing_discount": plan.order_dirt["missing_discount"],
        "order_without_items": plan.order_dirt["order_without_items"],
        "total_mismatch": plan.order_dirt["total_mismatch"],
        "product_twice_in_order": plan.order_dirt["product_twice_in_order"],
        "orphan_line": len(plan.orders) + np.arange(len(plan.order_dirt["orphan_line"])),
    }
    uncosted = [place for place, product in enumerate(CATALOGUE, 1) if product.unit_cost is None]
    return {
        **{kind: ids_of("CUST_{:07d}", places + 1) for kind, places in customers.items()},
        **{kind: ids_of("ORD_{:08d}", places + 1) for kind, places in orders.items()},
        "repeated_order_item_id": ids_of("ITEM_{:09d}", np.array(ledger.repeated_item_numbers)),
        "product_without_unit_cost": ids_of("PROD_{:03d}", np.array(uncosted)),
        "line_with_old_name": {"rows": ledger.lines_with_old_name},
        "line_without_catalogue_entry": {"rows": ledger.lines_without_catalogue_entry},
    }


def ids_of(form: str, numbers: npt.NDArray[np.int64]) -> dict[str, Any]:
    """Return the count of the numbered things and, where they are few, their ids."""
    if len(numbers) > _MOST_IDS:
        return {"rows": len(numbers)}
    return {"rows": len(numbers), "ids": [form.format(number) for number in numbers.tolist()]}
