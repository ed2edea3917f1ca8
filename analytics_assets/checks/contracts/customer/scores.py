"""Whether the RFM scores of buyers follow what they score."""

_SCORED = {
    "recency_score": "-days_since_last_order",
    "frequency_score": "total_orders",
    "monetary_score": "total_revenue",
}


def scores_follow_values(table: str) -> str:
    """Return the query for the scores that share values with, or undercut, the score below them.

    Equal customers in two scores make the greatest value of one equal to the least of the next.
    """
    return "\nunion all\n".join(
        f"""select '{score}' as score, {score} as value, least_value, greatest_below
from (
    select
        {score},
        min({value}) as least_value,
        lag(max({value})) over (order by {score}) as greatest_below
    from {table}
    where {score} is not null
    group by {score}
) as {score}s
where least_value <= greatest_below"""
        for score, value in _SCORED.items()
    )
