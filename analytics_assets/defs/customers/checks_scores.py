"""Whether the RFM scores of buyers are the quintiles of what they score."""

_SCORED = {
    "recency_score": "-days_since_last_order",
    "frequency_score": "total_orders",
    "monetary_score": "total_revenue",
}


def scores_other_than_quintiles(table: str) -> str:
    """Return the query for the values whose customers do not all have the value's quintile.

    A score s is 1 + floor(5 * below / buyers) where (s - 1) * buyers <= 5 * below < s * buyers:
    whole numbers, which engines cannot round apart.
    """
    return "\nunion all\n".join(
        f"""select '{score}' as score, value, least_score, greatest_score, below, buyers
from (
    select
        value,
        least_score,
        greatest_score,
        sum(customers) over (
            order by value rows between unbounded preceding and current row
        ) - customers as below,
        sum(customers) over () as buyers
    from (
        select
            {value} as value,
            count(*) as customers,
            min({score}) as least_score,
            max({score}) as greatest_score
        from {table}
        where total_orders > 0
        group by {value}
    ) as {score}_values
) as {score}_places
where (least_score - 1) * buyers > 5 * below or 5 * below >= least_score * buyers
    or least_score <> greatest_score"""
        for score, value in _SCORED.items()
    )
