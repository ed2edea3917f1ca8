"""Which format a folder is, and which of its files holds which source of that format."""

import difflib
import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics_assets.intake import draft, shop_file
from analytics_assets.intake.faults import LandingError, UnknownFormatError, spell
from analytics_assets.intake.files import DataFile, unpack
from analytics_assets.intake.formats import (
    LINES,
    OWN,
    Format,
    Mapped,
    Source,
    find,
    formats,
    plain,
    same,
)
from analytics_assets.intake.shop_file import ShopFile

Files = Mapping[str, list[DataFile]]

_NEEDED = ("orders", "order_items")


@dataclass(frozen=True)
class Assigned:
    """What was recognised.

    Attributes:
        format: of the orders and their lines.
        sources: format, name of one of its sources, and the files of that.
        tables: by raw table the format that makes it, and how.
        notices: what was recognised and what was not, for people.
    """

    format: Format
    sources: Sequence[tuple[Format, str, list[DataFile]]]
    tables: Mapping[str, tuple[Format, Mapped]]
    notices: tuple[str, ...]


def assign(files: list[DataFile], others: list[str], shop: ShopFile) -> Assigned:
    """Recognise a folder by the headers of its files.

    Raises:
        LandingError: no format has all it needs for orders and lines; what is missing is named.
    """
    known = {name: shop.mapped(form) for name, form in formats().items()}
    found = {name: _files_of(form, files, shop) for name, form in known.items()}
    form = _format(known, found, files, others, shop)
    faults = _missing_columns(form, found[form.name])
    if faults:
        raise LandingError(tuple(faults))
    tables = {
        name: (form, way)
        for name in form.tables
        if (way := form.mapped(name, found[form.name])) is not None
    }
    faults = [_missing_table(name, form, files, others) for name in _NEEDED if name not in tables]
    if faults:
        raise LandingError(tuple(faults))
    # These may come from another export than the orders.
    for other in known.values():
        for name in ("customers", "product_catalog", "exchange_rates"):
            way = other.mapped(name, found[other.name])
            if name not in tables and way is not None:
                tables[name] = (other, way)
    sources = [
        (used, name, of_source)
        for used in {used.name: used for used, _ in tables.values()}.values()
        for name, of_source in found[used.name].items()
    ]
    used_files = {file.name for *_, of_source in sources for file in of_source}
    notices = [f"format: {form.title}"]
    notices += [
        f"{spell([file.name for file in of_source])}: {name} of {used.title}"
        for used, name, of_source in sources
    ]
    if unused := [file.name for file in files if file.name not in used_files] + others:
        notices.append(f"files that belong to no table: {spell(unused)}")
    return Assigned(form, sources, tables, (*notices, *form.notices))


def _files_of(form: Format, files: list[DataFile], shop: ShopFile) -> dict[str, list[DataFile]]:
    found: dict[str, list[DataFile]] = {}
    for file in files:
        fits = {name: _fit(form, name, file, shop) for name in form.sources}
        best = max(fits, key=fits.__getitem__)
        if fits[best]:
            found.setdefault(best, []).append(file)
    for name, source in form.sources.items():
        if source.elements is not None and source.elements.source in found:
            whole = form.sources[source.elements.source]
            parents = found[source.elements.source]
            if all(source.elements.column in find(whole, file.headers) for file in parents):
                found[name] = []
    return found


def _fit(form: Format, name: str, file: DataFile, shop: ShopFile) -> int:
    """Return how surely a file is of a source; 0 where it is not."""
    source = form.sources[name]
    if form.name in (OWN, LINES) and name in shop.tables:
        return 1000 * fnmatch.fnmatch(file.name.lower(), shop.tables[name].files.lower())
    if source.named:
        return len(source.named) * _is_named(file, source.named)
    if source.elements is not None:
        return 0
    known = same(file.headers) | same(find(source, file.headers))
    return len(source.identified_by) * (same(source.identified_by) <= known)


def _is_named(file: DataFile, named: str) -> bool:
    rest = file.stem.removeprefix(named)
    return file.stem.startswith(named) and not rest[:1].isalpha()


def _format(
    known: Mapping[str, Format],
    found: Mapping[str, Files],
    files: list[DataFile],
    others: list[str],
    shop: ShopFile,
) -> Format:
    if shop.format is not None:
        return known[shop.format]
    if shop.tables:
        return known[LINES if LINES in shop.tables else OWN]
    whole = [
        form
        for form in known.values()
        if all(form.mapped(name, found[form.name]) for name in _NEEDED)
        and not _missing_columns(form, found[form.name])
    ]
    if whole:
        # The one that explains the most columns of the files it uses.
        return max(whole, key=lambda form: _explained(form, found[form.name]))
    begun = [form for form in known.values() if form.name != OWN and _begun(form, found[form.name])]
    if not found[OWN] and begun:
        return max(begun, key=lambda form: _explained(form, found[form.name]))
    if not found[OWN]:
        raise UnknownFormatError(_unknown(files, others), draft.shop_yml(files))
    return known[OWN]


def _begun(form: Format, found: Files) -> bool:
    return any(form.sources[name].identified_by for name in found)


def _explained(form: Format, found: Files) -> int:
    return sum(
        len(find(form.sources[name], file.headers)) for name, of in found.items() for file in of
    )


def _missing_columns(form: Format, found: Files) -> list[str]:
    faults = []
    for name, of_source in found.items():
        source = form.sources[name]
        for file in of_source:
            headers = [header.strip().lower() for header in file.headers]
            columns = find(source, file.headers)
            for column, places in columns.items():
                header = headers[places[0]]
                if len(places) == 1 and headers.count(header) > 1:
                    at = [str(place) for place, one in enumerate(headers, 1) if one == header]
                    faults.append(
                        f"{file.name}: column {column} is there {len(at)} times (columns "
                        f"{', '.join(at)}, letter case aside). Next: remove or rename the others"
                    )
            for needed in source.needed:
                ways = needed.split("|")
                if not any(way in columns for way in ways):
                    faults.append(_missing(" or ".join(ways), file, source))
    return faults


def _missing(column: str, file: DataFile, source: Source) -> str:
    taken = {
        plain(file.headers[place])
        for places in find(source, file.headers).values()
        for place in places
    }
    # A header that means another column everywhere else is no hint either.
    taken |= {plain(name) for one in formats()[OWN].sources.values() for name in one.columns}
    # total quantity is no total_amount: it ends in the name of another column.
    others = tuple(taken - {plain(column)})
    free = [header for header in file.headers if not plain(header).endswith(others)]
    fault = f"{file.name}: column {column} is missing; the file has: {spell(file.headers)}."
    if len(file.headers) == 1:
        return f'{fault} Next: write what stands between values into shop.yml: `separator: ";"`'
    close = difflib.get_close_matches(column, [header.strip().lower() for header in free], n=1)
    if close:
        return f"{fault} Next: rename {spell(close)} if that is what it holds"
    first = column.split(" ", maxsplit=1)[0]
    return (
        f"{fault} Next: name the column that holds it in shop.yml, such as `tables: "
        f'{{{file.stem}: {{files: "{file.name}", columns: {{{first}: ...}}}}}}`'
    )


def _missing_table(name: str, form: Format, files: list[DataFile], others: list[str]) -> str:
    needs = " and ".join(form.tables[name][0].needs) if name in form.tables else name
    there = spell([file.name for file in files] + others) or "nothing"
    return (
        f"{name}: the file is missing: {form.title} needs {needs}; the folder holds {there}. "
        f"Next: {unpack(others) or f'put the export that holds {needs} there'}"
    )


def _unknown(files: list[DataFile], others: list[str]) -> str:
    listed = "; ".join(f"{file.name} has {spell(file.headers)}" for file in files[:5])
    names = ", ".join(form.title for form in formats().values())
    more = f", and {spell(others)}" if others else ""
    packed = unpack(others)
    return (
        f"the files are of no format that is known ({names}): {listed}{more}. Next: "
        f"{f'{packed}; or ' if packed else ''}say in {shop_file.NAME} which column is which; "
        "`make shop DIR=...` writes a draft of it"
    )
