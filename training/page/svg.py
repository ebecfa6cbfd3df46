"""A figure as SVG that stands inside a page: no fonts, no ids and no addresses from elsewhere."""

import io
import re
from html import escape

from matplotlib.figure import Figure

PIXELS_PER_INCH = 96


def as_element(figure: Figure, name: str, title: str, description: str) -> str:
    """Return a figure as an element of a page, which a screen reader can read.

    Parameters
    ----------
    name : begins every id, so that no two plots of a page share one.
    """
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    drawn = buffer.getvalue()
    drawn = drawn[drawn.index("<svg") :]
    for waste in (r"<!--.*?-->", r"<metadata>.*?</metadata>", r"<style.*?</style>", r' xmlns(:\w+)?="[^"]*"'):
        drawn = re.sub(waste, "", drawn, flags=re.DOTALL)
    drawn = drawn.replace("xlink:href", "href")
    drawn = re.sub(r'\bid="', f'id="{name}-', drawn)
    drawn = re.sub(r'href="#', f'href="#{name}-', drawn)
    drawn = drawn.replace("url(#", f"url(#{name}-")
    # A hundredth of a point is finer than any printer.
    drawn = re.sub(r"(\d*[1-9]\d*\.\d\d)\d+", r"\1", drawn)
    drawn = re.sub(r"\n\s*", "\n", drawn)
    width = round(figure.get_figwidth() * PIXELS_PER_INCH)
    head, body = drawn.split(">", 1)
    head = re.sub(r' (width|height|version)="[^"]*"', "", head)
    return (
        f'{head} class="plot" style="max-width:{width}px" role="img" stroke-linejoin="round" '
        f'aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>{body}'
    )
