"""The worked examples of docs/methods.md, computed by the project's own code from their inputs.

An example's inputs and its figures are both read from the page, so that what a reader can follow by
hand is what the code does.
"""

import datetime
import re
from collections.abc import Sequence

import duckdb
import numpy as np
import pandas as pd

from analytics_assets.defs.cohorts.counts import cohort_counts
from analytics_assets.defs.cohorts.grid import monthly_cohorts
from analytics_assets.defs.customers.bg_nbd import (
    BgNbd,
    expected_purchases,
    p_alive,
    probability_of_a_purchase,
)
from analytics_assets.defs.customers.year_ago_cells import draw_cells
from analytics_assets.defs.products.affinity import product_affinity
from analytics_assets.defs.products.baskets import BasketWindow, basket_counts
from analytics_assets.defs.products.expected_together import draw_strata
from analytics_assets.lib.warehouse.duckdb import DuckDBSession
from analytics_assets.lib.wilson import wilson_lower_bound
from analytics_assets.settings import DBT_PROJECT_DIR, PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "methods.md"
DAY = datetime.date(2025, 3, 31)


def tables_of(example: str) -> list[pd.DataFrame]:
    """Return the tables of one example, every cell a text."""
    section = PAGE.read_text().split(f"*Example: {example}.*")[1]
    section = re.split(r"\n(?:#|\*Example|<a )", section)[0]
    found = []
    for block in re.findall(r"(?:^\|.*\n)+", section, re.M):
        header, _, *rows = (
            [cell.strip() for cell in line.strip("|\n").split("|")] for line in block.splitlines()
        )
        found.append(pd.DataFrame(rows, columns=header, dtype=str))
    return found


def printed(value: object, example: str) -> str:
    """Return a value with as many digits as the page shows of it; NULL where there is none."""
    if isinstance(value, str | bool | np.bool_):
        return str(value).lower() if not isinstance(value, str) else value
    if pd.isna(value):
        return "NULL"
    digits = len(example.partition(".")[2])
    return f"{value:.{digits}f}"


def sql_macro(name: str, file: str, argument: str) -> str:
    """Return what a macro of the dbt project renders to."""
    import jinja2

    text = (DBT_PROJECT_DIR / "macros" / f"{file}.sql").read_text()
    return jinja2.Environment().from_string(f"{text}{{{{ {name}({argument}) }}}}").render().strip()


def staging(**tables: pd.DataFrame) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("create schema staging")
    for name, frame in tables.items():
        connection.register("frame", frame)
        connection.execute(f"create table staging.{name} as select * from frame")
        connection.unregister("frame")
    return connection


def pair(baskets: Sequence[str], first: str, second: str) -> pd.Series:
    """Return the row of product_affinity of two products of baskets such as 'A B'."""
    lines = [(str(n), product) for n, basket in enumerate(baskets) for product in basket.split()]
    orders = pd.DataFrame({"order_id": [str(n) for n in range(len(baskets))], "is_demand": True})
    with staging(
        stg_orders=orders.assign(order_day=pd.Timestamp(DAY)),
        stg_order_items=pd.DataFrame(lines, columns=["order_id", "product_id"]).assign(quantity=1),
    ) as connection:
        connection.execute("alter table staging.stg_orders alter order_day type date")
        connection.execute(
            "create table staging.int_returned_products as select order_id, product_id, "
            "cast(null as date) as returned_day from staging.stg_order_items where false"
        )
        counts = basket_counts(DuckDBSession(connection), BasketWindow(DAY, 90, min_pair_orders=2))
    names = counts.products[["product_id"]].assign(product_name="", product_category="")
    pairs = product_affinity(counts, names, DAY).set_index(["product_a_id", "product_b_id"])
    return pairs.loc[(first, second)]


def strata(sizes: pd.DataFrame) -> list[str]:
    """Return the strata of weeks with their baskets as '2: 60, 3: 30', basket size: baskets."""
    rows = sizes.assign(of_size=sizes["basket size: baskets"].str.split(", ")).explode("of_size")
    rows[["basket_size", "baskets"]] = rows["of_size"].str.split(": ", expand=True).astype(int)
    first = pd.Timestamp(1970, 1, 5)
    week = rows["order_week"] = (pd.to_datetime(rows["week from"]) - first).dt.days // 7
    size = rows["basket_size"]
    strata = []
    for s in draw_strata(rows):
        of_it = week.between(s.week_from, s.week_to) & size.between(s.size_from, s.size_to)
        strata.append(
            f"{first + pd.Timedelta(weeks=s.week_from):%Y-%m-%d} to "
            f"{first + pd.Timedelta(days=7 * s.week_to + 6):%Y-%m-%d}, "
            f"{s.size_from} to {s.size_to} items: {rows.loc[of_it, 'baskets'].sum()} baskets"
        )
    return strata


def scores(candidates: pd.DataFrame) -> np.ndarray:
    w_ab, w_a, n_a = candidates[["W_AB", "W_A", "n_A"]].astype(float).to_numpy().T
    bound = pd.to_numeric(candidates["adjusted lower bound"]).fillna(1.0)
    return wilson_lower_bound(w_ab / w_a * n_a, n_a) * (1 + np.log(bound.to_numpy()))


def triangle(customers: pd.DataFrame) -> pd.DataFrame:
    """Return monthly_cohorts of a handful of customers.

    Args:
        customers: customer, signup, and orders as '2025-01-06 30.00, 2025-02-10 20.00'.
    """
    signup = pd.to_datetime(customers["signup"])
    texts = customers.set_index("customer")["orders"].str.split(", ").explode()
    orders = texts[texts != ""].str.split(expand=True).reset_index()
    orders.columns = ["customer", "day", "net_amount"]
    day = pd.to_datetime(orders["day"])
    with staging(
        stg_customers=pd.DataFrame(
            {
                "customer_id": customers["customer"],
                "signup_date": signup,
                "signup_month": signup.dt.to_period("M").dt.to_timestamp(),
            }
        ),
        stg_orders=pd.DataFrame(
            {
                "order_id": orders.index.astype(str),
                "customer_id": orders["customer"],
                "order_day": day,
                "order_month": day.dt.to_period("M").dt.to_timestamp(),
                "is_revenue": True,
                "net_amount": orders["net_amount"],
            }
        ),
    ) as connection:
        for table, column, kind in (
            ("stg_customers", "signup_date", "date"),
            ("stg_customers", "signup_month", "date"),
            ("stg_orders", "order_day", "date"),
            ("stg_orders", "order_month", "date"),
            ("stg_orders", "net_amount", "decimal(12,2)"),
        ):
            connection.execute(f"alter table staging.{table} alter {column} type {kind}")
        connection.execute(
            "create table staging.stg_returns (customer_id varchar, order_day date,"
            " returned_day date, amount decimal(18, 2), is_of_a_sale boolean)"
        )
        counts = cohort_counts(DuckDBSession(connection), "signup")
    return monthly_cohorts(counts, DAY)


def quintiles(values: Sequence[str]) -> list[tuple[int, int, int]]:
    """Return rank, score and what NTILE says, of whole numbers in ascending order."""
    with duckdb.connect() as connection:
        rows = ", ".join(f"({value})" for value in values)
        score = sql_macro("quintile", "quintile", "'x', 'true'")
        return connection.execute(
            f"select rank() over (order by x), {score}, "
            f"ntile(5) over (order by x) from (values {rows}) as buyers(x) order by x, 3"
        ).fetchall()


def net_amounts(orders: pd.DataFrame) -> list[object]:
    model = (DBT_PROJECT_DIR / "models" / "staging" / "int_orders.sql").read_text()
    [expression] = re.findall(
        r"^        (cast\(\n(?:         .*\n)+        \)) as net_amount", model, re.M
    )
    with duckdb.connect() as connection:
        return [
            connection.execute(
                f"select {expression} from (select "
                f"cast({amount} as decimal(12, 2)) as total_amount, "
                f"cast({discount} as decimal(5, 2)) as discount_percent, "
                "cast(null as decimal(18, 2)) as discount_amount) as orders"
            ).fetchall()[0][0]
            for amount, discount in orders.iloc[:, :2].itertuples(index=False)
        ]


def forecast() -> dict[str, float]:
    model = BgNbd(r=0.2426, alpha=4.4135, a=0.7929, b=2.4258)
    return {
        "E[Y(39)]": float(expected_purchases(model, 39, 2, 30.43, 38.86)),
        "p_alive": float(p_alive(model, 2, 30.43, 38.86)),
        "P(Y(39) > 0)": float(probability_of_a_purchase(model, 39, 2, 30.43, 38.86)),
    }


def cells(customers: pd.DataFrame) -> pd.DataFrame:
    """Return customers, revenue and mean of the cells of rows that many customers share."""
    number = customers["customers"].astype(int)
    columns = (
        customers[name].astype(float).repeat(number).to_numpy()
        for name in ("days since last", "purchase days", "revenue each", "revenue after, each")
    )
    recency, days, spent, came = columns
    made = draw_cells(recency, days, spent, (came > 0).astype(float), came)
    return pd.DataFrame(
        {
            "customers": made.customers,
            "revenue": made.revenue,
            "mean": made.revenue / made.customers,
        }
    )
