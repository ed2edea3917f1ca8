"""The same shop on DuckDB and on the emulator, each built once a session."""

from pathlib import Path

import duckdb
import pytest
from emulator.process import Emulator
from materialized_shop import run_job, settings_for
from snowflake_shop import SnowflakeShop, fill_raw

from analytics_assets.demo_shop import DEFAULT_SEED, write

SCALE = 0.02

# The 20 orders with the most returns, since what nobody names may be the currency of 1 % only.
IN_OTHER_CURRENCIES = """
    create temp table others as
    select order_id, ['SEK', 'VND', 'NOK'][1 + row_number() over (order by returns, order_id) % 3]
        as currency
    from (
        select order_id, count(*) as returns from read_parquet('{files}/returns.parquet')
        group by order_id order by returns desc, order_id limit 20
    );
    create temp table renamed as
    select orders.* replace (coalesce(others.currency, orders.currency) as currency)
    from read_parquet('{files}/orders.parquet') as orders left join others using (order_id);
    copy renamed to '{files}/orders.parquet';
    copy (
        select cast(moment as date) as day, 'SEK' as currency,
            0.08 + (dayofyear(moment) * 37 % 1000) / 1e5 as rate
        from (
            select unnest(range(min(order_date), max(order_date), interval 5 day)) as moment
            from renamed
        )
        union all
        select cast(min(order_date) as date), 'VND', 0.0000370123 from renamed
    ) to '{files}/exchange_rates.csv'
"""


@pytest.fixture(scope="session")
def duckdb_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, files = tmp_path_factory.mktemp("duckdb"), tmp_path_factory.mktemp("files")
    write((SCALE, DEFAULT_SEED), files)
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(IN_OTHER_CURRENCIES.format(files=files))
    settings = settings_for(folder, ANALYTICS_LANDING_DIR=str(files))
    assert run_job(settings).success
    return settings.duckdb_path


@pytest.fixture(scope="session")
def shop(
    snowflake_emulator: Emulator, duckdb_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> SnowflakeShop:
    """Return a shop that was built by the daily job."""
    shop = SnowflakeShop(snowflake_emulator, "SHOP", tmp_path_factory.mktemp("snowflake"))
    fill_raw(shop, duckdb_path)
    run = shop.run_daily_job()
    assert run.returncode == 0, run.stderr[-3000:]
    return shop
