"""Each worked example of docs/methods.md says what the project's code computes from its inputs."""

import re

import worked_examples as computed
from worked_examples import PAGE, printed, tables_of


def differences(table, column: str, values) -> list[str]:
    """Return 'row: printed, not computed' where the column of the page is wrong."""
    pairs = zip(table[column], values, strict=True)
    return [
        f"{column} of row {row}: the page says {shown}, it is {printed(value, shown)}"
        for row, (shown, value) in enumerate(pairs)
        if shown != printed(value, shown)
    ]


def test_net_amount():
    [orders] = tables_of("net amount")

    assert differences(orders, "net_amount", computed.net_amounts(orders)) == []


def test_quintiles_with_ties():
    [buyers] = tables_of("quintiles with ties")
    ranks, scores, ntiles = zip(*computed.quintiles(list(buyers["orders"])), strict=True)

    assert differences(buyers, "rank", ranks) == []
    assert differences(buyers, "frequency_score", scores) == []
    assert differences(buyers, "ntile", ntiles) == []
    for rank, text, score in buyers[["rank", "by hand", "frequency_score"]].itertuples(index=False):
        assert text == f"1 + floor(5 * {int(rank) - 1} / {len(buyers)})"
        assert int(score) == 1 + 5 * (int(rank) - 1) // len(buyers)


def test_the_published_forecast():
    [figures] = tables_of("forecast")
    values = computed.forecast()

    assert differences(figures, "value", [values[name] for name in figures["quantity"]]) == []


def test_cells_of_a_year_ago():
    customers, drawn = tables_of("cells")
    cells = computed.cells(customers)

    for column in ("customers", "revenue", "mean"):
        assert differences(drawn, column, cells[column]) == []


def test_strata():
    sizes, drawn = tables_of("strata")

    assert list(drawn["stratum"]) == computed.strata(sizes)


def test_a_pair_in_eight_baskets():
    [figures] = tables_of("a pair in eight baskets")
    words = re.search(r"of the eight baskets (.*?), all of", PAGE.read_text(), re.S)
    assert words
    baskets = re.split(r",\s+| and ", words[1])
    assert len(baskets) == 8
    pair = computed.pair(baskets, "A", "B")

    assert differences(figures, "value", [pair[name] for name in figures["column"]]) == []
    counts = re.search(r"N = (\d+), n_A = (\d+), n_B = (\d+), n_AB = (\d+)", PAGE.read_text())
    names = ["total_orders", "product_a_orders", "product_b_orders", "times_bought_together"]
    assert counts
    assert [int(count) for count in counts.groups()] == list(pair[names])


def test_scores_of_recommendations():
    [candidates] = tables_of("score")

    assert differences(candidates, "score", computed.scores(candidates)) == []
    assert list(candidates["score"]) == sorted(candidates["score"], reverse=True)


def test_the_triangle_of_five_customers():
    customers, page = tables_of("the triangle of five customers")
    triangle = computed.triangle(customers)
    triangle["cohort_month"] = triangle["cohort_month"].dt.strftime("%Y-%m")

    for column in page.columns:
        assert differences(page, column, triangle[column]) == []


def test_no_example_of_the_page_is_left_out():
    shown = re.findall(r"\*Example: (.*?)\.\*", PAGE.read_text())

    assert sorted(shown) == sorted(
        re.findall(r'tables_of\("(.*?)"\)', (PAGE.parents[1] / __file__).read_text())
    )
