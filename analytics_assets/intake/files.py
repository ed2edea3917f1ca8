"""The files of a folder: which belong together, what kind each is, and which columns it has."""

import codecs
import csv
import gzip
import io
import re
import shlex
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from analytics_assets.intake import shop_file
from analytics_assets.intake.bounds import check_footer
from analytics_assets.intake.faults import FileFault, LandingError, reading, spell
from analytics_assets.intake.shop_file import ShopFile

SUFFIXES = (".parquet", ".csv", ".csv.gz", ".txt", ".txt.gz", ".tsv", ".tsv.gz")
LONGEST_ROW = 1 << 20
MOST_COLUMNS = 10_000

_OURS = (shop_file.NAME, shop_file.DRAFT)
_SEPARATORS = ",;\t|"
# What a column says of a row that is no sale, or none any more.
_NO_SALE = frozenset(
    {
        *("refund", "refunded", "return", "returned", "cancelled", "canceled", "cancellation"),
        *("void", "voided", "failed", "declined", "credit", "credit note", "chargeback"),
        *("storno", "storniert", "retoure", "rückgabe", "gutschrift", "erstattung", "erstattet"),
        *("annulé", "annulée", "remboursé", "remboursée", "avoir", "devolución", "cancelado"),
    }
)
_BEGINNING = 1 << 14  # characters in which the header begins
_MAGIC = {b"\x1f\x8b": "gzip", b"PAR1": "Parquet", b"PK\x03\x04": "a spreadsheet or an archive"}
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class DataFile:
    """One file whose header is known.

    Attributes:
        name: for people: its path within the folder.
        path: where it is.
        stem: its name, or its folder's, without ending, in lower case.
        headers: the names of its columns.
        types: of a Parquet file the types of its columns; of text empty.
        separator: between values; empty for Parquet.
        encoding: of text, as Python names it.
        preamble: lines of text before the header, such as the name of a report.
        header_lines: lines up to the end of the header, the preamble's included.
        has_blank_lines: whether blank lines stand before the header.
    """

    name: str
    path: Path
    stem: str
    headers: tuple[str, ...] = ()
    types: tuple[pa.DataType, ...] = ()
    separator: str = ""
    encoding: str = "utf-8"
    preamble: int = 0
    header_lines: int = 1
    has_blank_lines: bool = False

    @property
    def is_text(self) -> bool:
        """Whether it holds text with separators, not Parquet."""
        return self.path.suffix != ".parquet"

    def open(self) -> "io.BufferedReader | gzip.GzipFile":
        """Open the file's bytes, unpacked."""
        if self.path.suffix == ".gz":
            return gzip.open(self.path)
        return self.path.open("rb")


def look(directory: Path, shop: ShopFile) -> tuple[list[DataFile], list[str]]:
    """Return every file of a folder that can hold a table, and the names of all others.

    A folder within it is one table in parts, as Spark and many loaders write them.

    Raises:
        LandingError: the folder cannot be listed, or files cannot be read; all of them.
    """
    try:
        entries = sorted(directory.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        raise LandingError(
            (
                f"{str(directory)!a} cannot be listed ({error.strerror}). Next: name a folder with "
                "the files that the shop exports",
            )
        ) from None
    found: list[DataFile] = []
    others: list[str] = []
    faults: list[str] = []
    for name, path, stem in _candidates(entries, others):
        try:
            found.append(_look_at(DataFile(name, path, stem), shop))
        except FileFault as fault:
            faults.extend(fault.faults)
    faults += _twice(found)
    if faults:
        raise LandingError(tuple(faults))
    if not found:
        raise LandingError(
            (
                f"{str(directory)!a} holds no file that can be read; it holds "
                f"{spell(others) or 'nothing'}. Allowed are {', '.join(SUFFIXES)}. Next: "
                + (unpack(others) or "put the shop's export there"),
            )
        )
    return found, others


def words_of_no_sale(file: DataFile, used: Container[int]) -> Iterator[tuple[str, str, int, int]]:
    """Yield the columns that say of some rows that they are no sale, but for those in ``used``.

    Only the beginning of a file of text is looked at. Each column is given as its header, a word,
    the rows that say one of the words, and the rows looked at.
    """
    if not file.is_text:
        return
    with file.open() as content:
        text = content.read(LONGEST_ROW).decode(file.encoding, "replace")
    whole = text[: text.rfind("\n") + 1]  # the last line may be cut
    rows = [row for row in _rows(whole, file.separator) if len(row) == len(file.headers)]
    for place, header in enumerate(file.headers):
        words = [row[place].strip() for row in rows if row[place].strip().lower() in _NO_SALE]
        # A column of one word says nothing; the header's own line is one of the rows.
        if place not in used and 0 < len(words) < len(rows) - 1:
            yield header, Counter(words).most_common(1)[0][0], len(words), len(rows) - 1


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_ROW * 4)  # more than is read of a file here
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def unpack(names: list[str]) -> str:
    """Return what to type for the first packed file of ``names``; empty where none is."""
    commands = {
        ".zip": "unzip {0}",
        ".tar.gz": "tar xf {0}",
        ".tgz": "tar xf {0}",
        ".gz": "gunzip {0}",
        ".bz2": "bunzip2 {0}",
        ".xz": "unxz {0}",
        ".zst": "unzstd {0}",
        ".7z": "7z x {0}",
        ".rar": "unrar x {0}",
    }
    for name in names:
        for suffix, command in commands.items():
            if name.lower().endswith(suffix):
                return f"unpack {name!a} in that folder: {command.format(shlex.quote(name))}"
    return ""


def _candidates(entries: list[Path], others: list[str]) -> Iterator[tuple[str, Path, str]]:
    for entry in entries:
        # ~$ is what a spreadsheet leaves while it has a file open.
        if entry.name.startswith((".", "_", "~$")) or entry.name in _OURS:
            continue
        if entry.is_dir():
            parts = sorted(part for part in entry.iterdir() if _suffix(part.name))
            parts = [part for part in parts if not part.name.startswith((".", "_"))]
            for part in parts:
                yield f"{entry.name}/{part.name}", part, _stem(entry.name)
            if not parts:
                others.append(entry.name)
        elif _suffix(entry.name):
            yield entry.name, entry, _stem(entry.name)
        elif entry.suffix.lower() in (".xlsx", ".xls", ".ods", ".numbers"):
            raise LandingError(
                (f"{entry.name}: is a spreadsheet. Next: save it as CSV UTF-8, put that here",)
            )
        else:
            others.append(entry.name)


def _suffix(name: str) -> str:
    return next((suffix for suffix in SUFFIXES if name.lower().endswith(suffix)), "")


def _stem(name: str) -> str:
    return name.lower().removesuffix(_suffix(name) or "\0")


def _twice(found: list[DataFile]) -> list[str]:
    names: dict[str, set[str]] = {}
    for file in found:
        names.setdefault(file.stem, set()).add(file.name.partition("/")[0])
    return [
        f"{spell(sorted(alike))} are both there and only one can be meant. Next: move one away"
        for alike in names.values()
        if len(alike) > 1
    ]


def _look_at(file: DataFile, shop: ShopFile) -> DataFile:
    if not file.path.is_file():
        raise FileFault(
            f"{file.name}: is no file but a broken link or a device. Next: put the data in a file"
        )
    with reading(file.name):
        if not file.is_text:
            with file.path.open("rb") as content:
                check_footer(file.name, content)
                schema = pq.ParquetFile(content).schema_arrow
            return replace(file, headers=tuple(schema.names), types=tuple(schema.types))
        with file.path.open("rb") as raw:
            magic = raw.read(4)
        for mark, kind in _MAGIC.items():
            if magic.startswith(mark) and not (file.path.suffix == ".gz" and kind == "gzip"):
                raise FileFault(
                    f"{file.name}: holds {kind}, and its name says it is text. Next: give it the "
                    "ending of what it is, or save it as CSV UTF-8"
                )
        with file.open() as content:
            beginning = content.read(LONGEST_ROW)
            is_blank_before = False
            while beginning[:1] in (b"\r", b"\n"):
                is_blank_before = True
                beginning = beginning.lstrip(b"\r\n") + content.read(LONGEST_ROW)
    return _header(replace(file, has_blank_lines=is_blank_before), beginning, shop)


def _header(file: DataFile, beginning: bytes, shop: ShopFile) -> DataFile:
    encoding = shop.encoding or "utf-8"
    if beginning.startswith(_UTF16):
        encoding = "utf-16"
    text = beginning.removeprefix(codecs.BOM_UTF8).decode(encoding, "surrogateescape")
    stripped = text.lstrip("\r\n")
    file = replace(file, has_blank_lines=file.has_blank_lines or stripped != text)
    text = stripped
    if not text.strip():
        raise FileFault(
            f"{file.name}: is empty. Allowed is a file whose first line names the columns. Next: "
            "write that line, with no rows under it if there are none"
        )
    separators = shop.separator or _SEPARATORS
    preamble = _preamble(text, separators)
    text = text[sum(map(len, preamble)) :]
    filled = sum(bool(line.strip("\r\n")) for line in preamble)
    first = re.split(r"[\r\n]", text, maxsplit=1)[0]
    separator = max(
        separators, key=lambda mark: len(_first_row(text, mark)) if mark in first else 0
    )
    headers = _first_row(text, separator)
    if len(headers) > MOST_COLUMNS:
        raise FileFault(
            f"{file.name}: has {len(headers)} columns. Allowed are {MOST_COLUMNS}. Next: write "
            "only the columns it needs"
        )
    lines = 1 + len("".join(headers).splitlines()[1:])
    return replace(
        file,
        headers=headers,
        separator=separator,
        encoding=encoding,
        preamble=filled,
        header_lines=filled + lines,
        has_blank_lines=file.has_blank_lines or filled < len(preamble),
    )


def _preamble(text: str, separators: str) -> list[str]:
    """Return the lines before the header: they have half of its values at most.

    The header is the first line as wide as another one, the widest there are, if it reads as one.
    """
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)", text[:_BEGINNING])
    widest, header = 2, 0
    rows: list[tuple[str, ...]] = [()]
    for mark in separators:
        divided = [_first_row(line, mark) for line in lines]
        widths = Counter(map(len, divided))
        width = max((width for width, times in widths.items() if times > 1), default=0)
        if width > widest:
            widest, header = width, [len(row) for row in divided].index(width)
            rows = divided
    names = [name.strip() for name in rows[header]]
    is_header = all(names) and len(set(names)) == len(names)
    is_header = is_header and not any(re.fullmatch(r"[0-9.,:/ -]+", name) for name in names)
    if not is_header or any(2 * len(row) > widest for row in rows[:header]):
        return []
    return lines[:header]


def _first_row(text: str, separator: str) -> tuple[str, ...]:
    return tuple(next(_rows(text, separator), ()))
