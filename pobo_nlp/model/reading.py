"""What can be said of a text before any label: its words, its language, and whether it can be trusted."""

from dataclasses import dataclass

from pobo_nlp.model.artefact import Limits
from pobo_nlp.suggestion import Malform, Review
from pobo_nlp.text.language import malform
from pobo_nlp.text.normalise import has_control_characters
from pobo_nlp.text.tokens import Token, tokenise

# Reasons for which there is nothing to suggest at all.
UNREADABLE: frozenset[Review] = frozenset({"empty", "language_not_supported"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it was read.

    Attributes
    ----------
    doubts : why no label is accepted for this text, however probable; empty for a sound text.
    """

    tokens: tuple[Token, ...]
    malform: Malform
    doubts: tuple[Review, ...]

    @property
    def forms(self) -> list[str]:
        """The folded words."""
        return [token.form for token in self.tokens]

    @property
    def is_readable(self) -> bool:
        """Whether labels can be ranked for it."""
        return UNREADABLE.isdisjoint(self.doubts)


def read(text: str, limits: Limits) -> Reading:
    """Read a text as far as the limits go."""
    head = text[: limits.max_chars]
    tokens = tuple(tokenise(head))
    written_in = malform([token.form for token in tokens], head)
    doubts: dict[Review, bool] = {
        "empty": not tokens,
        "too_short": 0 < len(tokens) < limits.min_words,
        "too_long": len(text) > limits.max_chars,
        "control_characters": has_control_characters(head),
        "language_not_supported": written_in == "other",
    }
    return Reading(tokens, written_in, tuple(doubt for doubt, holds in doubts.items() if holds))
