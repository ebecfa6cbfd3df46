"""The models that the search compares: each is the shipped settings with a few of them changed.

Every candidate is a scikit-learn pipeline (training.pipeline) that the settings describe, so a candidate that wins is
shipped by writing its changes into `config.toml`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass, replace
from typing import Any

from training.config import Config

Changes = Mapping[str, Mapping[str, object]]
REFERENCE = "reference"
SPACY = "spacy_lemmas"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A named way to make a model.

    Attributes
    ----------
    subject : what is varied, for the report.
    description : what is done, in Norwegian, for the report.
    changes : section of the settings to settings and values; what is not named is as in `PLAIN`.
    """

    name: str
    subject: str
    description: str
    changes: Changes = field(default_factory=dict)

    def config(self, base: Config) -> Config:
        """Return the settings of this candidate."""
        return changed(changed(base, PLAIN), self.changes)


# What all candidates begin with, whatever the shipped settings are: so that a search can be run again and compared.
PLAIN: Changes = {
    "features": {
        "lemmas": "simplemma",
        "negation": False,
        "compounds": False,
        "focus": False,
        "damping": 0.0,
        "reach": 1,
        "char_range": (3, 5),
        "char_weight": 1.5,
    },
    "weights": {"definition": 1.0, "phrase": 0.3, "counter_example": 0.1},
    "classifier": {"kind": "one_vs_rest", "c": 5.0, "balanced": False, "parent": 0.0},
    "reranker": {"c": 0.0},
}

CANDIDATES: tuple[Candidate, ...] = (
    Candidate(REFERENCE, "utgangspunkt", "Lemmaer, lemmapar og tegn-n-grammer; én mot resten; flat"),
    Candidate(
        "words_only",
        "trekk",
        "Bare ord: TF-IDF og logistisk regresjon på henvendelsene, uten forhåndskunnskap",
        {
            "features": {"lemmas": "none", "char_weight": 0.0},
            "weights": {"definition": 0.0, "phrase": 0.0, "counter_example": 0.0},
        },
    ),
    Candidate("char_2_6", "trekk", "Tegn-n-grammer på 2 til 6 tegn", {"features": {"char_range": (2, 6)}}),
    Candidate("no_lemmas", "lemmaer", "Ordformer som de står", {"features": {"lemmas": "none"}}),
    Candidate(SPACY, "lemmaer", "Lemmaer fra en spaCy-modell", {"features": {"lemmas": "nb_core_news_sm"}}),
    Candidate(
        "compounds", "sammensetninger", "Leddene i sammensatte ord som egne trekk", {"features": {"compounds": True}}
    ),
    Candidate("negation", "nekting", "Ord etter «ikke» som egne trekk", {"features": {"negation": True}}),
    Candidate(
        "focus", "setninger", "Setninger som klager eller ber om noe, teller dobbelt", {"features": {"focus": True}}
    ),
    Candidate("damping_20", "lengde", "Korte tekster får svakere trekk (demping 20)", {"features": {"damping": 20.0}}),
    Candidate("reach_4", "ordpar", "Ordpar med inntil tre ord imellom", {"features": {"reach": 4}}),
    Candidate("no_definitions", "forhåndskunnskap", "Uten definisjonene", {"weights": {"definition": 0.0}}),
    Candidate("no_phrases", "forhåndskunnskap", "Uten frasebanken", {"weights": {"phrase": 0.0}}),
    Candidate(
        "multinomial", "klassifikator", "Multinomisk for område og type", {"classifier": {"kind": "multinomial"}}
    ),
    Candidate(
        "hinge", "klassifikator", "Lineær støttevektormaskin (C = 0,2)", {"classifier": {"kind": "hinge", "c": 0.2}}
    ),
    Candidate(
        "balanced", "klassevekter", "Sjeldne etiketter veier like mye som vanlige", {"classifier": {"balanced": True}}
    ),
    Candidate("hierarchy_05", "hierarki", "Halve nivåets logit legges til områdets", {"classifier": {"parent": 0.5}}),
    Candidate(
        "reranker_1",
        "omrangering",
        "Årsaker, flagg og type rettes etter alle sannsynligheter (C = 1)",
        {"reranker": {"c": 1.0}},
    ),
    Candidate(
        "hinge_and_reranker",
        "sammen",
        "Støttevektormaskin og omrangering (C = 0,3): det som er valgt",
        {"classifier": {"kind": "hinge", "c": 0.2}, "reranker": {"c": 0.3}},
    ),
    Candidate(
        "reranker_03",
        "omrangering",
        "Årsaker, flagg og type rettes etter alle sannsynligheter (C = 0,3)",
        {"reranker": {"c": 0.3}},
    ),
)


def candidates(spacy_pipeline: str) -> tuple[Candidate, ...]:
    """Return all candidates; spaCy gives lemmas by the pipeline that is named, and is left out where none is."""
    own: Changes = {"features": {"lemmas": spacy_pipeline}}
    found = [replace(one, changes=own) if one.name == SPACY else one for one in CANDIDATES]
    return tuple(one for one in found if spacy_pipeline or one.name != SPACY)


def changed(config: Config, changes: Changes) -> Config:
    """Return settings with some values changed."""
    sections: dict[str, Any] = {}
    for section, values in changes.items():
        before = getattr(config, section)
        if not is_dataclass(before) or isinstance(before, type):
            raise TypeError(section)
        sections[section] = replace(before, **values)
    return replace(config, **sections)
