"""Orders of which a source has many rows: rows that two files have, and rows that disagree."""

from collections.abc import Mapping, Sequence

import duckdb

from analytics_assets.intake.faults import FileFault, spell
from analytics_assets.intake.formats import LINES, LeftOut
from analytics_assets.intake.piece import count
from analytics_assets.intake.report import share
from analytics_assets.intake.stage import Staged
from analytics_assets.intake.statements import piece_of

# Orders whose rows disagree about the order: a few are mistakes, more are no orders.
_MOST_DISAGREEING = 0.01
# So many may all have lines that are alike.
_FEW_ORDERS = 10


def exported_again(connection: duckdb.DuckDBPyConnection, one: Staged) -> list[LeftOut]:
    """Return which rows to leave out since an earlier file has them too.

    Of rows of one order that are alike in every column read as many are kept as the file with the
    most of them has. A folder counts as one file, cut in parts. A file that was cut by its size
    shares one order with the next.

    Raises:
        FileFault: more orders than that have other rows in another file.
    """
    files = {file.name.partition("/")[0] for file in one.files}
    column = one.source.whole
    if len(files) < 2 or column not in one.present or one.source.keyed_by in one.present:
        return []
    connection.execute(_find_shared_orders(one.name, column))
    if not count(connection, "landing_shared"):
        return []
    connection.execute(_find_rows_again(one.name, column, list(one.present)))
    again = f"landing_again where source = '{one.name}'"
    [(orders, order, first, last)] = connection.execute(
        _orders_in_two_files(one.name, column)
    ).fetchall()
    if orders >= len(files):
        raise FileFault(
            f"{spell(sorted(files), most=5)}: {orders:,} orders stand in two files with different "
            f"rows, such as {order!a} in {spell([first])} and {spell([last])}: an order that "
            "changed between two exports counts twice. Next: keep only the newest export of each "
            "day, or, if these are parts of one export, put them into a folder of their own here"
        )
    if orders:
        one.notices.append(
            f"{spell(sorted(files), most=3)}: orders that go on in another file, such as {order!a} "
            f"in {spell([first])} and {spell([last])}: {orders:,}"
        )
    if not count(connection, again):
        return []
    return [
        LeftOut(
            when=f"_row in (select row_id from {again})",
            because="another file has the same row of the same order; the files overlap",
        )
    ]


def require_agreement(connection: duckdb.DuckDBPyConnection, one: Staged) -> None:
    """Say which orders have rows that disagree about the order; empty values agree with all.

    Raises:
        FileFault: more than a few do: what is taken for an order is none.
    """
    whole = one.source.whole
    columns = [column for column in one.source.of_whole if column in one.present]
    if whole not in one.present or not columns:
        return
    kinds = {column: one.source.columns[column].kind for column in columns}
    content = [
        column
        for column, described in one.source.columns.items()
        if column in one.present and described.kind in ("id", "text", "amount", "quantity")
    ]
    [orders, paired, *found] = connection.execute(
        _disagreeing_orders(one.name, whole, kinds, content)
    ).fetchall()[0]
    faults = []
    if orders >= _FEW_ORDERS and paired > 0.5 * orders:
        faults.append(
            f"{one.file_names}: {paired:,} of {orders:,} orders ({share(paired, orders)}) have "
            "each of their rows twice, as where a file was appended to itself. Next: export the "
            "file again"
        )
    for column, rows, example in zip(columns, found[::2], found[1::2], strict=True):
        if not rows:
            continue
        first, last = connection.execute(
            f'select min("{column}"), max("{column}") from {one.name}_typed where "{whole}" = ?',
            [example],
        ).fetchall()[0]
        said = (
            f"{one.file_names}: {rows:,} of {orders:,} orders ({share(rows, orders)}) have rows "
            f"with different {column}, such as {example!a} with {str(first)!a} and {str(last)!a}"
        )
        if rows <= _MOST_DISAGREEING * orders:
            one.warnings.append(f"{said}: one of them counts for the whole order")
            continue
        if kinds[column] == "discount":
            step = "if it is the discount of a line, call it line_discount in shop.yml"
        elif one.format.name == LINES:
            step = (
                f"if rows of different {column} are different orders, join both in shop.yml, such "
                f"as `{whole}: [{one.present[whole]}, {one.present[column]}]`; else mend the file"
            )
        else:
            step = "if the files are of two shops, land each by itself; else export them again"
        faults.append(f"{said}: {one.present[whole]} alone does not name an order. Next: {step}")
    if faults:
        raise FileFault(*faults)


def _find_shared_orders(source: str, order: str) -> str:
    """Return the statement that makes ``landing_shared``: the orders with rows in several files."""
    return f"""
        create or replace temp table landing_shared as
        with pieces as (
            select first_row from landing_files where source = '{source}' and row_count > 0
        ),
        orders as (
            select "{order}" as order_value, min(rowid) as first_row, max(rowid) as last_row
            from {source}
            where trim("{order}") <> ''
            group by all
        )
        select order_value
        from orders
        asof join pieces as earliest on orders.first_row >= earliest.first_row
        asof join pieces as latest on orders.last_row >= latest.first_row
        where earliest.first_row <> latest.first_row
    """


def _find_rows_again(source: str, order: str, columns: Sequence[str]) -> str:
    """Return the statement that adds to ``landing_again`` each row that an earlier file has too.

    The second of two like rows is one that an earlier file has if that file has two.
    """
    content = ", ".join(f'"{name}"' for name in columns)
    return f"""
        create temp table if not exists landing_again (source varchar, row_id bigint);
        insert into landing_again
        with copies as (
            select filed.row_id, filed.file_place, row({content}) as content,
                row_number() over (
                    partition by filed.file_place, row({content}) order by filed.row_id) as copy
            from ({_filed(source, order)}) as filed
            join {source} as staged on staged.rowid = filed.row_id
        )
        select '{source}', row_id
        from copies
        qualify row_number() over (partition by content, copy order by file_place) > 1
    """


def _orders_in_two_files(source: str, order: str) -> str:
    """Return the query of orders with rows in several files, those found again left out.

    One row: how many, and of the first by name its id and two files.
    """
    return f"""
        select count(*), min(order_value), arg_min(first_file, order_value),
            arg_min(last_file, order_value)
        from (
            select order_value, min(file_name) as first_file, max(file_name) as last_file
            from ({_filed(source, order)})
            where row_id not in (select row_id from landing_again where source = '{source}')
            group by order_value
            having min(file_name) <> max(file_name)
        )
    """


def _filed(source: str, order: str) -> str:
    """Return the query of the rows of ``landing_shared``; a folder is one file."""
    return f"""
        select staged.rowid as row_id, staged."{order}" as order_value,
            split_part(piece.file_name, '/', 1) as file_name,
            min(piece.first_row) over (
                partition by split_part(piece.file_name, '/', 1)) as file_place
        from {source} as staged
        join landing_shared on landing_shared.order_value = staged."{order}"
        join {piece_of("staged.rowid", source)}
    """


def _disagreeing_orders(
    source: str, order: str, kinds: Mapping[str, str], content: Sequence[str]
) -> str:
    """Return the query of orders whose rows have different values in a column that is the order's.

    One row: how many orders there are, how many have each row of ``content`` an even number of
    times, then per column how many disagree and the first by name. Of times the day counts.
    """
    rows = ", ".join(f'"{name}"' for name in content)
    values = {
        name: f'cast("{name}" as date)' if kind == "time" else f'"{name}"'
        for name, kind in kinds.items()
    }
    marks = ", ".join(
        f"min(mark_{place}) <> max(mark_{place}) as differs_{place}" for place in range(len(values))
    )
    hashed = ", ".join(
        f"case when {value} is not null then hash({value}) end as mark_{place}"
        for place, value in enumerate(values.values())
    )
    found = ", ".join(
        f"count(case when differs_{place} then 1 end), "
        f"min(case when differs_{place} then order_value end)"
        for place in range(len(values))
    )
    return f"""
        select count(*), count(case when paired = 0 then 1 end), {found}
        from (
            select order_value, bit_xor(content_hash) as paired, {marks}
            from (
                select "{order}" as order_value, hash({rows}) as content_hash, {hashed}
                from {source}_typed
            )
            group by order_value
        )
    """
