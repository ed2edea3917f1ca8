"""One name and category a product id, for products that the catalogue has and that it lacks."""

import pandas as pd

from analytics_assets.lib.warehouse.interface import Session


def product_names(session: Session) -> pd.DataFrame:
    """Return product_id (unique), product_name and product_category, NULL where nobody gave one.

    The catalogue's name wins. A product that only lines mention takes the name of its newest
    order's line; of several there the last in the alphabet.
    """
    return session.read(
        """
        with named_lines as (
            select
                items.product_id,
                items.product_name,
                items.product_category,
                row_number() over (
                    partition by items.product_id
                    order by
                        case when items.product_name is null then 1 else 0 end,
                        orders.order_day desc nulls last,
                        items.product_name desc nulls last,
                        items.product_category desc nulls last
                ) as occurrence
            from staging.stg_order_items as items
            inner join staging.stg_orders as orders on items.order_id = orders.order_id
            left join staging.stg_products as products on items.product_id = products.product_id
            where items.product_id is not null and products.product_id is null
        )

        select product_id, product_name, product_category
        from staging.stg_products
        union all
        select product_id, product_name, product_category
        from named_lines
        where occurrence = 1
        """
    )
