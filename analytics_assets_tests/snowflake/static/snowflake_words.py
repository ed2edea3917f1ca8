"""What may be written: the functions and constructs that mean the same in Snowflake and DuckDB.

One that is new to the project is added here once it has been looked up in Snowflake's reference
and found to mean there what it means in DuckDB. Left out on purpose, since they differ: ``concat``
(NULL), ``last_value`` and ``nth_value`` (their default frame), ``log`` (its base),
``regexp_*`` (anchors), ``avg``, ``median`` and ``percentile_*`` (of decimals), ``dayofweek`` (its
first day). ``greatest`` and ``least`` differ where an argument is NULL, so give them none; two
``hash`` are comparable within one engine only.
"""

from sqlglot import exp

_FUNCTIONS = """
    abs cast coalesce count date_trunc dateadd datediff dayofweekiso dense_rank exp extract floor
    first_value
    greatest hash lag lead least left length ln lower ltrim max max_by min min_by mod nullif power
    rank replace round row_number sha2 sqrt substring sum trim try_cast upper
"""
FUNCTIONS = frozenset(_FUNCTIONS.split())

# Types that take arguments.
TYPES = frozenset({"decimal", "number", "numeric", "varchar"})

# Functions in a tree that are written without a name: [1, 2], {'a': 1}, a -> 'b'.
NAMELESS = (exp.Array, exp.Struct, exp.JSONExtract, exp.JSONExtractScalar)

# What a tree may consist of beside functions.
CONSTRUCTS = (
    # statements and their parts
    *(exp.Create, exp.Drop, exp.Insert, exp.Describe, exp.Properties),
    *(exp.TemporaryProperty, exp.TransientProperty, exp.CopyGrantsProperty),
    *(exp.Schema, exp.ColumnDef, exp.DataType, exp.DataTypeParam),
    *(exp.With, exp.CTE, exp.Select, exp.Distinct, exp.Subquery, exp.Union, exp.Except),
    *(exp.Values, exp.Tuple),
    *(exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Order, exp.Ordered, exp.Limit),
    *(exp.Window, exp.WindowSpec),
    # names and values
    *(exp.Table, exp.TableAlias, exp.Column, exp.Alias, exp.Identifier, exp.Star, exp.Var),
    *(exp.Literal, exp.Boolean, exp.Null, exp.Interval),
    # operators
    *(exp.Paren, exp.Not, exp.Is, exp.In, exp.Between, exp.Like, exp.All),
    *(exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ),
    *(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg, exp.DPipe),
)

# https://docs.snowflake.com/en/sql-reference/reserved-keywords
_RESERVED = """
    account all alter and any as between by case cast check column connect connection constraint
    create cross current current_date current_time current_timestamp current_user database delete
    distinct drop else exists false following for from full grant group gscluster having ilike in
    increment inner insert intersect into is issue join lateral left like localtime localtimestamp
    minus natural not null of on or order organization qualify regexp revoke right rlike row rows
    sample schema select set some start table tablesample then to trigger true try_cast union unique
    update using values view when whenever where with
"""
RESERVED = frozenset(_RESERVED.split())
