"""One clean shop in five shapes, each through landing and models: equal marts in what all carry.

Shopify's CSV does not say what came back of an order refunded whole, nor when anything did: of
it the net sales by day of the sale are compared. WooCommerce's tables have no costs. Customers
are compared by address where one account has it, since no platform has second accounts.
"""

import hashlib
from pathlib import Path

import duckdb
import pytest
from shop_shapes import SHAPES, write_shape
from through_the_graph import run

from analytics_assets.demo_shop import DEFAULT_END, DemoShop, generate, write

# On one worker, which builds each shop once.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("five_shapes")]

MARTS = "daily_sales product_affinity customer_lifetime_value"
# The number at the end of a product's id, whatever platform made the id.
NUMBER = "cast(regexp_extract({}, '([0-9]+)$', 1) as bigint) % 1000000"
FIGURES = {
    "net sales": "select order_day, net_sales, open_orders, open_amount from analytics.daily_sales",
    "sales": "select order_day, orders, gross_sales, discounts, sales, returns_of_these_sales, "
    "returned_this_day, net_cash, avg_order_value from analytics.daily_sales",
    "profit": "select order_day, cost_of_goods, gross_profit from analytics.daily_sales",
    "pairs": f"""
        select least(a, b) as a, greatest(a, b) as b, together, expected, adjusted_lift, q_value
        from (
            select {NUMBER.format("product_a_id")} as a, {NUMBER.format("product_b_id")} as b,
                times_bought_together as together, round(expected_together, 6) as expected,
                round(adjusted_lift, 6) as adjusted_lift, round(q_value, 6) as q_value
            from analytics.product_affinity
        )""",
    "customers": """
        select lower(email) as email, total_orders, total_revenue, first_order_date, value_tier,
            customer_status
        from analytics.customer_lifetime_value
        join raw.customers using (customer_id)
        join single_accounts using (email)
        where total_orders > 0 and registration_date is not null""",
}
CARRIED = {
    "own": set(FIGURES),
    "shopify": {"net sales"},
    "woocommerce": set(FIGURES) - {"profit"},
    "fivetran": set(FIGURES),
    "airbyte": set(FIGURES),
}

# Scale, seed, last day, and without dirt.
RECIPE = (0.02, 9, DEFAULT_END, True)


@pytest.fixture(scope="module")
def clean() -> DemoShop:
    return generate(*RECIPE)


@pytest.fixture(scope="module")
def hashes(clean: DemoShop, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """Return shape -> figure -> rows and hash."""
    return {
        shape: built(clean, shape, tmp_path_factory.mktemp(shape)) for shape in ("own", *SHAPES)
    }


def built(clean: DemoShop, shape: str, folder: Path) -> dict[str, str]:
    files = folder / "files"
    if shape == "own":
        write(RECIPE, files)
    else:
        write_shape(clean, files, shape)
    assert run(folder, files, MARTS, is_checked=False).success
    with duckdb.connect(folder / "automated_intelligence.duckdb") as connection:
        connection.register("people", clean.customers)
        connection.execute(
            "create temp table single_accounts as select lower(email) as email from people "
            "group by lower(email) having count(*) = 1"
        )
        return {name: hashed(connection, FIGURES[name]) for name in sorted(CARRIED[shape])}


def hashed(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    rows = connection.execute(f"from ({sql}) order by all").fetchall()
    return f"{len(rows)} rows {hashlib.sha256(repr(rows).encode()).hexdigest()}"


@pytest.mark.parametrize("shape", SHAPES)
def test_a_platform_s_files_give_the_marts_of_the_shop_s_own(hashes, shape: str):
    assert hashes[shape] == {name: hashes["own"][name] for name in hashes[shape]}
    assert not any(found.startswith("0 rows") for found in hashes[shape].values())
