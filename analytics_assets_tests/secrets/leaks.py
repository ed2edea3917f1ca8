"""Look for secrets in all that is under a folder, also where they are packed or recoded."""

import base64
import gzip
import sqlite3
import urllib.parse
import zlib
from collections.abc import Iterator
from pathlib import Path


def forms(secret: str) -> set[bytes]:
    """Return how a secret may be written: as it is, as in a URL, once or twice, and in base64."""
    quoted = urllib.parse.quote(secret, safe="")
    written = {secret, quoted, quoted.lower(), urllib.parse.quote(quoted, safe="")}
    plain = {text.encode() for text in written} | {secret.encode("utf-16-le")}
    # Base64 of a longer text holds one of three cuts of the secret, but for its ends.
    cuts = {
        coded(b"\0" * shift + secret.encode())[4:-4]
        for shift in range(3)
        for coded in (base64.b64encode, base64.urlsafe_b64encode)
    }
    return plain | cuts


def leaks(folder: Path, secrets: dict[str, str]) -> list[str]:
    """Return "name of the secret in place" of each secret that is found under ``folder``."""
    return sorted(
        f"{name} in {place}"
        for path in folder.rglob("*")
        if path.is_file()
        for place, content in _contents(path)
        for name, secret in secrets.items()
        if any(form in content for form in forms(secret))
    )


def _contents(path: Path) -> Iterator[tuple[str, bytes]]:
    content = path.read_bytes()
    yield str(path), content
    if content.startswith(b"SQLite format 3"):
        yield from _rows(path)
    if content.startswith(b"\x1f\x8b"):
        yield f"{path}, unpacked", gzip.decompress(content)


def _rows(path: Path) -> Iterator[tuple[str, bytes]]:
    connection = sqlite3.connect(path)
    for (table,) in connection.execute("select name from sqlite_master where type = 'table'"):
        for row in connection.execute(f'select * from "{table}"'):
            for value in row:
                if isinstance(value, bytes):
                    try:
                        yield f"{path}, {table}, unpacked", zlib.decompress(value)
                    except zlib.error:
                        yield f"{path}, {table}", value
                elif isinstance(value, str):
                    yield f"{path}, {table}", value.encode()
    connection.close()
