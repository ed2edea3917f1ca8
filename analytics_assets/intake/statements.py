"""The SQL that moves rows: from the rows read to the raw table or to the quarantine.

It is written for DuckDB, where the files land.
"""

from analytics_assets.intake.plan import Plan
from analytics_assets.intake.schema import QUARANTINE_COLUMNS


def create_quarantine() -> str:
    """Return the statement that makes the quarantine anew, empty."""
    columns = ", ".join(f"{name} {kind}" for name, kind in QUARANTINE_COLUMNS.items())
    return f"create or replace table raw.quarantined_rows ({columns})"


def find_faults(plan: Plan, faults: str) -> str:
    """Return the statement that makes ``faults``: a row for each row read that breaks a rule.

    Its columns: row_number, column_name (the first column at fault; NULL where the whole line is),
    value (as read) and reason (of all columns).
    """
    ruled = [column for column in plan.columns if column.rules]
    reasons = ",\n".join(
        "case "
        + " ".join(
            f"when {rule.condition} then '{column.name} {rule.reason}'" for rule in column.rules
        )
        + f" end as reason_{column.name}"
        for column in ruled
    )
    first_column = _first_at_fault(plan, "'{name}'")
    first_value = _first_at_fault(plan, "{text}")
    every = ", ".join(f"reason_{column.name}" for column in ruled)
    return f"""
        create or replace temp table {faults} as
        select
            row_number,
            case when broken is null then {first_column} end as column_name,
            case when broken is null then {first_value} else {plan.line} end as value,
            coalesce(broken, concat_ws('; ', {every})) as reason
        from (select *, {reasons} from {plan.rows})
        where coalesce(broken, {every}) is not null
    """


def find_duplicates(plan: Plan, faults: str) -> str:
    """Return the statement that adds to ``faults`` the rows whose key an earlier row has.

    Rows that break a rule take no part: the first row that can land is kept.
    """
    key = plan.table.key
    return f"""
        insert into {faults}
        with keyed as (
            select row_number, {plan.key.value} as key_value, {plan.texts[key]} as key_text
            from {plan.rows}
            where row_number not in (select row_number from {faults})
        ),
        repeated as (
            select key_value, min(row_number) as first_row
            from keyed
            group by key_value
            having count(*) > 1
        )
        select
            keyed.row_number,
            '{key}',
            keyed.key_text,
            '{key} is a duplicate key, first seen in row ' || repeated.first_row
        from keyed
        join repeated on keyed.key_value = repeated.key_value
        where keyed.row_number > repeated.first_row
    """


def quarantine(plan: Plan, faults: str) -> str:
    """Return the statement that writes the rows of ``faults`` into the quarantine."""
    content = ", ".join(f"'{name}', {text}" for name, text in plan.texts.items())
    return f"""
        insert into raw.quarantined_rows
        select
            '{plan.table.name}',
            '{plan.file_name}',
            found.row_number,
            found.column_name,
            found.value,
            found.reason,
            case
                when line is not null then json_object('line', {plan.line})
                else json_object({content})
            end
        from {faults} as found
        join {plan.rows} as read on found.row_number = read.row_number
    """


def accept(plan: Plan, faults: str) -> str:
    """Return the statement that makes the raw table of all rows that are not in ``faults``."""
    values = ",\n".join(f"{column.value} as {column.name}" for column in plan.columns)
    return f"""
        create or replace table raw.{plan.table.name} as
        select {values}
        from {plan.rows}
        where row_number not in (select row_number from {faults})
    """


def count_rounded(plan: Plan, faults: str) -> str:
    """Return the query of how many accepted values were rounded, for each column that can be."""
    counts = ", ".join(
        f"count(case when {column.rounded} then 1 end)" for column in plan.columns if column.rounded
    )
    return f"""
        select {counts}
        from {plan.rows}
        where row_number not in (select row_number from {faults})
    """


def examples(most: int = 3) -> str:
    """Return the query of the quarantine's groups.

    One row a table, file and column: table_name, file_name, column_name, the number of rows, and
    row_number, value and reason of the first ``most`` rows as three lists.
    """
    return f"""
        with numbered as (
            select
                *,
                row_number() over (
                    partition by table_name, column_name order by row_number
                ) as place
            from raw.quarantined_rows
        )
        select
            table_name,
            file_name,
            column_name,
            count(*),
            list(row_number order by place) filter (place <= {most}),
            list(value order by place) filter (place <= {most}),
            list(reason order by place) filter (place <= {most})
        from numbered
        group by table_name, file_name, column_name
        order by table_name, column_name nulls first
    """


def _first_at_fault(plan: Plan, then: str) -> str:
    cases = " ".join(
        f"when reason_{column.name} is not null then "
        + then.format(name=column.name, text=plan.texts.get(column.name, "cast(null as varchar)"))
        for column in plan.columns
        if column.rules
    )
    return f"case {cases} end"
