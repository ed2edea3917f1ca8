"""What the page of the recommendations shows."""

from typing import Any

from analytics_assets.lib.charts.page import Page, Scene, table


def _recommendations(scene: Scene) -> dict[str, Any]:
    best = scene.session.read(
        "select coalesce(source_product_name, source_product_id) as product, "
        "coalesce(recommended_product_name, recommended_product_id) as companion, "
        "recommendation_message as reason from analytics.product_recommendations "
        "order by case when recommendation_basis = 'affinity' then 0 else 1 end, "
        "score desc nulls last, source_product_id, recommended_product_id limit 10"
    )
    return {"top_recommendations": table(best)}


PAGES = {
    "analytics.product_recommendations": Page(
        {
            "products_with_recommendations": "count(distinct source_product_id)",
            "affinity_share": "sum(case when recommendation_basis = 'affinity' then 1 else 0 end)"
            " / cast(nullif(count(*), 0) as double)",
        },
        _recommendations,
    ),
}
