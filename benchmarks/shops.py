"""Made-up shops of any size, as DuckDB files that hold the tables a method reads.

Seeded: the same arguments give the same shop. ``python benchmarks/shops.py baskets 1000 100 FILE``.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

SEED = 20251130
LAST_DAY = np.datetime64("2025-11-30")

BASKET_DAYS = 90
VOTE_DAYS = 365
ORDERS_A_BATCH = 500_000

# A little more than the two years that a forecast needs.
CUSTOMER_DAYS = 733
# BG/NBD and Gamma-Gamma, time in weeks: about ten orders a customer in two years.
R, ALPHA, A, B = 1.2, 3.3, 0.8, 10.0
P, Q, GAMMA = 6.0, 4.0, 15.0

# A text of 36 characters that follows from a number, in no order: what real order ids look like.
UUID = "cast(cast(md5(cast({} as varchar)) as uuid) as varchar)"


def basket_shop(orders: int, products: int, path: Path, days: int = BASKET_DAYS) -> None:
    """Write staging.stg_orders and staging.stg_order_items of the last ``days`` days.

    Products are drawn by Zipf's law (1 / rank), a product may be drawn twice. Baskets have 4.6
    lines on average: geometric with mean 4.3, but one in a thousand has 100 to 500. 97 % of the
    orders are demand.
    """
    random = np.random.default_rng(SEED)
    popularity = 1 / np.arange(1, products + 1)
    cumulated = np.cumsum(popularity / popularity.sum())
    product_of_rank = random.permutation(products)
    with duckdb.connect(path) as connection:
        _create_schemas(connection)
        connection.execute(
            "create table staging.stg_orders (order_id varchar, order_day date, is_demand boolean)"
        )
        connection.execute(
            "create table staging.stg_order_items (order_id varchar, product_id varchar, "
            "quantity integer)"
        )
        connection.execute(
            "create table staging.int_returned_products (order_id varchar, product_id varchar, "
            "returned_day date)"
        )
        for first in range(0, orders, ORDERS_A_BATCH):
            number = np.arange(first, min(first + ORDERS_A_BATCH, orders))
            size = random.geometric(1 / 4.3, len(number))
            in_tail = random.random(len(number)) < 0.001
            size[in_tail] = random.integers(100, 501, in_tail.sum())
            rank = np.searchsorted(cumulated[:-1], random.random(size.sum()))
            day = LAST_DAY - random.integers(0, days, len(number))
            is_demand = random.random(len(number)) < 0.97
            _insert(
                connection,
                f"staging.stg_orders select {UUID.format('number')}, day, is_demand",
                {"number": number, "day": day, "is_demand": is_demand},
            )
            _insert(
                connection,
                f"staging.stg_order_items select {UUID.format('number')}, "
                "'PROD_' || lpad(cast(product as varchar), 6, '0'), 1",
                {"number": np.repeat(number, size), "product": product_of_rank[rank]},
            )


def vote_shop(orders: int, products: int, path: Path) -> None:
    """Write a basket shop of the last year."""
    basket_shop(orders, products, path, days=VOTE_DAYS)


def customer_shop(customers: int, path: Path) -> None:
    """Write staging.stg_customers and staging.stg_orders of two years, ten orders a customer.

    Customers buy as BG/NBD says and spend as Gamma-Gamma says; they sign up on the day of their
    first purchase or up to 30 days before.
    """
    random = np.random.default_rng(SEED)
    first_day = random.integers(0, CUSTOMER_DAYS, customers)
    signup_day = LAST_DAY - (CUSTOMER_DAYS - 1 - first_day) - random.integers(0, 31, customers)
    mean_value = P * GAMMA / random.gamma(Q, 1.0, customers)
    with duckdb.connect(path) as connection:
        _create_schemas(connection)
        connection.execute(
            "create table staging.stg_customers "
            "(customer_id varchar, signup_date date, signup_month date)"
        )
        connection.execute(
            "create table staging.stg_orders (customer_id varchar, order_day date, "
            "order_month date, is_revenue boolean, net_amount decimal(12, 2))"
        )
        connection.execute(
            "create table staging.stg_returns (customer_id varchar, order_day date, "
            "returned_day date, amount decimal(18, 2), is_of_a_sale boolean)"
        )
        _insert(
            connection,
            f"staging.stg_customers select {UUID.format('number')}, day, date_trunc('month', day)",
            {"number": np.arange(customers), "day": signup_day},
        )
        number, day = _purchases(random, first_day)
        in_time = np.argsort(day, kind="stable")
        for batch in np.array_split(in_time, len(in_time) // 2_000_000 + 1):
            value = mean_value[number[batch]] * random.gamma(P, 1 / P, len(batch))
            _insert(
                connection,
                f"staging.stg_orders select {UUID.format('number')}, day, "
                "date_trunc('month', day), is_revenue, cast(value as decimal(12, 2))",
                {
                    "number": number[batch],
                    "day": LAST_DAY - (CUSTOMER_DAYS - 1 - day[batch]),
                    "value": value,
                    "is_revenue": random.random(len(batch)) < 0.97,
                },
            )


def file_shop(orders: int, path: Path) -> None:
    """Write staging.orders and staging.order_items as a shop exports them, three lines an order."""
    with duckdb.connect(path) as connection:
        _create_schemas(connection)
        connection.execute(
            f"""
            create table staging.order_items as
            select
                'LINE_' || number as order_item_id,
                {UUID.format("number // 3")} as order_id,
                'PROD_' || hash(number) % 10000 as product_id,
                cast(1 + hash(number + 1) % 3 as integer) as quantity,
                cast(1 + hash(number // 7) % 9999 / 100 as decimal(12, 2)) as unit_price,
                cast(quantity * unit_price as decimal(12, 2)) as line_total
            from range({3 * orders}) as lines (number)
            """
        )
        connection.execute(
            f"""
            create table staging.orders as
            select
                {UUID.format("number")} as order_id,
                'CUST_' || hash(number) % {max(orders // 5, 1)} as customer_id,
                timestamp '2024-01-01' + to_seconds(cast(number * 6e7 / {orders} as bigint))
                    as order_date,
                case when hash(number) % 50 = 0 then 'Cancelled' else 'Completed' end
                    as order_status,
                cast(hash(number) % 100000 / 100 as decimal(12, 2)) as total_amount,
                cast(5 * (hash(number + 2) % 3) as decimal(5, 2)) as discount_percent
            from range({orders}) as orders (number)
            """
        )


def demo_shop(percent: int, path: Path) -> None:
    """Write every table of ``make demo``, from a demonstration shop of this size."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        made = Path(folder) / "automated_intelligence.duckdb"
        shutil.copy(Path(__file__).parent.parent / "dagster.yaml", folder)
        environment = os.environ | {
            "ANALYTICS_DUCKDB_PATH": str(made.absolute()),
            "ANALYTICS_DEMO_SCALE": str(percent / 100),
            "DAGSTER_HOME": str(Path(folder).absolute()),
        }
        command = [sys.executable, "-m", "analytics_assets.command.demo"]
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
        made.rename(path)


def _purchases(
    random: np.random.Generator, first_day: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return customer number and day of every purchase, drawn from BG/NBD."""
    rate_a_day = random.gamma(R, 1 / ALPHA, len(first_day)) / 7
    leaves = random.beta(A, B, len(first_day))

    def rounds() -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
        number, moment = np.arange(len(first_day)), first_day.astype(float)
        is_repeat = False
        while len(number):
            yield number, moment.astype(np.int64)
            # A customer may leave after each repeat purchase, not after the first one.
            stays = (random.random(len(number)) >= leaves[number]) | (not is_repeat)
            moment = moment + random.exponential(1.0, len(number)) / rate_a_day[number]
            buys = stays & (moment < CUSTOMER_DAYS)
            number, moment, is_repeat = number[buys], moment[buys], True

    numbers, days = zip(*rounds(), strict=True)
    return np.concatenate(numbers), np.concatenate(days)


def _create_schemas(connection: duckdb.DuckDBPyConnection) -> None:
    for schema in ("staging", "analytics"):
        connection.execute(f"create schema {schema}")


def _insert(
    connection: duckdb.DuckDBPyConnection, target: str, columns: dict[str, npt.NDArray[np.generic]]
) -> None:
    connection.register("batch", pa.table(columns))
    connection.execute(f"insert into {target} from batch")
    connection.unregister("batch")


if __name__ == "__main__":
    kind, *sizes, file = sys.argv[1:]
    make = {
        "baskets": basket_shop,
        "votes": vote_shop,
        "customers": customer_shop,
        "demo": demo_shop,
        "files": file_shop,
    }[kind]
    make(*map(int, sizes), Path(file))
