"""Reads a model folder; what it holds is data that someone else may have written."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors

from pobo_nlp.errors import ModelDamagedError, TaxonomyError
from pobo_nlp.model.artefact import CONTEXT, Artefact, Limits, LoadedArtefact
from pobo_nlp.model.artefact_checks import (
    MAX_MAX_CHARS,
    MAX_MIN_WORDS,
    MAX_NGRAM,
    MAX_REACH,
    MAX_VALUE,
    MAX_WEIGHT,
    check_arrays,
    check_names,
    check_terms,
)
from pobo_nlp.model.features import FeatureSpace
from pobo_nlp.model.heads import Calibration, Reranker
from pobo_nlp.model.manifest import RESTORE, model_id, parse_manifest, read_files
from pobo_nlp.model.sharing import coefficients_of
from pobo_nlp.model.signature import manifest_of, trusted_key
from pobo_nlp.model.strict_json import items, number, parsed_json, string, strings, table, whole
from pobo_nlp.taxonomy import Taxonomy
from pobo_nlp.text.lemmas import LemmaTable


def load(
    folder: Path, *, coefficients: Path | None = None, key: Path | None = None, is_demanded: bool = True
) -> LoadedArtefact:
    """Read and verify a model.

    Parameters
    ----------
    key : public key that the model must be signed for; else the one that `POBO_NLP_MODEL_KEY` names, if any.
    is_demanded : whether that variable counts; not for the one who is about to sign.
    coefficients : what `shared_coefficients` gives for the same model. It is mapped into memory, so that
        processes share what would else be a copy each.

    Raises
    ------
    ModelNotFoundError : where the folder holds no manifest.
    ModelFormatError : where the manifest is of a format that is not read here.
    ModelDamagedError : where a file is missing, changed, of the wrong shape or outside the folder.
    ModelSignatureError : where the manifest is not signed for the key.
    """
    asked = trusted_key() if key is None and is_demanded else key
    manifest = parse_manifest(folder, manifest_of(folder, asked))
    contents = read_files(folder, manifest)
    try:
        artefact = _build(manifest, contents, coefficients)
    except (
        KeyError,
        TypeError,
        ValueError,
        ArithmeticError,
        RecursionError,
        MemoryError,
        SafetensorError,
        TaxonomyError,
    ) as error:
        # The fault's own words could hold content of the files, so only its kind is told.
        raise ModelDamagedError(folder, f"innholdet henger ikke sammen ({type(error).__name__})", RESTORE) from None
    return LoadedArtefact(artefact, folder, model_id(manifest))


def _build(manifest: Mapping[str, object], contents: Mapping[str, bytes], coefficients: Path | None) -> Artefact:
    taxonomy = Taxonomy.from_toml(contents["taxonomy.toml"], source="taxonomy.toml")
    tensors = load_tensors(contents["weights.safetensors"])
    dimensions = {name: table(entry) for name, entry in table(manifest["dimensions"]).items()}
    check_names(manifest, dimensions, tensors, taxonomy)
    limits = table(manifest["limits"])
    artefact = Artefact(
        name=string(manifest["name"]),
        taxonomy_toml=contents["taxonomy.toml"],
        taxonomy=taxonomy,
        features=_features(table(manifest["features"]), contents, tensors["idf"]),
        coefficients=coefficients_of(tensors["coefficients"], coefficients),
        intercept=tensors["intercept"],
        calibrations={d.id: Calibration(*_scale_and_shift(dimensions[d.id])) for d in taxonomy.predicted},
        rerankers={
            d.id: Reranker(*_scale_and_shift(table(dimensions[d.id]["reranker"])), tensors[f"{CONTEXT}{d.id}"])
            for d in taxonomy.predicted
            if "reranker" in dimensions[d.id]
        },
        thresholds={d.id: _thresholds(dimensions[d.id]["thresholds"]) for d in taxonomy.dimensions},
        set_thresholds={
            d.id: _row(dimensions[d.id]["set_thresholds"], lowest=0.0, highest=1.0)
            for d in taxonomy.dimensions
            if d.kind == "single"
        },
        limits=Limits(
            whole(limits["min_words"], lowest=0, highest=MAX_MIN_WORDS),
            whole(limits["max_chars"], lowest=1, highest=MAX_MAX_CHARS),
        ),
        provenance=table(manifest["provenance"]),
    )
    check_arrays(artefact)
    return artefact


def _features(options: Mapping[str, object], contents: Mapping[str, bytes], idf: NDArray[np.float64]) -> FeatureSpace:
    vocabulary = table(parsed_json(contents["vocabulary.json"]))
    shortest, longest = (whole(length, lowest=1, highest=MAX_NGRAM) for length in items(options["char_range"]))
    space = FeatureSpace(
        word_terms=strings(vocabulary["word"]),
        char_terms=strings(vocabulary["char"]),
        idf=idf,
        lemmas=_lemmas(table(parsed_json(contents["lemmas.json"]))),
        char_range=(shortest, longest),
        char_weight=number(options["char_weight"], lowest=0.0, highest=MAX_WEIGHT),
        damping=number(options["damping"], lowest=0.0, highest=MAX_WEIGHT),
        reach=whole(options["reach"], lowest=1, highest=MAX_REACH),
    )
    check_terms(space)
    return space


def _lemmas(forms_of: Mapping[str, object]) -> LemmaTable:
    pairs = [(form, lemma) for lemma, forms in forms_of.items() for form in string(forms).split()]
    lemma_of = dict(pairs)
    if len(lemma_of) < len(pairs):
        raise ValueError("a form of two lemmas")
    return LemmaTable(lemma_of)


def _scale_and_shift(entry: Mapping[str, object]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    scale, shift = (_row(entry[name], lowest=-MAX_VALUE, highest=MAX_VALUE) for name in ("scale", "shift"))
    return scale, shift


def _thresholds(values: object) -> NDArray[np.float64]:
    # JSON has no infinity: null stands for a label that is never accepted.
    return np.array([np.inf if value is None else number(value, lowest=0.0, highest=1.0) for value in items(values)])


def _row(values: object, *, lowest: float, highest: float) -> NDArray[np.float64]:
    return np.array([number(value, lowest=lowest, highest=highest) for value in items(values)])
