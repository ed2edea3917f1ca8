import datetime
from decimal import Decimal

import pandas as pd
import pytest
from readable import assert_readable, subtitle_of, title_of

from analytics_assets.defs.customers.chart_segments import segment_bars, segments_figure

NAMES = [
    *("champions", "loyal", "potential_loyalists", "new_customers", "promising", "lost"),
    *("needs_attention", "about_to_sleep", "at_risk", "cant_lose_them", "hibernating"),
    "prospects",
]


def segments_of(*rows: tuple[str, int, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [(name, customers, Decimal(revenue)) for name, customers, revenue in rows],
        columns=["behavioral_segment", "customers", "revenue"],
    )


def figure_of(segments: pd.DataFrame):
    return segments_figure(segments, datetime.date(2025, 12, 31))


SHOP = segments_of(
    ("lost", 50, "10.00"), ("champions", 10, "60.00"), ("loyal", 40, "30.00"), ("new", 0, "0")
)


def test_shares_are_of_all_customers_and_of_all_revenue_and_revenue_ranks():
    bars = segment_bars(SHOP)

    assert bars["behavioral_segment"].to_list() == ["champions", "loyal", "lost", "new"]
    assert bars["customer_share"].to_list() == [0.1, 0.4, 0.5, 0.0]
    assert bars["revenue_share"].to_list() == [0.6, 0.3, 0.1, 0.0]


def test_the_title_names_who_brings_more_than_their_share_and_n_stands_below():
    figure = figure_of(SHOP)

    assert title_of(figure) == "10 % of customers, the champions, bring 60 % of the revenue"
    assert subtitle_of(figure).startswith(
        "100 customers of customer_segmentation and their 100 of revenue"
    )


@pytest.mark.parametrize(
    ("segments", "title"),
    [
        (SHOP.head(0), "No customers yet"),
        (segments_of(("prospects", 9, "0")), "No revenue yet: no customer has bought anything"),
        (segments_of(("loyal", 9, "5")), "Every customer is in the segment loyal"),
    ],
)
def test_a_shop_without_a_finding_is_told_so(segments: pd.DataFrame, title: str):
    assert title_of(figure_of(segments)) == title


def test_it_is_readable():
    rows = [(name, 7**place, f"{9**place}.55") for place, name in enumerate(NAMES)]

    assert_readable(figure_of(segments_of(*rows)))
