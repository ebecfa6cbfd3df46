"""A small model, so that thousands can be read in a minute: the shipped one with fewer features."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from pobo_nlp.model.artefact import Artefact
from pobo_nlp.model.artefact_writer import save
from pobo_nlp.model.manifest import ERROR_RATES, REPORT_FILES

N_WORDS, N_CHARS = 300, 500


def save_small_model(artefact: Artefact, folder: Path) -> str:
    """Write the first features of a model as a model of its own, and return its id."""
    features = artefact.features
    kept = np.r_[:N_WORDS, len(features.word_terms) : len(features.word_terms) + N_CHARS]
    words = features.word_terms[:N_WORDS]
    small = replace(
        artefact,
        features=replace(
            features,
            word_terms=words,
            char_terms=features.char_terms[:N_CHARS],
            idf=features.idf[kept],
            lemmas=features.lemmas.for_lemmas({lemma for term in words for lemma in term.split()}),
        ),
        coefficients=np.asarray(artefact.coefficients)[kept],
    )
    return save(small, folder, reports={**dict.fromkeys(REPORT_FILES, b"{}\n"), ERROR_RATES: b"{}\n"})
