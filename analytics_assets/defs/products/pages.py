"""What the pages of the product tables show."""

from typing import Any

from analytics_assets.defs.products.chart_performance import performance_figure
from analytics_assets.lib.charts.page import Page, Scene, picture, table
from analytics_assets.lib.warehouse.clock import read_clock


def _recommendations(scene: Scene) -> dict[str, Any]:
    found = scene.session.read(
        "select count(distinct source_product_id) as pages, "
        "count(distinct case when recommendation_basis = 'affinity' then source_product_id end) "
        "as related, count(*) as shown, "
        "sum(case when recommendation_basis = 'best_seller' then 1 else 0 end) as fillers "
        "from analytics.product_recommendations"
    ).iloc[0]
    best = scene.session.read(
        "select substring(recommendation_message, 1, 150) as best_of_the_related "
        "from analytics.product_recommendations where recommendation_basis = 'affinity' "
        "order by score desc nulls last, source_product_id, recommended_product_id limit 5"
    )
    finding = "No product has a page: nothing was sold"
    if found["shown"]:
        finding = (
            f"{found['related']:,.0f} of {found['pages']:,.0f} products have a related one to "
            f"show; best sellers fill {found['fillers'] / found['shown']:.0%} of all places"
        )
    return {"finding": finding, "top_recommendations": table(best)}


def _performance(scene: Scene) -> dict[str, Any]:
    products = scene.session.read(
        "select product_id, product_name, sales, returned_amount, net_sales, units_sold, "
        "units_returned, return_rate, return_rate_lower_bound from analytics.product_performance"
    )
    as_of_date = read_clock(scene.session)
    back = products[products["units_returned"] > 0].sort_values(
        ["return_rate_lower_bound", "product_id"], ascending=[False, True]
    )
    return {
        **picture(
            "product_performance",
            lambda: performance_figure(products, as_of_date),
            scene.folder,
            scene.log,
        ),
        "come_back_most": table(
            back[["product_name", "units_sold", "return_rate", "return_rate_lower_bound"]], 5
        ),
    }


def _share(basis: str) -> str:
    return (
        f"sum(case when recommendation_basis = '{basis}' then 1 else 0 end)"
        " / cast(nullif(count(*), 0) as double)"
    )


PAGES = {
    "analytics.product_performance": Page(
        {
            "sales": "sum(sales)",
            "returned": "sum(returned_amount)",
            "return_rate": (
                "cast(sum(units_returned) as double precision) / nullif(sum(units_sold), 0)"
            ),
            "products_sold": "sum(case when orders > 0 then 1 else 0 end)",
            "products_never_sold": "sum(case when orders = 0 then 1 else 0 end)",
        },
        _performance,
    ),
    "analytics.product_recommendations": Page(
        {
            "products_with_recommendations": "count(distinct source_product_id)",
            "affinity_share": _share("affinity"),
            "co_purchase_share": _share("co_purchase"),
            "best_seller_share": _share("best_seller"),
        },
        _recommendations,
    ),
}
