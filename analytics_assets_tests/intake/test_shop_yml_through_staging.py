"""What shop.yml says of money and of clocks, through landing and staging, by values."""

import datetime
from pathlib import Path

import pytest
from through_the_graph import rows, run

pytestmark = pytest.mark.slow


def staged(folder: Path, orders: str, settings: str) -> dict[str, tuple[object, ...]]:
    """Land orders of one line each; return order_id -> time, day, is_revenue in staging."""
    files = folder / "files"
    files.mkdir()
    ids = [line.split(",")[0] for line in orders.strip().splitlines()[1:]]
    lines = "".join(f"{order},P1,1,10.00\n" for order in ids)
    (files / "orders.csv").write_text(orders.strip() + "\n")
    (files / "order_items.csv").write_text(f"order_id,product_id,quantity,unit_price\n{lines}")
    (files / "shop.yml").write_text(settings)
    variables = "{business_timezone: America/Los_Angeles, tolerated_share: 1.0}"
    result = run(folder, files, "int_orders", is_checked=False, ANALYTICS_VARS=variables)
    assert result.success
    listed = rows(
        folder, "select order_id, order_date, order_day, is_revenue from staging.int_orders"
    )
    return {order: rest for order, *rest in listed}


def test_times_with_a_zone_become_the_business_s_clock(tmp_path):
    # Midnight, an offset that is another month, and both changes of the clocks in Los Angeles.
    found = staged(
        tmp_path,
        """
order_id,customer_id,order_date,total_amount
last second,C,2024-12-01T07:59:59Z,10.00
midnight,C,2024-12-01T08:00:00Z,10.00
other month,C,2024-07-01T00:30:00+02:00,10.00
half an hour,C,2024-12-01T13:29:59+05:30,10.00
before spring,C,2025-03-09T09:59:59Z,10.00
after spring,C,2025-03-09T10:00:00Z,10.00
before autumn,C,2024-11-03T08:30:00Z,10.00
after autumn,C,2024-11-03 01:30:00-0800,10.00
""",
        "",
    )
    assert {order: f"{time} {day}" for order, (time, day, _) in found.items()} == {
        "last second": "2024-11-30 23:59:59 2024-11-30",
        "midnight": "2024-12-01 00:00:00 2024-12-01",
        "other month": "2024-06-30 15:30:00 2024-06-30",
        "half an hour": "2024-11-30 23:59:59 2024-11-30",
        "before spring": "2025-03-09 01:59:59 2025-03-09",
        "after spring": "2025-03-09 03:00:00 2025-03-09",
        "before autumn": "2024-11-03 01:30:00 2024-11-03",
        "after autumn": "2024-11-03 01:30:00 2024-11-03",
    }


def test_times_without_a_zone_are_those_of_shop_yml_and_its_currency_counts(tmp_path):
    # Berlin changes its clocks three weeks after Los Angeles: between them it is eight hours ahead.
    found = staged(
        tmp_path,
        """
order_id,customer_id,order_date,total_amount,currency
winter,C,2025-01-15 08:30:00,10.00,EUR
between,C,2025-03-20 07:59:59,10.00,eur
spring,C,2025-03-30 03:00:00,10.00,USD
summer,C,2025-04-01 08:30:00,10.00,USD
autumn,C,2025-10-27 07:30:00,10.00,USD
""",
        "timezone: Europe/Berlin\ncurrency: EUR\n",
    )
    assert {order: (str(time), is_revenue) for order, (time, _, is_revenue) in found.items()} == {
        "winter": ("2025-01-14 23:30:00", True),
        "between": ("2025-03-19 23:59:59", True),
        "spring": ("2025-03-29 18:00:00", False),
        "summer": ("2025-03-31 23:30:00", False),
        "autumn": ("2025-10-26 23:30:00", False),
    }
    assert found["winter"][1] == datetime.date(2025, 1, 14)
