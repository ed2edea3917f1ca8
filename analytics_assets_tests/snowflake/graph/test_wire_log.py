"""What was sent to Snowflake, as the emulator saw it."""

import re

import pytest
from emulator.wire import Statement
from snowflake_shop import SECRET, SnowflakeShop, tag_of

from analytics_assets.definitions import contracts

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("snowflake")]

PYTHON_ASSETS = {
    "product_affinity",
    "monthly_cohorts",
    "customer_value_forecast",
    "recommendation_scorecard",
}


@pytest.fixture(scope="module")
def statements(shop: SnowflakeShop) -> list[Statement]:
    """Return what the run of this shop sent."""
    (run,) = shop.runs()
    return shop.statements_of(run)


def test_every_statement_of_a_step_is_tagged_with_its_run_and_asset(statements: list[Statement]):
    tags = [tag_of(statement) for statement in statements]

    assert all(tag["run"] and tag["asset"] for tag in tags)
    assert {tag["project"] for tag in tags} == {"analytics_assets"}
    tagged = {tag["asset"] for tag in tags if "check" not in tag}
    assert tagged >= PYTHON_ASSETS
    assert tagged >= {"stg_orders", "enriched_orders", "customer_segmentation"}
    checked = {tag["asset"]: tag["check"] for tag in tags if "check" in tag}
    assert checked["stg_orders"] == "check_staging_stg_orders"
    assert len(checked) == len(contracts())


def test_no_statement_from_python_fetches_rows_of_orders_or_lines(statements: list[Statement]):
    """Aggregates, and samples of what breaks a rule, are all that leaves the warehouse."""
    for statement in statements:
        is_query = statement.sql.lstrip().lower().startswith(("select", "with"))
        if tag_of(statement).get("check") and is_query:
            selects_all = re.search(r"select \* from (raw|staging)\.", statement.sql, re.IGNORECASE)
            assert not selects_all, statement.sql
            aggregated = re.search(r"\b(count|sum|min|max)\(", statement.sql)
            sample = re.search(r"limit 5\s*$", statement.sql.strip())
            assert aggregated or sample or "information_schema" in statement.sql, statement.sql


@pytest.mark.parametrize("table", ["raw.orders", "raw.order_items"])
def test_a_night_scans_each_large_raw_table_three_times(table: str, statements: list[Statement]):
    """Aside from dbt's probes, and from counts and newest dates, which cost Snowflake no scan."""
    free = r"(count\(\*\) as row_count|\(select cast\(max\(\w+\) as varchar\)) from "
    scans = [
        re.sub(r"\s+", " ", part)
        for statement in statements
        if not re.search(r"where false\s+limit 0|\bcomment \$\$", statement.sql, re.IGNORECASE)
        for part in re.findall(
            rf"(?is).{{0,60}}\b(?:from|join)\s+(?:\w+\.)?{re.escape(table)}\b", statement.sql
        )
    ]
    assert scans
    read = [scan for scan in scans if not re.search(free + r"(\w+\.)?" + re.escape(table), scan)]
    assert len(read) <= 3, "\n".join(read)


def test_no_secret_is_sent_kept_or_shown(shop: SnowflakeShop):
    kept = {
        path: path.read_bytes()
        for folder in (shop.folder, shop.emulator.folder)
        for path in folder.rglob("*")
        if path.is_file()
    }

    for suffix in (".txt", ".db", ".jsonl"):
        assert any(path.suffix == suffix for path in kept)
    # What is no secret is found, so that the search itself can fail.
    assert [path.name for path, said in kept.items() if b"customer_segmentation" in said]
    assert [path for path, said in kept.items() if SECRET.encode() in said] == []
