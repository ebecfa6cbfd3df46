"""SVG elements that stand inside a page; what they say is escaped."""

from collections.abc import Iterable

from markupsafe import Markup


def element(name: str, content: str | Iterable[str] = "", /, **attributes: str | float) -> Markup:
    r"""Return an element.

    Parameters
    ----------
    content : text, or elements.
    attributes : numbers are rounded to a tenth of a pixel; `kind` becomes `class`, and `_` in a name `-`.

    Examples
    --------
    >>> element("rect", x=1.26, kind="q"), element("text", "a < b")
    (Markup('<rect x="1.3" class="q"/>'), Markup('<text>a &lt; b</text>'))
    """
    written = Markup("").join(
        Markup(' {}="{}"').format("class" if key == "kind" else key.replace("_", "-"), _value(value))
        for key, value in attributes.items()
        if value != ""
    )
    inner = Markup("").join([content] if isinstance(content, str) else content)
    if not inner:
        return Markup("<{}{}/>").format(name, written)
    return Markup("<{0}{1}>{2}</{0}>").format(name, written, inner)


def _value(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")


def picture(
    name: str, size: tuple[float, float], title: str, description: str, parts: Iterable[str], *, is_fixed: bool = False
) -> Markup:
    """Return a picture that a screen reader can read.

    Parameters
    ----------
    name : begins its ids, so that no two pictures of a page share one.
    is_fixed : whether it keeps its size on a narrow screen, where it can be scrolled.
    """
    width, height = (f"{side:.0f}" for side in size)
    return element(
        "svg",
        [element("title", title, id=f"{name}-t"), element("desc", description, id=f"{name}-d"), *parts],
        kind="plot",
        viewBox=f"0 0 {width} {height}",
        style=f"width:{width}px" if is_fixed else f"max-width:{width}px",
        role="img",
        aria_labelledby=f"{name}-t {name}-d",
    )
