import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from pobo_nlp.errors import PatternsError
from pobo_nlp.patterns.drift import Reference, find_drift, read_reference
from tests.patterns.tables_of_cases import SMALL_SCHEME, cases_of

SHARES = {
    "niva": np.array([0.7, 0.3]),
    "omrade": np.array([0.5, 0.2, 0.2, 0.1]),
    "arsak": np.array([0.4, 0.1]),
}
REFERENCE = Reference("m@1", 1000, SHARES, 0.2, float("nan"), {"nb": 0.8, "nn": 0.2})


def cases(area=(0.5, 0.2, 0.2, 0.1), cause=(0.4, 0.1), *, human=0.0, n=4000, nn=0.2):
    random = np.random.default_rng(3)
    of_area = random.choice(4, n, p=area)
    labels = {
        "niva": np.eye(2, dtype=bool)[of_area // 2],
        "omrade": np.eye(4, dtype=bool)[of_area],
        "arsak": random.random((n, 2)) < cause,
    }
    by_person = random.random(n) < human
    found = cases_of(
        labels,
        taxonomy=SMALL_SCHEME,
        days=np.full(n, np.datetime64("2025-01-01")),
        human=dict.fromkeys(labels, by_person),
        models=["m@1"] * n,
    )
    return replace(found, malform=np.where(random.random(n) < nn, "nn", "nb"))


def test_the_same_mix_has_not_changed():
    drift = find_drift(cases(), REFERENCE, None)

    assert set(drift.verdict.values()) == {"same"}
    assert not any(part.is_other for part in drift.parts)


def test_a_label_that_grows_is_told_by_name():
    drift = find_drift(cases(cause=(0.4, 0.35)), REFERENCE, None)

    assert drift.verdict["arsak"] == "changed"
    assert [(part.what, part.label) for part in drift.parts if part.is_other] == [("arsak", "y")]


def test_another_mix_of_areas_is_seen_in_area_and_not_in_cause():
    drift = find_drift(cases(area=(0.15, 0.15, 0.2, 0.5)), REFERENCE, None)

    assert (drift.verdict["omrade"], drift.verdict["arsak"], drift.worst) == ("changed", "same", "changed")


def test_another_language_is_seen():
    drift = find_drift(cases(nn=0.6), REFERENCE, None)

    assert drift.verdict["malform"] == "changed"


def test_labels_of_persons_are_no_drift_of_the_model():
    assert find_drift(replace(cases(human=1.0), models=Counter()), REFERENCE, None) is None


def test_a_share_of_few_is_not_told():
    drift = find_drift(cases(area=(0.9, 0.0995, 0.0, 0.0005)), REFERENCE, None)

    assert {part.label for part in drift.parts if part.what == "omrade"} == {"a1", "a2"}


def test_no_file_is_no_reference(tmp_path):
    assert read_reference(tmp_path / "drift_reference.json", SMALL_SCHEME) is None


@pytest.mark.parametrize("content", ["{", "[]", '{"format_version": 9}', '{"format_version": 1, "labels": {}}'])
def test_a_damaged_reference_is_refused(tmp_path, content):
    (tmp_path / "drift_reference.json").write_text(content)

    with pytest.raises(PatternsError, match="kan ikke leses"):
        read_reference(tmp_path / "drift_reference.json", SMALL_SCHEME)


def test_a_reference_is_read_as_it_was_written(tmp_path):
    labels = {
        name: dict(zip(SMALL_SCHEME.dimension(name).label_ids, shares.tolist(), strict=True))
        for name, shares in SHARES.items()
    }
    written = {"format_version": 1, "model": "m@1", "n_texts": 1000, "labels": labels, "review": 0.2, "unknown": 0.05}
    (tmp_path / "r.json").write_text(json.dumps({**written, "languages": {"nb": 0.8, "nn": 0.2}}))
    found = read_reference(tmp_path / "r.json", SMALL_SCHEME)

    assert found.unknown == 0.05
    assert found.labels["omrade"].tolist() == SHARES["omrade"].tolist()
