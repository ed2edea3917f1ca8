"""The SQL that moves rows: from the text read to the raw table or to the quarantine.

It is written for DuckDB, where files land. ``row_id`` is a row's place in its staged table.
"""

import datetime
from collections.abc import Mapping, Sequence

from analytics_assets.intake.formats import SQL_TYPES, Source
from analytics_assets.intake.schema import STATUS_COLUMNS, RawTable
from analytics_assets.intake.typed import Typed
from analytics_assets.lib.warehouse.literals import literal, literals


def described(table: str, columns: Mapping[str, str]) -> str:
    """Return a raw table's name and columns, as they stand in a statement that creates it."""
    return f"raw.{table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})"


def create_statuses() -> str:
    """Return the statement that makes raw.shop_statuses: one row per word of the status column."""
    words = ", ".join(STATUS_COLUMNS)
    return f"""
        create or replace table raw.shop_statuses as
        select {words} from (
            select
                coalesce(status_word, '') as status_word,
                coalesce(order_status, '') as order_status,
                count(*) as orders,
                cast(sum(total_amount) as decimal(18,2)) as amount
            from (
                select lower(trim(status_word)) as status_word, order_status, total_amount
                from landing_out_orders
                where _row not in (select row_id from landing_bad where table_name = 'orders')
            )
            group by all
        )
    """


def prepare() -> str:
    """Return the statements that make the temporary tables of a landing, empty.

    They hold which rows of a source came from which file, which lines of it do not divide, and
    which rows of it, and of what is mapped, may not land.
    """
    return """
        create or replace temp table landing_files (
            source varchar, file_name varchar, first_row bigint, row_count bigint);
        create or replace temp table landing_rejected (
            source varchar, file_name varchar, row_number bigint, shift bigint, reason varchar,
            line varchar);
        create or replace temp table landing_faults (
            source varchar, row_id bigint, column_name varchar, value varchar, reason varchar);
        create or replace temp table landing_bad (
            table_name varchar, row_id bigint, column_name varchar, value varchar, reason varchar,
            is_repeat boolean)
    """


def stage_elements(table: str, source: Source, parent: str, column: str) -> str:
    """Return the statement that stages the elements of a JSON array as rows of text.

    A path that begins with ``parent.`` is a column of the row that holds the array.
    """
    values = []
    for name, described in source.columns.items():
        path = described.path or name
        if path.startswith("parent."):
            values.append(f'cast("{path.removeprefix("parent.")}" as varchar) as "{name}"')
        else:
            values.append(f"""json_extract_string(element, '$.{path}') as "{name}\"""")
    return f"""
        create or replace temp table {table} as
        select {", ".join(values)}
        from (
            select *, unnest(json_extract("{column}", '$[*]')) as element
            from {parent}
        )
    """


def find_faults(source: str, present: Mapping[str, str], columns: Mapping[str, Typed]) -> str:
    """Return the statement that adds to ``landing_faults`` each row that breaks a rule."""
    ruled = {name: columns[name] for name in present if columns[name].rules}
    if not ruled:
        return "select 1"
    reasons = ",\n".join(
        "case "
        + " ".join(
            f"when {rule.condition} then {literal(f'{name} {rule.reason}')}"
            for rule in column.rules
        )
        + f' end as "reason_{name}"'
        for name, column in ruled.items()
    )
    first = " ".join(f'when "reason_{name}" is not null then {literal(name)}' for name in ruled)
    value = " ".join(f'when "reason_{name}" is not null then "{name}"' for name in ruled)
    every = ", ".join(f'"reason_{name}"' for name in ruled)
    broken = " or ".join(
        column.broken or " or ".join(f"({rule.condition})" for rule in column.rules)
        for column in ruled.values()
    )
    return f"""
        insert into landing_faults
        select '{source}', row_id, case {first} end, case {value} end, concat_ws('; ', {every})
        from (
            select rowid as row_id, *, {reasons}
            from {source}
            where {broken}
        )
    """


def typed_view(source: str, columns: Mapping[str, Typed], *, has_faults: bool) -> str:
    """Return the statement that makes ``<source>_all``: the rows that break no rule, typed."""
    values = ",\n".join(f'{column.value} as "{name}"' for name, column in columns.items())
    where = (
        f"where rowid not in (select row_id from landing_faults where source = '{source}')"
        if has_faults
        else ""
    )
    return f"""
        create or replace temp view {source}_all as
        select rowid as _row, {values} from {source} {where}
    """


def used_view(source: str, left_out: Sequence[str]) -> str:
    """Return the statement that makes ``<source>_typed``: of these those not left out."""
    where = " or ".join(f"coalesce({when}, false)" for when in left_out)
    return f"create or replace temp view {source}_typed as select * from {source}_all" + (
        f" where not ({where})" if where else ""
    )


def no_rows(source: Source) -> str:
    """Return a relation with the columns of a source and no rows."""
    columns = ", ".join(
        f'cast(null as {SQL_TYPES[column.kind]}) as "{name}"'
        for name, column in source.columns.items()
    )
    return f"(select cast(null as bigint) as _row, {columns} limit 0)"


def out_view(
    table: RawTable,
    out: str,
    described: Sequence[str],
    *,
    words: Mapping[str, str],
    guests: Sequence[str],
    counts_within: bool,
) -> str:
    """Return the statement that makes ``out``: the mapped rows with the raw table's columns.

    Beside them ``_row``, ``_version`` (when the row was updated, or NULL) and for orders
    ``status_word``, the status as it came. ``words`` says what a status is read as, ``guests``
    which customer_id of an order is nobody's.
    """
    values = []
    for name, kind in table.columns.items():
        value = f"try_cast({name} as {kind})" if name in described else f"cast(null as {kind})"
        if name == "order_status" and words:
            cases = " ".join(
                f"when {literal(word.strip().lower())} then {literal(status)}"
                for word, status in words.items()
            )
            value = f"case lower(trim(order_status)) {cases} else order_status end"
        if name == "customer_id" and table.name == "orders" and guests:
            value = f"case when customer_id not in ({literals(guests)}) then customer_id end"
        if name in table.keys and counts_within:
            value = "order_id || '-' || order_item_id"
        values.append(f"{value} as {name}")
    version = next((name for name in ("updated_at", "_updated_at") if name in described), None)
    values.append(f"{version or 'cast(null as timestamp)'} as _version")
    values.append("_row")
    if table.name == "orders":
        values.append("order_status as status_word")
    return f"create or replace temp view {out} as select {', '.join(values)} from {out}_given"


def find_unfit(table: RawTable, out: str, today: datetime.date, *, is_total_made: bool) -> str:
    """Return the statement that adds to ``landing_bad`` the mapped rows that break a rule."""
    reasons = [
        (name, f"{name} is null", f"{name} is empty, or cannot be made of the row")
        for name in table.filled
    ]
    if table.name == "orders":
        after = f"order_date >= date '{today + datetime.timedelta(days=1)}'"
        reasons.append(
            ("order_date", after, f"order_date is after the day of the landing, {today}")
        )
    if is_total_made:
        large = "line_total is null and quantity is not null and unit_price is not null"
        reasons.append(("line_total", large, "line_total does not fit as quantity * unit_price"))
    cases = " ".join(f"when {condition} then {literal(said)}" for _, condition, said in reasons)
    names = " ".join(f"when {condition} then '{name}'" for name, condition, _ in reasons)
    values = " ".join(
        f"when {condition} then cast({name} as varchar)" for name, condition, _ in reasons
    )
    where = " or ".join(f"({condition})" for _, condition, _ in reasons)
    return f"""
        insert into landing_bad
        select '{table.name}', _row, case {names} end, case {values} end, case {cases} end, false
        from {out} where {where}
    """


def find_repeats(table: RawTable, out: str, grain: str) -> str:
    """Return the statement that adds to ``landing_bad`` all but one of the rows with one key.

    The newest is left, or the first. ``reason`` is NULL for exact repeats of it and older versions,
    which are no faults. Rows that break a rule take no part.
    """
    is_fit = f"_row not in (select row_id from landing_bad where table_name = '{table.name}')"
    return f"""
        insert into landing_bad
        with keyed as (
            select {table.key} as key_value from {out} where {is_fit}
            group by all
            having count(*) > 1
        ),
        rows as (
            select {table.key} as key_value, _row as row_id, _version,
                cast(({", ".join(table.columns)}) as varchar) as content
            from {out}
            where {is_fit} and {table.key} in (select key_value from keyed)
        ),
        ranked as (
            select *,
                row_number() over best as place,
                first_value(row_id) over best as winner,
                first_value(content) over best as winner_content,
                first_value(_version) over best as winner_version
            from rows
            window best as (partition by key_value order by _version desc nulls last, row_id)
        )
        select '{table.name}', ranked.row_id, '{table.keys[0]}', key_value,
            case
                when content = winner_content then null
                when _version < winner_version then null
                else '{", ".join(table.keys)} is a duplicate key, first seen in row '
                    || {_row_number("winner")}
                    || ', with other values; nothing says which row is newer'
            end,
            content = winner_content
        from ranked
        join {piece_of("winner", grain)}
        where place > 1
    """


def piece_of(row_id: str, source: str) -> str:
    """Return what to join for ``piece``: the file that a row of a source came from."""
    return f"""landing_files as piece
            on piece.source = '{source}' and {row_id} >= piece.first_row
            and {row_id} < piece.first_row + piece.row_count"""


def _row_number(row_id: str) -> str:
    """Return the SQL of a row's number in its ``piece``: from 1, broken lines counted."""
    place = f"{row_id} - piece.first_row + 1"
    return f"""{place} + (
                select count(*) from landing_rejected as gone
                where gone.source = piece.source and gone.file_name = piece.file_name
                    and gone.shift <= {place})"""


def accept(table: RawTable, out: str, *, has_bad: bool) -> str:
    """Return the statement that makes the raw table of all mapped rows that may land."""
    bad = f"select row_id from landing_bad where table_name = '{table.name}'"
    where = f"where _row not in ({bad})" if has_bad else ""
    return f"""
        create or replace table raw.{table.name} as
        select {", ".join(table.columns)} from {out} {where}
    """


def quarantine_of_table(table: str, source: str, columns: Sequence[str]) -> str:
    """Return the statement that quarantines the mapped rows that may not land."""
    return _quarantine(
        f"(select * from landing_bad where table_name = '{table}' and reason is not null)",
        table,
        source,
        columns,
    )


def quarantine_of_source(table: str, source: str, columns: Sequence[str]) -> str:
    """Return the statements that quarantine what could not be used of a source.

    ``table`` is the raw table that it is counted for.
    """
    faults = f"(select * from landing_faults where source = '{source}')"
    return f"""{_quarantine(faults, table, source, columns)};
        insert into raw.quarantined_rows
        select '{table}', file_name, row_number, null, line, reason, json_object('line', line)
        from landing_rejected where source = '{source}'
    """


def _quarantine(found: str, table: str, source: str, columns: Sequence[str]) -> str:
    content = ", ".join(f'{literal(name)}, staged."{name}"' for name in columns)
    return f"""
        insert into raw.quarantined_rows
        select
            '{table}',
            piece.file_name,
            {_row_number("found.row_id")},
            found.column_name,
            found.value,
            found.reason,
            json_object({content})
        from {found} as found
        join {source} as staged on staged.rowid = found.row_id
        join {piece_of("found.row_id", source)}
    """


def examples() -> str:
    """Return the query of the quarantine's groups.

    One row per table and column: table_name, the first file_name, column_name, the number of rows,
    and row_number, value and reason of the first three rows as three lists.
    """
    return """
        with numbered as (
            select
                *,
                row_number() over (
                    partition by table_name, column_name order by file_name, row_number
                ) as place
            from raw.quarantined_rows
        )
        select
            table_name,
            min(file_name),
            column_name,
            count(*),
            list(row_number order by place) filter (place <= 3),
            list(value order by place) filter (place <= 3),
            list(reason order by place) filter (place <= 3)
        from numbered
        group by table_name, column_name
        order by table_name, column_name nulls first
    """


# The newest line first; a line without a known order comes last. Of lines of one time the smallest
# value counts.
_AGE = "coalesce(-epoch_us(orders.order_date), 9223372036854775807)"


def _newest(value: str, condition: str) -> str:
    # Values that do not count are left out first: comparing structs is dear.
    return f"arg_min({value}, struct_pack(age := {_AGE}, value := {value})) filter ({condition})"


# Raw table -> what is known of its columns, and from where.
DERIVED = {
    "customers": (
        {
            "customer_id": "customer_id",
            "email": "min(customer_email)",
            "registration_date": "min(cast(order_date as date))",
        },
        "from raw.orders where customer_id is not null group by customer_id",
    ),
    "product_catalog": (
        {
            "product_id": "items.product_id",
            "product_name": _newest("product_name", "product_name is not null"),
            "product_category": _newest("product_category", "product_category is not null"),
            "price": _newest("unit_price", "unit_price > 0"),
        },
        "from raw.order_items as items left join raw.orders as orders using (order_id) "
        "where items.product_id is not null group by items.product_id",
    ),
}


def derive(table: RawTable) -> str:
    """Return the statement that makes customers or product_catalog of orders and lines.

    One row per known customer of an order, whose registration_date is the day of the first; one row
    per known product of a line, with name and category of the newest line that has one, and the
    newest price above 0. The other columns are NULL.
    """
    known, rows = DERIVED[table.name]
    values = ", ".join(
        f"cast({known.get(name, 'null')} as {kind}) as {name}"
        for name, kind in table.columns.items()
    )
    return f"create or replace table raw.{table.name} as select {values} {rows}"
