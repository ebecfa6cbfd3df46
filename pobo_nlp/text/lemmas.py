"""Inflected forms are brought to their lemma by a table that belongs to the model."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LemmaTable:
    """A form-to-lemma table.

    Parameters
    ----------
    lemma_of : folded form to folded lemma. A form that is missing is its own lemma.
    """

    lemma_of: Mapping[str, str] = field(default_factory=dict)

    def lemma(self, form: str) -> str:
        """Return the lemma of a folded form.

        Examples
        --------
        >>> LemmaTable({"legen": "lege"}).lemma("legen"), LemmaTable().lemma("legen")
        ('lege', 'legen')
        """
        return self.lemma_of.get(form, form)

    def for_lemmas(self, lemmas: Collection[str]) -> "LemmaTable":
        """Return the part of the table that a model with these lemmas can tell from the whole.

        That is every form that leads to one of them, and every form that looks like one but leads elsewhere.
        """
        return LemmaTable(
            {
                form: lemma
                for form, lemma in sorted(self.lemma_of.items())
                if lemma != form and (lemma in lemmas or form in lemmas)
            }
        )
