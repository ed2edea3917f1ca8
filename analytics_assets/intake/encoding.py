"""Bytes that are not UTF-8: kept readable in the text, and marked so that their rows are found."""

# A noncharacter, which Unicode keeps out of all interchanged text; it stands before every byte
# that could not be decoded, so that 0xE9 arrives as MARK + "xE9".
MARK = "\ufdd0"

_UNDECODABLE = {0xDC00 + byte: f"{MARK}x{byte:02X}" for byte in range(0x80, 0x100)}


def with_marks(text: str) -> str:
    """Replace what the error handler ``surrogateescape`` left in ``text`` by marked hex digits."""
    return text.translate(_UNDECODABLE)
