"""Each platform's files hold the shop of the same arguments, read back by pandas alone."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from shop_shapes import write_shape

from analytics_assets.demo_shop import DemoShop, generate

ZONE = "America/Los_Angeles"

# What every shape can carry, by columns: one row per order, line and return.
ORDERS = ["number", "at", "email", "state", "goods", "net", "shipping"]
LINES = ["number", "product", "quantity", "total"]
RETURNS = ["number", "product", "quantity", "amount", "at"]

PAID = {"paid": "sold", "partially_refunded": "sold", "refunded": "sold"}
WORDS = {
    **PAID,
    "authorized": "open",
    "pending": "open",
    "voided": "neither",
    "wc-completed": "sold",
    "wc-refunded": "sold",
    "wc-on-hold": "open",
    "wc-pending": "open",
    "wc-cancelled": "neither",
    **dict.fromkeys(("completed", "shipped", "delivered"), "sold"),
    **dict.fromkeys(("processing", "pending"), "open"),
    **dict.fromkeys(("cancelled", "returned", "refunded", "adjustment"), "neither"),
}
PLATFORM_WORDS = {**WORDS, "refunded": "sold"}


def cents(money: pd.Series) -> pd.Series:
    return (money.astype(float) * 100).round().astype("int64")


def local(times: pd.Series) -> pd.Series:
    return times.dt.tz_convert(ZONE).dt.tz_localize(None).dt.as_unit("s")


def own(shop: DemoShop) -> dict[str, pd.DataFrame]:
    orders, items, back = (
        getattr(shop, name).to_pandas() for name in ("orders", "order_items", "returns")
    )
    for frame in (orders, items, back):
        frame["number"] = frame.order_id.str[4:].astype(int)
    orders["at"] = orders.order_date.dt.as_unit("s")
    orders["email"] = orders.customer_email.str.lower()
    orders["state"] = orders.order_status.map(WORDS)
    orders["goods"], orders["shipping"] = cents(orders.total_amount), cents(orders.shipping_cost)
    percent = orders.discount_percent.astype(int)
    orders["net"] = (orders.goods * (100 - percent) + 50) // 100
    items["product"], items["total"] = items.product_id, cents(items.line_total)
    back["product"], back["amount"] = back.product_id, cents(back.amount)
    back["at"] = back.returned_at.dt.as_unit("s")
    return {"orders": orders[ORDERS], "lines": items[LINES], "returns": back[RETURNS]}


def shopify(folder: Path) -> dict[str, pd.DataFrame]:
    rows = pd.read_csv(folder / "orders_export_1.csv")
    assert len(rows.columns) == 79
    rows["number"] = rows.Name.str[1:].astype(int) - 1000
    filled = rows["Financial Status"].notna()
    assert (filled == ~rows.duplicated("Name")).all()
    orders = rows[filled].copy()
    assert (pd.to_numeric(orders.Total) - orders.Subtotal - orders.Shipping).abs().max() < 0.005
    orders["at"] = pd.to_datetime(orders["Created at"].str[:19]).dt.as_unit("s")
    offset = orders["Created at"].str[20:]
    assert set(offset) == {"-0800", "-0700"}
    zoned = pd.to_datetime(orders["Created at"], utc=True)
    assert (local(zoned) == orders["at"]).all()
    orders["email"], orders["state"] = (
        orders.Email,
        orders["Financial Status"].map(PLATFORM_WORDS),
    )
    assert (orders["Cancelled at"].notna() == (orders.state == "neither")).all()
    orders["net"], orders["shipping"] = cents(orders.Subtotal), cents(orders.Shipping)
    orders["goods"] = orders.net + cents(orders["Discount Amount"])
    lines = rows.assign(
        product=rows["Lineitem sku"],
        quantity=rows["Lineitem quantity"],
        total=cents(rows["Lineitem price"]) * rows["Lineitem quantity"],
    )
    # Neither day nor line of a refund: only how much of the order.
    refunded = orders[orders["Refunded Amount"] > 0]
    back = pd.DataFrame({"number": refunded.number, "amount": cents(refunded["Refunded Amount"])})
    return {"orders": orders[ORDERS], "lines": lines[LINES], "returns": back}


def woocommerce(folder: Path) -> dict[str, pd.DataFrame]:
    stats = pd.read_csv(folder / "wp_wc_order_stats.csv", parse_dates=["date_created"])
    rows = pd.read_csv(folder / "wp_wc_order_product_lookup.csv")
    people = pd.read_csv(folder / "wp_wc_customer_lookup.csv").set_index("customer_id")
    skus = pd.read_csv(folder / "wp_wc_product_meta_lookup.csv").set_index("product_id").sku
    gmt = pd.to_datetime(stats.date_created_gmt, utc=True)
    stats["at"] = stats.date_created.dt.as_unit("s")
    assert (local(gmt) == stats["at"]).all()
    rows["product"], rows["quantity"] = rows.product_id.map(skus), rows.product_qty
    rows["net"] = cents(rows.product_net_revenue)
    rows["total"] = rows.net + cents(rows.coupon_amount)
    refunds = stats[stats.parent_id > 0].set_index("order_id")
    orders = stats[stats.parent_id == 0].copy()
    orders["number"], orders["email"] = orders.order_id, orders.customer_id.map(people.email)
    orders["state"] = orders.status.map(PLATFORM_WORDS)
    orders["net"], orders["shipping"] = cents(orders.net_total), cents(orders.shipping_total)
    sold = rows[~rows.order_id.isin(refunds.index)]
    lines = sold.assign(number=sold.order_id)
    by_order = lines.groupby("number")[["net", "total"]].sum().reindex(orders.order_id)
    assert (by_order.net.to_numpy() == orders.net.to_numpy()).all()
    orders["goods"] = by_order.total.to_numpy()
    back = rows[rows.order_id.isin(refunds.index)]
    assert len(back) == len(refunds)
    back = back.assign(
        number=back.order_id.map(refunds.parent_id),
        quantity=-back.quantity,
        amount=-back.net,
        at=back.order_id.map(refunds["at"]),
    )
    assert (back.order_id.map(cents(refunds.net_total)) == -back.amount).all()
    return {"orders": orders[ORDERS], "lines": lines[LINES], "returns": back[RETURNS]}


def read(folder: Path, name: str) -> pd.DataFrame:
    return pq.read_table(folder / f"{name}.parquet").to_pandas()


def shopify_orders(orders: pd.DataFrame) -> pd.DataFrame:
    orders["at"] = local(orders.created_at)
    orders["state"] = orders.financial_status.map(PLATFORM_WORDS)
    assert (orders.cancelled_at.notna() == (orders.state == "neither")).all()
    orders["goods"], orders["net"] = (
        cents(orders.total_line_items_price),
        cents(orders.subtotal_price),
    )
    shipping = orders.total_shipping_price_set.map(lambda text: json.loads(text)["shop_money"])
    orders["shipping"] = cents(shipping.map(lambda money: money["amount"]))
    assert (orders.goods - cents(orders.total_discounts) == orders.net).all()
    return orders[ORDERS]


def fivetran(folder: Path) -> dict[str, pd.DataFrame]:
    orders, lines = read(folder, "order"), read(folder, "order_line")
    number = orders.set_index("id").number
    lines["number"], lines["product"] = lines.order_id.map(number), lines.sku
    lines["total"] = cents(lines.price) * lines.quantity
    refunds, back = read(folder, "refund").set_index("id"), read(folder, "order_line_refund")
    back["number"] = back.refund_id.map(refunds.order_id).map(number)
    back["product"] = back.order_line_id.map(lines.set_index("id").sku)
    back["amount"], back["at"] = cents(back.subtotal), local(back.refund_id.map(refunds.created_at))
    return {
        "orders": shopify_orders(orders),
        "lines": lines[LINES],
        "returns": back[RETURNS],
    }


def airbyte(folder: Path) -> dict[str, pd.DataFrame]:
    orders, refunds = read(folder, "orders"), read(folder, "order_refunds")
    lines = [
        {**line, "number": order.number}
        for order in orders.itertuples()
        for line in json.loads(order.line_items)
    ]
    items = pd.DataFrame(lines).rename(columns={"sku": "product"})
    items["total"] = cents(items.price) * items.quantity
    number, sku = orders.set_index("id").number, items.set_index("id")["product"]
    back = pd.DataFrame(
        {**line, "order_id": refund.order_id, "created_at": refund.created_at}
        for refund in refunds.itertuples()
        for line in json.loads(refund.refund_line_items)
    )
    back["number"], back["product"] = back.order_id.map(number), back.line_item_id.map(sku)
    back["amount"], back["at"] = cents(back.subtotal), local(back.created_at)
    nested = [refund["id"] for text in orders.refunds for refund in json.loads(text)]
    assert sorted(nested) == sorted(refunds.id)
    return {
        "orders": shopify_orders(orders),
        "lines": items[LINES],
        "returns": back[RETURNS],
    }


READERS: dict[str, Callable[[Path], dict[str, pd.DataFrame]]] = {
    "shopify": shopify,
    "woocommerce": woocommerce,
    "fivetran": fivetran,
    "airbyte": airbyte,
}


@pytest.fixture(scope="module")
def clean() -> DemoShop:
    return generate(0.02, 9, is_clean=True)


@pytest.fixture(scope="module", params=READERS)
def shape(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def folder(clean: DemoShop, shape: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp(shape)
    write_shape(clean, directory, shape)
    return directory


def test_orders_lines_and_returns_are_those_of_the_shop(
    clean: DemoShop, shape: str, folder: Path
) -> None:
    found, expected = READERS[shape](folder), own(clean)
    if shape == "shopify":
        expected["returns"] = (
            expected["returns"].groupby("number", as_index=False).amount.sum().query("amount > 0")
        )
    for table, rows in expected.items():
        keys = list(rows.columns)
        pd.testing.assert_frame_equal(
            found[table].sort_values(keys).reset_index(drop=True),
            rows.sort_values(keys).reset_index(drop=True),
            check_dtype=False,
        )


def test_products_have_their_costs_where_the_shape_has_any(
    clean: DemoShop, shape: str, folder: Path
) -> None:
    catalogue = clean.product_catalog.to_pandas().set_index("product_id")
    if shape == "shopify":
        products = pd.read_csv(folder / "products_export.csv").set_index("Variant SKU")
        found = products[["Title", "Type", "Variant Price", "Cost per item"]]
    elif shape == "woocommerce":
        products = pd.read_csv(folder / "wp_wc_product_meta_lookup.csv").set_index("sku")
        assert set(products.index) - set(catalogue.index) == {"PROD_999"}
        assert (products.min_price.dropna() == catalogue.price.astype(float)).all()
        return
    else:
        variants = read(folder, "product_variant" if shape == "fivetran" else "product_variants")
        products = read(folder, "product" if shape == "fivetran" else "products").set_index("id")
        stock = read(folder, "inventory_item" if shape == "fivetran" else "inventory_items")
        variants["cost"] = variants.inventory_item_id.map(stock.set_index("id").cost)
        for column in ("title", "product_type"):
            variants[column] = variants.product_id.map(products[column])
        found = variants.set_index("sku")[["title", "product_type", "price", "cost"]]
    wanted = catalogue[["product_name", "product_category", "price", "unit_cost"]]
    money = wanted.iloc[:, 2:].astype(float)
    assert found.iloc[:, :2].to_numpy().tolist() == wanted.iloc[:, :2].to_numpy().tolist()
    pd.testing.assert_frame_equal(
        found.iloc[:, 2:].set_axis(money.columns, axis=1), money, check_names=False
    )


def test_every_address_with_an_account_is_one_customer(
    clean: DemoShop, shape: str, folder: Path
) -> None:
    customers = clean.customers.to_pandas()
    accounts = customers.assign(email=customers.email.str.lower()).groupby("email", sort=False)
    if shape == "shopify":
        found = pd.read_csv(folder / "customers_export.csv").Email
    elif shape == "woocommerce":
        people = pd.read_csv(folder / "wp_wc_customer_lookup.csv")
        found = people.email[people.user_id.notna()]
    else:
        people = read(folder, "customer" if shape == "fivetran" else "customers")
        found = people.email
        day = local(people.created_at).dt.date
        assert day.tolist() == accounts.registration_date.first().tolist()
    assert found.tolist() == list(accounts.groups)
    assert len(found) < len(customers)
