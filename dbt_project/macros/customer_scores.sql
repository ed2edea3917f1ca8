{#-
  A select: one row per day of a CTE (scored_on) and customer registered by then, with the sums of its
  revenue orders up to the day, less what came back of them by the day, and RFM scores among the
  buyers of the day. All as the orders are known now.
-#}
{% macro customer_scores(days) -%}
    with customers as (

        select * from {{ ref('stg_customers') }}

    ),

    orders as (

        select * from {{ ref('stg_orders') }}
        where {{ is_revenue_order() }}

    ),

    returns as (

        select * from {{ ref('stg_returns') }}
        where is_of_a_sale

    ),

    registered as (

        select
            {{ days }}.scored_on,
            customers.customer_id
        from customers
        cross join {{ days }}
        where
            customers.signup_date <= {{ days }}.scored_on
            or customers.signup_date is null

    ),

    totals as (

        select
            {{ days }}.scored_on,
            orders.customer_id,
            count(*) as total_orders,
            cast(sum(orders.net_amount) as decimal(18, 2)) as gross_revenue,
            cast(
                sum(
                    case
                        when {{ days_between('orders.order_day', days ~ '.scored_on') }} < 365
                            then orders.net_amount
                        else 0
                    end
                )
                as decimal(18, 2)
            ) as gross_revenue_365d,
            cast(sum(orders.total_quantity) as bigint) as total_items_purchased,
            min(orders.order_day) as first_order_date,
            max(orders.order_day) as last_order_date
        from orders
        inner join {{ days }} on orders.order_day <= {{ days }}.scored_on
        where orders.customer_id is not null
        group by {{ days }}.scored_on, orders.customer_id

    ),

    -- What came back by the day, of what was sold by then.
    returned as (

        select
            {{ days }}.scored_on,
            returns.customer_id,
            cast(sum(returns.amount) as decimal(18, 2)) as returned_amount,
            cast(
                sum(
                    case
                        when {{ days_between('returns.order_day', days ~ '.scored_on') }} < 365
                            then returns.amount
                        else 0
                    end
                )
                as decimal(18, 2)
            ) as returned_amount_365d
        from returns
        inner join {{ days }}
            on
                returns.returned_day <= {{ days }}.scored_on
                and returns.order_day <= {{ days }}.scored_on
        where returns.customer_id is not null
        group by {{ days }}.scored_on, returns.customer_id

    ),

    buyers as (

        select
            totals.*,
            coalesce(returned.returned_amount, 0) as returned_amount,
            totals.gross_revenue - coalesce(returned.returned_amount, 0) as total_revenue,
            totals.gross_revenue_365d - coalesce(returned.returned_amount_365d, 0) as revenue_365d,
            {{ days_between('totals.last_order_date', 'totals.scored_on') }} as days_since_last_order
        from totals
        inner join registered
            on
                totals.customer_id = registered.customer_id
                and totals.scored_on = registered.scored_on
        left join returned
            on
                totals.customer_id = returned.customer_id
                and totals.scored_on = returned.scored_on

    ),

    scored as (

        select
            *,
            {{ quintile('-days_since_last_order', 'scored_on') }} as recency_score,
            {{ quintile('total_orders', 'scored_on') }} as frequency_score,
            {{ quintile('total_revenue', 'scored_on') }} as monetary_score
        from buyers

    )

    select
        registered.scored_on,
        registered.customer_id,
        coalesce(scored.total_orders, 0) as total_orders,
        cast(coalesce(scored.gross_revenue, 0) as decimal(18, 2)) as gross_revenue,
        cast(coalesce(scored.returned_amount, 0) as decimal(18, 2)) as returned_amount,
        cast(coalesce(scored.total_revenue, 0) as decimal(18, 2)) as total_revenue,
        cast(coalesce(scored.revenue_365d, 0) as decimal(18, 2)) as revenue_365d,
        coalesce(scored.total_items_purchased, 0) as total_items_purchased,
        scored.first_order_date,
        scored.last_order_date,
        scored.days_since_last_order,
        scored.recency_score,
        scored.frequency_score,
        scored.monetary_score
    from registered
    left join scored
        on
            registered.customer_id = scored.customer_id
            and registered.scored_on = scored.scored_on
{%- endmacro %}
