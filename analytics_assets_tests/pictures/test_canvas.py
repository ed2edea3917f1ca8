import pytest
from readable import assert_readable, texts_of, title_of

from analytics_assets.lib.charts.canvas import (
    axes,
    canvas,
    has_glyphs,
    message,
    percent,
    plain,
    shortened,
    text_width,
    wrapped,
)

LONG = "A title that says what was found and goes on and on so that it takes two lines at least"


def test_a_long_title_is_wrapped_and_stays_inside():
    figure = canvas(LONG, f"{LONG}. {LONG}.", body=200)
    axes(figure).set(ylabel="a label", xlim=(-0.1, 1))

    assert "\n" in figure.texts[0].get_text()
    assert title_of(figure) == LONG
    assert_readable(figure)


def test_a_word_without_blanks_is_cut_to_the_width():
    assert_readable(message("W" * 500, "w" * 500))


def test_lines_are_as_long_as_fits_and_no_longer():
    lines = wrapped(LONG, 17, "bold")

    assert " ".join(lines) == LONG
    assert all(text_width(line, 17, "bold") <= 864 for line in lines)
    assert text_width(f"{lines[0]} {lines[1].split()[0]}", 17, "bold") > 864


@pytest.mark.parametrize(
    "text", ["$5 and $6", r"$\frac{1}{2}$", "100 % _x_ ^2", "日本語 shop", "🙂"]
)
def test_any_name_is_drawn_as_it_stands(text: str):
    figure = message(text, text)

    assert_readable(figure)
    assert [t.get_text().replace(r"\$", "$").replace("\ufffd", "?") for t in texts_of(figure)] == [
        "".join(c if has_glyphs(c) else "?" for c in text)
    ] * 2
    assert plain("a$b") == r"a\$b"


def test_two_texts_over_one_another_or_outside_are_found():
    over = message("Title", "subtitle")
    over.text(0.03, 0.8, "over the title")
    outside = message("Title", "subtitle")
    outside.text(0.99, 0.1, "outside the picture")

    for figure in (over, outside):
        with pytest.raises(AssertionError):
            assert_readable(figure)


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (0.004, "0.4 %"), (0.0099, "1.0 %"), (0.01, "1 %"), (0.385, "38 %"), (1, "100 %")],
)
def test_a_share_has_one_digit_more_where_it_is_small(share: float, text: str):
    assert percent(share) == text


def test_a_shortened_text_says_that_it_was():
    assert shortened("RED  WOOLLY\nHOTTIE", 30) == "RED WOOLLY HOTTIE"
    assert shortened("RED WOOLLY HOTTIE", 11) == "RED WOOLLY…"
    assert len(shortened("x" * 50, 11)) == 11
