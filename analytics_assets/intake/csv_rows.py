"""Where the rows of comma-separated text end, and where its quotes are wrong.

Parsers accept text after a closing quote, and a quote that is never closed, and then swallow lines
without a word; this module is what notices. It also lets the parser work on blocks of whole rows
only: pyarrow's loses CR LF at the end of a block, and misreads a row that begins with a zero byte
and goes on in the next block.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

_QUOTE: Final = ord('"')
_ENDS: Final = b",\r\n"


class QuoteError(Exception):
    """A quote is wrong.

    Attributes:
        place: index of the byte at which the value begins, or at which the wrong quote stands.
        reason: what is wrong there.
    """

    def __init__(self, place: int, reason: str) -> None:
        super().__init__(reason)
        self.place = place
        self.reason = reason


def whole_rows(data: bytes, *, ended: bool) -> int:
    """Return how many bytes of ``data`` are whole rows.

    A row ends with LF, CRLF or CR outside of quotes; the last row of a file may lack it.

    Args:
        data: begins at the beginning of a row.
        ended: nothing follows ``data``.

    Raises:
        QuoteError: text stands after a closing quote, or a quote is open where the text ends.
    """
    turns = _turns(data) if b'"' in data else []
    if ended:
        if len(turns) % 2:
            raise QuoteError(turns[-1], "a quoted value begins here and does not end")
        return len(data)
    # Whether a CR at the very end is a row's end, the next byte tells.
    end = len(data) - data.endswith(b"\r")
    if len(turns) % 2:
        end = turns.pop()
    while True:
        begin = turns.pop() if turns else 0
        if found := 1 + max(data.rfind(b"\n", begin, end), data.rfind(b"\r", begin, end)):
            return found
        if not turns:
            return 0
        end = turns.pop()


def line_ends(data: bytes) -> int:
    """Return how many lines end in ``data``."""
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")


def _turns(data: bytes) -> list[int]:
    """Return where quoted values begin and end, in turn; a doubled quote ends and begins one."""
    # With a line end on both sides every quote has two neighbours.
    padded = b"\n" + data + b"\n"
    codes = np.frombuffer(padded, dtype=np.uint8)
    quotes = np.flatnonzero(codes == _QUOTE)
    opening, closing = quotes[::2], quotes[1::2]
    if _all_beside_an_end(codes[opening - 1]) and _all_beside_an_end(codes[closing + 1]):
        found: list[int] = (quotes - 1).tolist()
        return found
    return _turns_one_by_one(padded)


def _all_beside_an_end(neighbours: npt.NDArray[np.uint8]) -> bool:
    ends = np.frombuffer(_ENDS + b'"', dtype=np.uint8)
    return bool(np.isin(neighbours, ends).all())


def _turns_one_by_one(padded: bytes) -> list[int]:
    """Do as ``_turns`` where some quotes are plain characters of an unquoted value."""
    turns: list[int] = []
    place = padded.find(b'"')
    while place > 0:
        inside = len(turns) % 2 == 1
        if inside and padded[place + 1] not in _ENDS + b'"':
            raise QuoteError(place - 1, "text follows a closing quote")
        doubled = not inside and turns[-1:] == [place - 2]
        if inside or doubled or padded[place - 1] in _ENDS:
            turns.append(place - 1)
        place = padded.find(b'"', place + 1)
    return turns
