"""What raw.orders holds, as a short text that changes whenever its orders change."""

from analytics_assets.lib.warehouse.interface import Session

# What raw.orders held when staging was built of it; the sensor compares with it.
RAW_STATE = "raw_orders_state"


def raw_orders_state(session: Session) -> str | None:
    """Return a fingerprint of ``raw.orders`` that no order of rows can change; None without rows.

    A new, removed or changed order changes it. The fingerprint is comparable within one engine and
    version only: ``hash`` is the engine's own. On Snowflake it is the moment of the last change of
    the shop's own table, which wakes no warehouse; None where that is a view.
    """
    if not session.in_process:
        changed = session.last_change("orders")
        return None if changed is None else f"orders changed at {changed}"
    tables = session.read(
        "select count(*) as n from information_schema.tables "
        "where lower(table_schema) = 'raw' and lower(table_name) = 'orders'"
    )
    if not int(tables["n"].iloc[0]):
        return None
    state = session.read(
        """
        select
            count(*) as orders,
            cast(max(order_date) as varchar) as newest,
            cast(sum(cast(row_hash as decimal(38, 0))) as varchar) as fingerprint
        from (
            select
                order_date,
                hash(order_id, customer_id, order_date, order_status, total_amount) as row_hash
            from raw.orders
        ) as hashed
        """
    ).iloc[0]
    if not int(state["orders"]):
        return None
    return f"{state['orders']} orders to {state['newest']}, {state['fingerprint']}"
