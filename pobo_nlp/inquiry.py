"""What came in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A text that a person sent, or that an adviser wrote down, and the id it goes by."""

    id: str
    text: str
