"""Quotes of a CSV file, followed from byte to byte: where one is wrong, rows run into each other.

Readers of CSV accept text after a closing quote, and a quote that is never closed, and then
swallow lines without a word; this module is what notices.
"""

from typing import Final

import numpy as np

from analytics_assets.landing.files.faults import FileFault

_QUOTE: Final = ord('"')
_VALUE_ENDS: Final = b",\r\n"


class QuoteCheck:
    """Follows the quotes of one file through successive blocks of its bytes.

    A block must end neither within a run of quotes nor between CR and LF; the last one may.
    """

    def __init__(self, file_name: str) -> None:
        self._file_name = file_name
        self._line = 1
        self._previous = b"\n"
        self._inside = False
        self._line_of_value = 1

    def follow(self, block: bytes) -> None:
        """Follow one block.

        Raises:
            FileFault: text stands after a closing quote.
        """
        if b'"' in block:
            # One byte before and one after, so that every quote has both neighbours.
            data = self._previous + block + b"\n"
            if not self._follow_well_formed(data):
                self._follow_each(data)
        self._line += _line_ends(block)
        self._previous = block[-1:]

    def finish(self) -> None:
        """Say that the file ends here.

        Raises:
            FileFault: a quote is still open.
        """
        if self._inside:
            raise self.unclosed()

    def unclosed(self) -> FileFault:
        """Return the fault of the quoted value that was begun last."""
        return FileFault(
            f"{self._file_name}: line {self._line_of_value}: a quoted value begins here and does "
            'not end. Allowed is "text", with every quote inside it written twice; close the quote'
        )

    def _follow_well_formed(self, data: bytes) -> bool:
        """Follow all quotes at once, if each stands where the standard wants it."""
        codes = np.frombuffer(data, dtype=np.uint8)
        quotes = np.flatnonzero(codes == _QUOTE)
        opening, closing = quotes[int(self._inside) :: 2], quotes[1 - int(self._inside) :: 2]
        neighbours = np.frombuffer(_VALUE_ENDS + b'"', dtype=np.uint8)
        if not np.isin(codes[opening - 1], neighbours).all():
            return False
        if not np.isin(codes[closing + 1], neighbours).all():
            return False
        self._inside ^= bool(len(quotes) % 2)
        begins = opening[codes[opening - 1] != _QUOTE]
        if self._inside and len(begins):
            self._value_begins(data, int(begins[-1]))
        return True

    def _follow_each(self, data: bytes) -> None:
        """Follow quote by quote: one inside an unquoted value is a plain character."""
        closed = -1
        place = data.find(b'"', 1)
        while place > 0:
            if self._inside:
                self._inside, closed = False, place
                if data[place + 1] not in _VALUE_ENDS + b'"':
                    line = self._line + _line_ends(data[1:place])
                    raise FileFault(
                        f"{self._file_name}: line {line}: text follows a closing quote. Allowed "
                        'is "text", with every quote inside it written twice; correct the line'
                    )
            elif closed == place - 1:
                self._inside = True
            elif data[place - 1] in _VALUE_ENDS:
                self._inside = True
                self._value_begins(data, place)
            place = data.find(b'"', place + 1)

    def _value_begins(self, data: bytes, place: int) -> None:
        self._line_of_value = self._line + _line_ends(data[1:place])


def _line_ends(data: bytes) -> int:
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
