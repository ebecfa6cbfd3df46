"""The colours of the reports can be told apart (WCAG 2.1, success criteria 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

import pobo_nlp.batch.difference

STYLE = (Path(pobo_nlp.batch.difference.__file__).parent / "templates/style.css").read_text("utf-8")
SCHEMES = dict(zip(("light", "dark"), re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL), strict=True))
# Foreground and background that meet on the page.
TEXTS = [(ink, paper) for ink in ("ink", "muted", "blue") for paper in ("paper", "soft")]
TEXTS += [("ink", "note"), ("blue", "note")]
TEXTS += [("on-pale", f"q{depth}") for depth in range(5)] + [("on-middle", "q5")]
TEXTS += [("on-deep", f"q{depth}") for depth in range(6, 9)]
GRAPHICS = [("blue", "paper"), ("orange", "paper"), ("frame", "paper"), ("blue", "q3"), ("orange", "q3")]


def colours(scheme: str) -> dict[str, str]:
    """Return the colours of a scheme by name, in six digits."""
    found = dict(re.findall(r"--([\w-]+): #([0-9a-f]{3,6})\b", SCHEMES[scheme]))
    return {name: value if len(value) == 6 else "".join(2 * digit for digit in value) for name, value in found.items()}


def luminance(colour: str) -> float:
    """Return the relative luminance, as WCAG defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_has_the_contrast_that_the_standard_says():
    assert contrast("000000", "ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), TEXTS)
def test_text_has_a_contrast_of_four_and_a_half(scheme, front, back):
    found = colours(scheme)

    assert contrast(found[front], found[back]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), GRAPHICS)
def test_lines_and_marks_have_a_contrast_of_three(scheme, front, back):
    found = colours(scheme)

    assert contrast(found[front], found[back]) >= 3
