"""What is measured: the sections, their cases (one shop each) and the methods side by side."""

from dataclasses import dataclass

OURS = "this project"
KERNEL = "compiled kernel (numba)"
SCAN = "scan of the columns"
NAIVE_SQL = "SQL, count(distinct order_id)"
PLAIN_SQL = "plain SQL"
AS_MANY_PAIRS = "product_affinity of as many orders in 90 days"
PANDAS_MERGE = "pandas merge"
PANDAS = "pandas"
SAME_FIGURES_SQL = "SQL, the same figures"
DBT_TEST = "dbt test"
MINERS = ("mlxtend fpgrowth", "mlxtend apriori", "efficient-apriori")

# What a reader sees -> the module with the method.
PAIRS = {
    OURS: "pairs.ours",
    f"{OURS}, counts and the peers' columns": "pairs.ours_counts",
    f"{OURS}, counted by Snowflake's statements": "pairs.ours_statements",
    KERNEL: "pairs.compiled_kernel",
    NAIVE_SQL: "pairs.naive_sql",
    PANDAS_MERGE: "pairs.pandas_merge",
    "pyfim eclat": "pairs.pyfim_eclat",
    "efficient-apriori": "pairs.efficient_apriori_sets",
    "mlxtend fpgrowth": "pairs.mlxtend_fpgrowth",
    "mlxtend apriori": "pairs.mlxtend_apriori",
}
GROWTH = {OURS: PAIRS[OURS], KERNEL: PAIRS[KERNEL]}
VOTES = {
    OURS: "votes.ours",
    f"{OURS}, counted by Snowflake's statements": "votes.ours_statements",
    PLAIN_SQL: "votes.plain_sql",
    AS_MANY_PAIRS: "votes.affinity",
}
COHORTS = {
    OURS: "cohorts.ours",
    SAME_FIGURES_SQL: "cohorts.same_figures_sql",
    "SQL, count(distinct customer_id)": "cohorts.distinct_sql",
    "polars": "cohorts.polars_groups",
    PANDAS: "cohorts.pandas_groups",
}
# It reads what the others read and makes nothing of it: its result is another.
SCANS = {SCAN: "cohorts.column_scan"}
FORECAST = {OURS: "forecast.ours"}
DBT_BUILD = "dbt build of the same models"
GRAPH = {OURS: "graph.ours", DBT_BUILD: "graph.dbt_build"}
COPY = "DuckDB's copy into tables of text"
LANDING = {OURS: "landing.ours", COPY: "landing.text_copy"}
CHECKS = {
    OURS: "checks.ours",
    f"{OURS}, contracts without a Dagster run": "checks.contracts_alone",
    DBT_TEST: "checks.dbt_test",
}


@dataclass(frozen=True)
class Case:
    """One shop and the methods that run on it.

    Attributes:
        name: what a reader sees.
        shop: arguments of shops.py.
        methods: name -> module.
        other_results: methods whose result is not compared with the others'.
    """

    name: str
    shop: tuple[str, ...]
    methods: dict[str, str]
    other_results: tuple[str, ...] = ()


def _baskets(orders: int, products: int, methods: dict[str, str]) -> Case:
    shop = ("baskets", str(orders), str(products))
    return Case(f"{_short(orders)} orders, {_short(products)} products", shop, methods)


def _votes(orders: int, products: int) -> Case:
    name = f"votes, {_short(orders)} orders, {_short(products)} products"
    return Case(name, ("votes", str(orders), str(products)), VOTES, (AS_MANY_PAIRS,))


def _customers(customers: int, methods: dict[str, str], what: str) -> Case:
    shop = ("customers", str(customers))
    others = (SCAN,) if SCAN in methods else ()
    return Case(f"{what}, {_short(customers)} customers", shop, methods, others)


def _demo(percent: int, name: str) -> Case:
    return Case(f"checks, {name}", ("demo", str(percent)), CHECKS)


def _graph(percent: int, name: str) -> Case:
    return Case(f"graph, {name}", ("demo", str(percent)), GRAPH)


def _files(orders: int, name: str) -> Case:
    return Case(f"landing, {name}", ("files", str(orders)), LANDING)


def _short(number: int) -> str:
    if number >= 10**6:
        return f"{number // 10**6}M"
    return f"{number // 1000}k" if number >= 1000 else str(number)


CASES = {
    "pairs": (
        _baskets(1_000_000, 1_000, PAIRS),
        _baskets(1_000_000, 10_000, PAIRS),
        _baskets(100_000, 10_000, GROWTH),
        _baskets(10_000_000, 10_000, GROWTH),
    ),
    "votes": (_votes(1_000_000, 10_000),),
    "cohorts": (_customers(1_000_000, COHORTS | SCANS, "cohorts"),),
    "forecast": (_customers(1_000_000, FORECAST, "forecast"),),
    "landing": (_files(3_200_000, "1 GB of CSV"),),
    "graph": (_graph(100, "demonstration shop"),),
    "checks": (_demo(100, "demonstration shop"), _demo(2_500, "10M order lines")),
}
QUICK_CASES = {
    "pairs": (_baskets(2_000, 200, PAIRS),),
    "votes": (_votes(2_000, 200),),
    "cohorts": (_customers(10_000, COHORTS | SCANS, "cohorts"),),
    "forecast": (_customers(10_000, FORECAST, "forecast"),),
    "landing": (_files(10_000, "3 MB of CSV"),),
    "graph": (_graph(5, "small demonstration shop"),),
    "checks": (_demo(5, "small demonstration shop"),),
}
