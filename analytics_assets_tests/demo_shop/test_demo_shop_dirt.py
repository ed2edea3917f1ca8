"""Every kind of dirt is in the files exactly as often, and where, the ground truth says."""

from typing import Any

import duckdb
import pytest

KNOWN = (
    "('completed', 'shipped', 'delivered', 'processing', 'pending',"
    " 'cancelled', 'returned', 'refunded', 'adjustment')"
)

FINDS = {
    "customer_without_orders": """
        select customer_id from customers
        where customer_id not in (select customer_id from orders where customer_id is not null)""",
    "missing_first_name": "select customer_id from customers where first_name is null",
    "missing_last_name": "select customer_id from customers where last_name is null",
    "missing_registration_date": """
        select customer_id from customers where registration_date is null""",
    "guest_order": "select order_id from orders where customer_id is null",
    "order_before_signup": """
        select order_id from orders join customers using (customer_id)
        where cast(order_date as date) < registration_date""",
    "untidy_status": """
        select order_id from orders where order_status <> lower(trim(order_status))""",
    "unknown_status": f"""
        select order_id from orders where lower(trim(order_status)) not in {KNOWN}""",
    "missing_discount": "select order_id from orders where discount_percent is null",
    "order_without_items": """
        select order_id from orders where order_id not in (select order_id from order_items)""",
    "total_mismatch": """
        select order_id
        from orders join (select distinct * from order_items) as lines using (order_id)
        group by order_id, total_amount having sum(line_total) <> total_amount""",
    "product_twice_in_order": """
        select order_id from order_items
        group by order_id, product_id having count(distinct order_item_id) > 1""",
    "orphan_line": """
        select order_id from order_items where order_id not in (select order_id from orders)""",
    "repeated_order_item_id": """
        select order_item_id from order_items group by order_item_id having count(*) > 1""",
    "product_without_unit_cost": "select product_id from product_catalog where unit_cost is null",
    "line_with_old_name": """
        select order_item_id from order_items join product_catalog using (product_id)
        where order_items.product_name <> product_catalog.product_name""",
    "line_without_catalogue_entry": """
        select order_item_id from order_items
        where product_id not in (select product_id from product_catalog)""",
}


def test_every_kind_of_dirt_is_looked_for(tenth_truth: dict[str, Any]) -> None:
    assert set(tenth_truth["dirt"]) == set(FINDS)


@pytest.mark.parametrize("kind", FINDS)
def test_the_dirt_in_the_files_is_the_dirt_of_the_truth(
    tenth: duckdb.DuckDBPyConnection, tenth_truth: dict[str, Any], kind: str
) -> None:
    found = sorted(row[0] for row in tenth.execute(FINDS[kind]).fetchall())
    told = tenth_truth["dirt"][kind]
    assert len(found) == told["rows"] > 0
    assert found == told.get("ids", found)
