"""product_performance against pandas and exact decimals on the landed rows, and its picture."""

import math
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import duckdb
import pandas as pd
import pytest
from materialized_shop import Shop
from readable import assert_readable

from analytics_assets.defs.products.chart_performance import (
    best_sellers,
    performance_figure,
    performance_finding,
)

PAID = ("completed", "shipped", "delivered")
CENT = Decimal("0.01")
MONEY = ["sales", "returned_amount", "net_sales", "lookback_sales", "lookback_net_sales"]
Z = 1.959963984540054


def half_up(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def shared(net: Decimal, lines: pd.DataFrame) -> list[Decimal]:
    """Return each line's part of its order's net amount, in cents that add up to it."""
    total = sum(lines["line_total"])
    parts = [half_up(net * line / total) for line in lines["line_total"]]
    largest = min(
        range(len(parts)),
        key=lambda i: (-lines["line_total"].iloc[i], lines["order_item_id"].iloc[i]),
    )
    parts[largest] += net - sum(parts)
    return parts


@pytest.fixture(scope="module")
def table(shop: Shop) -> pd.DataFrame:
    with duckdb.connect(shop.settings.duckdb_path) as connection:
        return connection.execute("from analytics.product_performance").df().set_index("product_id")


@pytest.fixture(scope="module")
def expected(shop: Shop) -> pd.DataFrame:
    """Return the figures of every product, from the landed rows by plain loops over decimals."""
    with duckdb.connect(shop.settings.duckdb_path) as connection:
        raw = {
            name: connection.execute(f"from raw.{name}").df()
            for name in ("orders", "order_items", "returns", "product_catalog")
        }
    orders = raw["orders"]
    percent = [Decimal(0) if pd.isna(p) else Decimal(str(p)) for p in orders["discount_percent"]]
    totals = [Decimal(str(total)) for total in orders["total_amount"]]
    net = [half_up(t * (100 - p) / 100) for t, p in zip(totals, percent, strict=True)]
    orders = orders.assign(net=net, day=pd.to_datetime(orders["order_date"]).dt.normalize())
    paid = orders["order_status"].str.strip().str.lower().isin(PAID)
    sales = orders[paid & (orders["net"] > 0)].set_index("order_id")
    window = orders["day"].max() - pd.Timedelta(days=90)
    items = raw["order_items"]
    exact = [Decimal(str(value)) for value in items["line_total"]]
    items = items.assign(line_total=exact)[items["order_id"].isin(sales.index)]
    found: dict[str, defaultdict] = defaultdict(lambda: defaultdict(Decimal))
    sets: dict[str, dict[str, set]] = defaultdict(lambda: {"orders": set(), "buyers": set()})
    for order_id, lines in items.groupby("order_id"):
        order = sales.loc[order_id]
        parts = shared(order["net"], lines)
        for part, line in zip(parts, lines.itertuples(), strict=True):
            product = found[line.product_id]
            quantity = Decimal(str(line.quantity))
            product["units_sold"] += quantity
            product["sales"] += part
            if order["day"] > window:
                product["lookback_units_sold"] += quantity
                product["lookback_sales"] += part
            sets[line.product_id]["orders"].add(order_id)
            if not pd.isna(order["customer_id"]):
                sets[line.product_id]["buyers"].add(order["customer_id"])
    back = raw["returns"]
    for row in back[back["order_id"].isin(sales.index)].itertuples():
        amount = Decimal(str(row.amount))
        found[row.product_id]["units_returned"] += Decimal(str(row.quantity))
        found[row.product_id]["returned_amount"] += amount
        if sales.loc[row.order_id, "day"] > window:
            found[row.product_id]["back_in_window"] += amount
    rows = pd.DataFrame(found).T.reindex(
        columns=[
            *("units_sold", "sales", "units_returned", "returned_amount", "back_in_window"),
            *("lookback_units_sold", "lookback_sales"),
        ]
    )
    catalogue = raw["product_catalog"].set_index("product_id")
    rows = rows.reindex(rows.index.union(catalogue.index)).map(
        lambda value: value if isinstance(value, Decimal) else Decimal(0)
    )
    rows["orders"] = [len(sets[product]["orders"]) for product in rows.index]
    rows["buyers"] = [len(sets[product]["buyers"]) for product in rows.index]
    rows["net_sales"] = rows["sales"] - rows["returned_amount"]
    rows["lookback_net_sales"] = rows["lookback_sales"] - rows["back_in_window"]
    rows["unit_cost"] = catalogue["unit_cost"].reindex(rows.index)
    return rows


def cents(column: pd.Series) -> list[int]:
    return [round(100 * float(value)) for value in column]


@pytest.mark.slow
@pytest.mark.xdist_group("shop")
def test_every_product_has_the_figures_of_the_landed_rows(
    table: pd.DataFrame, expected: pd.DataFrame
):
    assert sorted(table.index) == sorted(expected.index)
    ours = table.loc[expected.index]
    for name in MONEY:
        assert cents(ours[name]) == cents(expected[name]), name
    for name in ("orders", "buyers", "units_sold", "units_returned", "lookback_units_sold"):
        assert ours[name].astype(float).to_list() == expected[name].astype(float).to_list(), name
    total = float(sum(expected["net_sales"]))
    for product, row in expected.iterrows():
        mine, sold, back = ours.loc[product], row["units_sold"], row["units_returned"]
        assert mine["share_of_net_sales"] == pytest.approx(float(row["net_sales"]) / total)
        if not sold:
            assert pd.isna(mine["return_rate"])
            continue
        n, p = float(sold), float(back) / float(sold)
        half = Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        bounds = [(p + Z * Z / (2 * n) + side * half) / (1 + Z * Z / n) for side in (-1, 1)]
        assert mine["return_rate"] == pytest.approx(p)
        assert [mine["return_rate_lower_bound"], mine["return_rate_upper_bound"]] == pytest.approx(
            bounds, abs=1e-12
        )
        if pd.isna(row["unit_cost"]):
            assert pd.isna(mine["gross_profit"])
            assert pd.isna(mine["margin_percent"])
        else:
            profit = row["sales"] - half_up(sold * Decimal(str(row["unit_cost"])))
            assert cents(pd.Series([mine["gross_profit"]])) == cents(pd.Series([profit]))
            assert mine["margin_percent"] == pytest.approx(float(100 * profit / row["sales"]))


@pytest.mark.slow
@pytest.mark.xdist_group("shop")
def test_what_is_planted_is_found(shop: Shop, table: pd.DataFrame):
    truth = shop.truth
    planted = truth["returns"]["product_that_comes_back"]

    worst = table.sort_values("return_rate_lower_bound", ascending=False).iloc[0]
    assert worst.name == planted["product_id"]
    assert (worst["units_sold"], worst["units_returned"]) == (
        planted["units_sold"],
        planted["units_returned"],
    )
    assert list(table.index[table["margin_percent"] < 0]) == [
        truth["product_below_cost"]["product_id"]
    ]
    finding = performance_finding(table.reset_index())
    assert worst["product_name"] in finding
    assert (
        f"{100 * planted['units_returned'] / planted['units_sold']:.0f} % of the units" in finding
    )


def products(**columns: list[object]) -> pd.DataFrame:
    frame = pd.DataFrame({"product_id": ["a", "b", "c"], **columns})
    frame["net_sales"] = frame["sales"] - frame["returned_amount"]
    frame["return_rate"] = frame["units_returned"] / frame["units_sold"].where(frame.units_sold > 0)
    return frame.assign(return_rate_lower_bound=0.9 * frame["return_rate"])


SHOP = products(
    product_name=["Cup", None, "$x$ " * 30],
    sales=[50.0, 150.0, 0.0],
    returned_amount=[40.0, 0.0, 0.0],
    units_sold=[10, 10, 0],
    units_returned=[8, 0, 0],
)


def test_the_picture_shows_the_best_sellers_and_what_came_back():
    figure = performance_figure(SHOP, pd.Timestamp("2025-12-31").date())

    assert best_sellers(SHOP)["product_id"].to_list() == ["b", "a"]
    bars = [bar.get_width() for bar in figure.axes[0].patches]
    assert bars == [150, 10, 0, 40]
    assert figure.get_label() == (
        "b sells most, 75 % of all; 20 % of all sales came back, and 80 % of the units of Cup"
    )
    assert_readable(figure)


def test_a_shop_without_sales_or_returns_says_so():
    nothing = SHOP.assign(sales=0.0, returned_amount=0.0)
    kept = SHOP.assign(returned_amount=0.0, units_returned=0)

    assert performance_finding(nothing) == "No product has been sold"
    assert_readable(performance_figure(nothing, pd.Timestamp("2025-12-31").date()))
    assert performance_finding(kept) == "b sells most, 75 % of all; nothing came back"
