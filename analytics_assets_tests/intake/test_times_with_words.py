"""Times with the names of months and zones: read where they mean one moment, else asked for."""

import pytest


def written(shop, times: list[str], settings: str = "") -> None:
    rows = "".join(f'A{place},C1,"{time}",1\n' for place, time in enumerate(times))
    shop.write("orders.csv", f"order_id,customer_id,order_date,total_amount\n{rows}")
    shop.settings(f"allow_fewer_orders: true\n{settings}")


def landed(shop, times: list[str], settings: str = "") -> list[str]:
    """Return the landed times; the business is in Los Angeles."""
    written(shop, times, settings)
    shop.land()
    rows = shop.rows("select order_date from raw.orders order by order_id")
    return [str(time).removesuffix(" 00:00:00") for (time,) in rows]


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (["03 Mar 2024", "31-Dec-24", "May 2nd, 2024"], ["2024-03-03", "2024-12-31", "2024-05-02"]),
        (["3. März 2024 14:05", "1. MAI 2024"], ["2024-03-03 14:05:00", "2024-05-01"]),
        (
            ["mar. 5 mars 2024 à 14h05", "lundi 1er avril 2024"],
            ["2024-03-05 14:05:00", "2024-04-01"],
        ),
        (["5 de enero de 2024", "1 dic. 2024"], ["2024-01-05", "2024-12-01"]),
        (
            ["March 1, 2024 10:15 p.m.", "10:15 2 March 2024"],
            ["2024-03-01 22:15:00", "2024-03-02 10:15:00"],
        ),
    ],
)
def test_months_are_read_by_their_names(shop, times, expected):
    assert landed(shop, times) == expected


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (["2024-03-01 10:00:00 PST", "2024-07-01 10:00:00 PDT"], [10, 10]),
        (["2024-03-01T10:00:00 EST", "2024-07-01T10:00:00 CEST"], [7, 1]),
        (["2024-03-01 10:00:00 GMT+1", "2024-07-01 10:00:00 UTC"], [1, 3]),
        (["2024-03-01 10:00 CST", "2024-07-01 10:00 CDT"], [8, 8]),
        (["Mar 1, 2024 5:00:11 PM PST", "Jul 1, 2024 1:00:11 AM PDT"], [17, 1]),
        (["Fri Mar 01 2024 10:00:00 GMT+0100 (Central European Standard Time)"], [1]),
        (["Fri, 01 Mar 2024 23:30:00 +0530"], [10]),
        (["03/01/2024 10:00 PST", "03/31/2024 10:00 PST"], [10, 11]),
        (["2024/03/01 10:00:00 +0200"], [0]),
    ],
)
def test_a_zone_behind_a_time_counts(shop, times, expected):
    landed(shop, times)
    hours = shop.rows("select hour(order_date) from raw.orders order by order_id")
    assert [hour for (hour,) in hours] == expected


def test_a_zone_of_several_meanings_is_asked_for_and_shop_yml_can_say_it(shop):
    times = ["2024-03-01 10:00 CST", "2024-07-01 10:00 CST"]
    written(shop, times)
    assert "2 of 2 times end in CST" in shop.fault()
    assert "`timezone: America/Chicago`" in shop.fault()
    assert landed(shop, times, "timezone: America/Chicago") == [
        "2024-03-01 08:00:00",
        "2024-07-01 08:00:00",
    ]


def test_a_day_and_a_month_that_may_change_places_are_asked_for_though_a_zone_stands_behind(shop):
    times = ["03/02/2024 10:00 PST", "03/03/2024 10:00:01 PST"]
    written(shop, times)
    assert '`dates: "%d/%m/%Y"`' in shop.fault()
    assert landed(shop, times, 'dates: "%d/%m/%Y"') == [
        "2024-02-03 10:00:00",
        "2024-03-03 10:00:01",
    ]


def test_what_is_to_be_typed_is_written_as_the_times_are(shop):
    written(shop, ["01.02.24", "03.04.24"])
    assert '`dates: "%d.%m.%y"` or `dates: "%m.%d.%y"`' in shop.fault()
    assert landed(shop, ["01.02.24", "03.04.24"], 'dates: "%d.%m.%y"') == [
        "2024-02-01",
        "2024-04-03",
    ]
    assert landed(shop, ["01.02.24", "13.04.24"]) == ["2024-02-01", "2024-04-13"]


def test_words_that_are_no_month_are_named(shop):
    written(shop, ["5 maaliskuuta 2024", "6 maaliskuuta 2024"])
    assert "words that are not known: maaliskuuta" in shop.fault()
    # A pattern without a month would make every day one of January.
    written(shop, ["5 maaliskuuta 2024"], 'dates: "%d maaliskuuta %Y"')
    assert "dates: must be a pattern with day, month and year" in shop.fault()


def test_a_time_after_the_last_of_the_day_is_refused_with_its_row(shop):
    written(shop, ["2024-01-01 24:00:00", "2024-01-02 10:00:00"])
    shop.land()
    [(*_, row, column, value, reason, _)] = shop.quarantine()
    assert (row, column, value) == (1, "order_date", "2024-01-01 24:00:00")
    assert reason == "order_date is not a date"


def test_words_for_nothing_are_nothing(shop):
    words = ["NULL", "null", "N/A", "NaN", "None", "-", "\\N", "#N/A"]
    rows = "".join(
        f"A{place},2024-01-05,{word},{word},{word}\n" for place, word in enumerate(words)
    )
    shop.write("orders.csv", f"order_id,order_date,total_amount,updated_at,is_test\n{rows}")
    report = shop.land()
    assert report.quarantine == ()
    landed = shop.rows("select distinct total_amount, updated_at, is_test from raw.orders")
    assert landed == [(None, None, None)]


def test_a_word_for_nothing_is_no_day_where_one_is_needed(shop):
    written(shop, ["NULL", "2024-01-02"])
    shop.land()
    [(*_, value, reason, _)] = shop.quarantine()
    assert (value, reason) == ("NULL", "order_date is empty")
