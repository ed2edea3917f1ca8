"""What is wrong with a statement on Snowflake, whatever the tables: rules over text and tree.

sqlglot reads more than Snowflake does, and the emulator reads what sqlglot reads. These rules
refuse what either would let through.
"""

import functools
import re
from collections.abc import Callable, Iterator

import sqlglot
from snowflake_words import CONSTRUCTS, FUNCTIONS, NAMELESS, RESERVED, TYPES
from sqlfluff.core import FluffConfig, Linter
from sqlglot import TokenType, exp

_LITERAL_OR_COMMENT = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)


class GrammarError(ValueError):
    """The statement is not Snowflake's SQL."""


def parsed(sql: str) -> exp.Expression:
    """Return the tree of one statement.

    Raises:
        GrammarError: it cannot be read, or only as a command that nobody looked into.
    """
    try:
        [tree] = sqlglot.parse(sql, dialect="snowflake")
    except (sqlglot.ParseError, sqlglot.errors.TokenError, ValueError) as error:
        raise GrammarError(f"not one statement that can be read: {error}") from None
    if tree is None or tree.find(exp.Command):
        raise GrammarError("read as a command only")
    return tree


def forbidden(sql: str) -> list[str]:
    """Return what the statement must not hold; nothing where it is fine.

    Raises:
        GrammarError: as ``parsed``.
    """
    tree = parsed(sql)
    text = _LITERAL_OR_COMMENT.sub("''", sql)
    faults = [*_in_text(text), *_from_first(sql), *(f for rule in RULES for f in rule(tree))]
    return list(dict.fromkeys(faults))


def parse_errors(sql: str) -> list[str]:
    """Return what sqlfluff, which knows Snowflake's grammar better and is slower, cannot read."""
    violations = _linter().parse_string(sql).violations
    return [f"line {v.line_no}: {v.desc()}" for v in violations if v.rule_code() == "PRS"]


@functools.cache
def _linter() -> Linter:
    return Linter(config=FluffConfig(overrides={"dialect": "snowflake"}))


def _in_text(text: str) -> Iterator[str]:
    if "//" in text:
        yield "`//` starts a comment: write floor(cast(x as double) / nullif(y, 0))"
    for name in re.findall(r"\b([a-z_]\w*)\(", text.lower()):
        if name not in FUNCTIONS | TYPES:
            yield f"the function {name} is not in snowflake_words.FUNCTIONS"


def _from_first(sql: str) -> Iterator[str]:
    # The tree does not tell. At each depth of parentheses, every FROM has a SELECT before it.
    selected = [False]
    previous = sqlglot.tokens.Token(TokenType.SEMICOLON, ";", end=-2)
    for token in sqlglot.tokenize(sql, dialect="snowflake"):
        match token.token_type:
            case TokenType.L_PAREN:
                # extract(year from day) and trim(both from text) have a FROM of their own.
                selected.append(previous.end + 1 == token.start)
            case TokenType.R_PAREN:
                selected.pop()
            case TokenType.SELECT:
                selected[-1] = True
            case TokenType.UNION | TokenType.EXCEPT | TokenType.INTERSECT:
                selected[-1] = False
            case TokenType.FROM if previous.token_type != TokenType.DISTINCT:
                if not selected[-1]:
                    yield "FROM before SELECT"
                selected[-1] = False
        previous = token


def _constructs(tree: exp.Expression) -> Iterator[str]:
    for node in tree.walk():
        if not isinstance(node, (*CONSTRUCTS, exp.Func)) or isinstance(node, NAMELESS):
            yield f"{node.sql()[:60]}: {type(node).__name__} is not in snowflake_words.CONSTRUCTS"


def _distinct_on(tree: exp.Expression) -> Iterator[str]:
    for distinct in tree.find_all(exp.Distinct):
        if distinct.args.get("on"):
            yield "DISTINCT ON: write row_number() and keep 1"


def _filter(tree: exp.Expression) -> Iterator[str]:
    if tree.find(exp.Filter):
        yield "FILTER: write sum(case when .. then .. end)"


def _ignore_nulls(tree: exp.Expression) -> Iterator[str]:
    for ignoring in tree.find_all(exp.IgnoreNulls):
        if isinstance(ignoring.this, exp.AnyValue):
            yield "ANY_VALUE .. IGNORE NULLS: write max(..)"


def _names(tree: exp.Expression) -> Iterator[str]:
    for identifier in tree.find_all(exp.Identifier):
        name = identifier.name
        if identifier.quoted and name != name.upper():
            yield f'the quoted name "{name}": unquoted names are upper-case, so it is another one'
        if not identifier.quoted and name.lower() in RESERVED:
            yield f"the name {name} is a reserved word"


def _descending_nulls(tree: exp.Expression) -> Iterator[str]:
    # Snowflake takes NULL for the largest value, DuckDB puts it last in either direction.
    for ordered in tree.find_all(exp.Ordered):
        if ordered.args.get("desc") and ordered.args.get("nulls_first"):
            yield f"{ordered.this.sql()} desc: say `nulls last`, as the engines differ"


def _divisions(tree: exp.Expression) -> Iterator[str]:
    for division in tree.find_all(exp.Div):
        denominator = division.expression
        if not (_never_zero(denominator) or _tested_before(division, denominator)):
            yield f"{division.sql()[:80]}: a division by zero is an error; divide by nullif(.., 0)"


def _never_zero(denominator: exp.Expression) -> bool:
    match denominator:
        case exp.Literal():
            return float(denominator.name) != 0
        case exp.Cast() | exp.Paren():
            return _never_zero(denominator.this)
        case exp.Ln(this=exp.Literal() as argument):
            return float(argument.name) != 1
        case exp.Mul():
            return all(map(_never_zero, (denominator.left, denominator.right)))
        case exp.Add():
            # What is added here to a constant is a count, or a positive quotient.
            return any(map(_never_zero, (denominator.left, denominator.right)))
        case exp.Window():
            # A window holds the row it belongs to.
            return _counts_rows(denominator.this)
    grouped = denominator.find_ancestor(exp.Select)
    is_of_a_group = grouped is not None and grouped.args.get("group") is not None
    return isinstance(denominator, exp.Nullif) or (_counts_rows(denominator) and is_of_a_group)


def _counts_rows(node: exp.Expression) -> bool:
    return isinstance(node, exp.Count) and isinstance(node.this, exp.Star)


def _tested_before(division: exp.Div, denominator: exp.Expression) -> bool:
    condition = division.find_ancestor(exp.If)
    return condition is not None and denominator in condition.this.find_all(type(denominator))


RULES: tuple[Callable[[exp.Expression], Iterator[str]], ...] = (
    _constructs,
    _distinct_on,
    _filter,
    _ignore_nulls,
    _names,
    _descending_nulls,
    _divisions,
)
