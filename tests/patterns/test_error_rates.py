import json
from copy import deepcopy

import numpy as np
import pytest

from pobo_nlp.errors import ErrorRatesError, UnreadableFileError
from pobo_nlp.model.manifest import ERROR_RATES
from pobo_nlp.patterns.error_rates import find_error_rates, read_error_rates
from tests.patterns.tables_of_cases import SMALL_SCHEME

AREAS = (np.full((4, 4), 5.0) + np.eye(4) * 80).tolist()
CONTENT = {
    "format_version": 2,
    "model": "m@1",
    "n_texts": 400,
    "n_natural": 380.0,
    "dimensions": {
        "omrade": {
            "kind": "single",
            "labels": ["a1", "a2", "b1", "b2"],
            "natural": AREAS,
            "share": [0.4, 0.3, 0.2, 0.1],
        },
        "arsak": {
            "kind": "multi",
            "labels": ["x", "y"],
            "natural": [[[300, 10], [18, 72]], [[360, 5], [5, 30]]],
            "share": [0.25, 0.1],
        },
    },
    "pairs": [
        {
            "dimensions": ["omrade", "arsak"],
            "natural": [[[10, 2]] * 4, [[2, 1]] * 4, [[3, 0]] * 4],
        }
    ],
}


def written(folder, **changes):
    content = deepcopy(CONTENT) | changes
    path = folder / ERROR_RATES
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def changed(*path, to):
    content = deepcopy(CONTENT)
    at = content
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = to
    return content


def test_rates_are_the_share_of_each_suggestion_among_the_texts_of_a_label(tmp_path):
    rates = read_error_rates(written(tmp_path), SMALL_SCHEME)

    assert (rates.model, rates.n_texts) == ("m@1", 400)
    found = rates.rates("arsak")
    assert found.shape == (2, 2, 2)
    assert found[0, 1, 1] == pytest.approx(72 / 90, abs=0.02)
    assert found[0, 0, 1] == pytest.approx(10 / 310, abs=0.02)
    assert rates.rates("omrade").shape == (1, 4, 4)
    assert rates.rates("omrade")[0, 2, 2] == pytest.approx(85 / 100, abs=0.02)


@pytest.mark.parametrize("by", [("omrade",), ("arsak",), ("omrade", "arsak"), ("arsak", "omrade")])
@pytest.mark.parametrize("random", [None, 1], ids=["measured", "drawn"])
def test_rates_add_up_to_one(tmp_path, by, random):
    rates = read_error_rates(written(tmp_path), SMALL_SCHEME)
    found = rates.rates(*by, random=None if random is None else np.random.default_rng(random))

    assert found.sum(axis=-1) == pytest.approx(np.ones(found.shape[:-1]))
    assert (found >= 0).all()


def test_a_pair_is_found_less_often_than_its_labels(tmp_path):
    rates = read_error_rates(written(tmp_path), SMALL_SCHEME)
    pairs = rates.rates("omrade", "arsak").reshape(4, 2, 2, 2)

    assert pairs[0, 0, 1, 1] < rates.rates("omrade")[0, 0, 0]
    assert pairs[0, 0, 0, 1] < 0.05


def test_pairs_are_the_same_in_either_order(tmp_path):
    rates = read_error_rates(written(tmp_path), SMALL_SCHEME)
    one = rates.rates("omrade", "arsak").reshape(4, 2, 2, 2)
    other = rates.rates("arsak", "omrade").reshape(2, 4, 2, 2)

    assert one.swapaxes(0, 1).tolist() == other.tolist()


def test_the_mix_is_the_offices(tmp_path):
    rates = read_error_rates(written(tmp_path), SMALL_SCHEME)

    assert rates.mix("omrade") == pytest.approx(np.array([[0.4, 0.3, 0.2, 0.1]]))
    assert rates.mix("arsak") == pytest.approx(np.array([[0.75, 0.25], [0.9, 0.1]]))
    of_pairs = rates.mix("omrade", "arsak")
    assert of_pairs.shape == (8, 2)
    assert of_pairs.sum(axis=-1) == pytest.approx(np.ones(8))


def test_drawn_rates_spread_around_the_measured(tmp_path):
    rates = read_error_rates(written(tmp_path), SMALL_SCHEME)
    random = np.random.default_rng(0)
    drawn = np.array([rates.rates("arsak", random=random)[0, 1, 1] for _ in range(400)])

    expected = rates.rates("arsak")[0, 1, 1]
    assert drawn.mean() == pytest.approx(expected, abs=0.01)
    assert drawn.std() == pytest.approx(np.sqrt(expected * (1 - expected) / 90), rel=0.2)


def test_what_was_never_confused_may_be(tmp_path):
    content = changed("dimensions", "arsak", "natural", to=[[[300, 0], [0, 90]], [[360, 5], [5, 30]]])
    found = read_error_rates(written(tmp_path, **content), SMALL_SCHEME).rates("arsak")

    assert 0 < found[0, 0, 1] < 0.01
    assert 0 < found[0, 1, 0] < 0.02


def test_what_is_known_is_told(tmp_path):
    rates = read_error_rates(written(tmp_path), SMALL_SCHEME)

    assert rates.knows("omrade")
    assert rates.knows("arsak", "omrade")
    assert not rates.knows("niva")
    assert not rates.knows("niva", "arsak")


def test_a_model_without_the_file_has_no_error_rates(tmp_path):
    assert find_error_rates(tmp_path, SMALL_SCHEME) is None
    written(tmp_path)
    assert find_error_rates(tmp_path, SMALL_SCHEME) is not None


def test_the_shipped_model_has_error_rates_of_its_own(root, scorer):
    rates = find_error_rates(root / "models" / "default", scorer.taxonomy)

    assert rates is not None
    for dimension in scorer.taxonomy.predicted:
        found = rates.rates(dimension.id)
        right = np.diagonal(found, axis1=1, axis2=2)
        # A label is found more often where it is true than where it is not.
        assert (right[:, 1] > found[:, 0, 1]).all() if dimension.kind == "multi" else right.mean() > 0.5


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(changed("format_version", to=1), "annet format", id="version"),
        pytest.param(changed("dimensions", "arsak", "labels", to=["y", "x"]), "ikke etikettskjemaets", id="labels"),
        pytest.param(changed("dimensions", "arsak", "natural", to=[[1, 2]]), "henger ikke", id="shape"),
        pytest.param(changed("dimensions", "omrade", "natural", 0, to=[-1, 0, 0, 0]), "henger ikke", id="negative"),
        pytest.param(changed("pairs", 0, "natural", to=[[1]]), "henger ikke", id="pairs"),
        pytest.param(changed("dimensions", "arsak", "share", to=[0.5, 1.5]), "henger ikke", id="share"),
        pytest.param(changed("dimensions", to=7), "henger ikke", id="kind"),
        pytest.param(changed("dimensions", to=[]), "henger ikke", id="no dimensions"),
        pytest.param({key: value for key, value in CONTENT.items() if key != "pairs"}, "henger ikke", id="missing"),
    ],
)
def test_a_damaged_file_is_refused_with_the_reason(tmp_path, content, problem):
    path = tmp_path / ERROR_RATES
    path.write_text(json.dumps(content), encoding="utf-8")

    with pytest.raises(ErrorRatesError, match=problem):
        read_error_rates(path, SMALL_SCHEME)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b"null"])
def test_what_is_no_such_file_is_refused(tmp_path, content):
    path = tmp_path / ERROR_RATES
    path.write_bytes(content)

    with pytest.raises(ErrorRatesError, match="henger ikke"):
        read_error_rates(path, SMALL_SCHEME)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(UnreadableFileError, match="borte"):
        read_error_rates(tmp_path / "borte.json", SMALL_SCHEME)


def test_dimensions_that_the_scheme_does_not_have_are_left_out(tmp_path):
    content = changed("dimensions", "farge", to={"kind": "multi", "labels": ["r"], "natural": [[[1, 1], [1, 1]]]})
    content["pairs"] = [*content["pairs"], {"dimensions": ["farge", "arsak"], "natural": []}]

    assert not read_error_rates(written(tmp_path, **content), SMALL_SCHEME).knows("farge")
