r"""What is written to a terminal holds no codes for it but ours: others clear, recolour, retitle, reorder.

Names of files and columns, ids, texts and models come from elsewhere. Tables lose such characters, since their columns
are measured without them; lines show them as `\u001b`, which JSON means the same by.
"""

import re

import typer

# Controls but tab and line feed, and what makes a line be read from right to left: a name may pretend to be another.
_CODES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def without_codes(text: str) -> str:
    r"""Return a text without characters that a terminal acts upon.

    Examples
    --------
    >>> without_codes("\x1b[2Jhei")
    '[2Jhei'
    """
    return _CODES.sub("", text)


def shown(text: str) -> str:
    r"""Return a text with its codes written out, as in JSON.

    Examples
    --------
    >>> print(shown("\x1b[2Jhei"))
    \u001b[2Jhei
    """
    return _CODES.sub(lambda code: f"\\u{ord(code.group()):04x}", text)


def echo(message: object, *, err: bool = False) -> None:
    """Print a line to standard output or standard error, its codes written out."""
    typer.echo(shown(str(message)), err=err)
