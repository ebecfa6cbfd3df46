"""Near-identical stories: planted copies are found, and keep their group from run to run."""

import json
from collections import Counter

import numpy as np
import pytest
from scipy.sparse import csr_array

from pobo_nlp.patterns.cases import Cases, Faults
from pobo_nlp.patterns.groups import MIN_COSINE, find_groups
from pobo_nlp.patterns.leaders import leaders
from pobo_nlp.patterns.vectors import VectorReader
from pobo_nlp.taxonomy import Taxonomy
from tests.patterns.synthetic_texts import changed

DAY = np.datetime64("2025-01-01")


def _cases(ids, days, site=None):
    n = len(ids)
    return Cases(
        list(ids), np.arange(1, n + 1), np.asarray(days, "datetime64[D]"),
        np.full(n, -1, np.int32) if site is None else np.asarray(site, np.int32), ("Bakken", "Lia"),
        np.full(n, -1, np.int32), (), {}, {}, np.zeros(n, np.bool_), np.full(n, "nb"), Counter(),
        Taxonomy.default(), Faults(),
    )  # fmt: skip


def _vectors(scorer, texts):
    reader = VectorReader(scorer)
    reader(np.arange(len(texts)), texts)
    return reader.vectors()


@pytest.fixture(scope="module")
def corpus(root):
    path = root / "data" / "annotated" / "test_natural.jsonl"
    return [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def planted(scorer, corpus):
    """A corpus with three stories told seven times, a tenth of the words changed; mixed, with days and ids."""
    random = np.random.default_rng(5)
    long = [text for text in corpus if len(text.split()) > 40]
    texts, story = list(corpus), [-1] * len(corpus)
    for number, text in enumerate(long[:3]):
        texts[texts.index(text)] = "Takk for svar."
        texts += [changed(text, 0.1, random) for _ in range(7)]
        story += [number] * 7
    order = random.permutation(len(texts))
    texts, story = [texts[place] for place in order], np.array(story)[order]
    cases = _cases([f"S-{place:04}" for place in order], DAY + random.integers(0, 300, len(texts)))
    return cases, _vectors(scorer, texts), story, texts


def _as_ids(cases, groups):
    return {group.id: {cases.ids[row] for row in group.rows} for group in groups}


class TestFindGroups:
    def test_stories_that_were_told_again_are_the_groups(self, planted):
        cases, vectors, story, _ = planted

        groups = find_groups(cases, vectors)

        found = [set(group.rows.tolist()) for group in groups]
        assert {frozenset(np.flatnonzero(story == number).tolist()) for number in range(3)} <= set(
            map(frozenset, found)
        )
        assert all((group.similarity >= np.float32(MIN_COSINE)).all() for group in groups)

    def test_two_runs_and_another_order_of_rows_give_equal_groups(self, planted, scorer):
        cases, vectors, _, texts = planted
        order = np.random.default_rng(1).permutation(len(texts))
        mixed = _cases([cases.ids[place] for place in order], cases.dates[order])

        again = _as_ids(mixed, find_groups(mixed, _vectors(scorer, [texts[place] for place in order])))

        assert _as_ids(cases, find_groups(cases, vectors)) == again

    def test_a_group_that_gains_cases_keeps_its_id_and_all_others_stay(self, planted, scorer):
        cases, vectors, story, texts = planted
        before = _as_ids(cases, find_groups(cases, vectors))
        more = [texts[np.flatnonzero(story == 1)[0]], "Noe helt annet om tannregulering i Molde."]
        grown = _cases([*cases.ids, "S-9998", "S-9999"], [*cases.dates, DAY + 400, DAY + 401])

        after = _as_ids(grown, find_groups(grown, _vectors(scorer, [*texts, *more])))

        assert after.keys() == before.keys()
        assert [after[name] - before[name] for name in after if after[name] != before[name]] == [{"S-9998"}]

    def test_the_earliest_case_comes_first_and_days_and_sites_are_told(self, scorer):
        cases = _cases("abcde", [DAY + 4, DAY + 1, DAY + 9, DAY + 2, "NaT"], [0, 1, 0, -1, 1])

        (group,) = find_groups(cases, _vectors(scorer, ["Fastlegen vil ikke skrive henvisning til ortoped."] * 5))

        assert [cases.ids[row] for row in group.rows] == ["b", "d", "a", "c", "e"]
        assert (str(group.first), str(group.last)) == ("2025-01-02", "2025-01-10")
        assert group.sites == ("Bakken", "Lia")

    @pytest.mark.parametrize(("n", "groups"), [(4, 0), (5, 1)])
    def test_a_group_has_at_least_the_smallest_number_of_cases(self, scorer, n, groups):
        cases = _cases(list("abcde")[:n], [DAY] * n)

        vectors = _vectors(scorer, ["Fastlegen vil ikke skrive henvisning til ortoped."] * n)
        assert len(find_groups(cases, vectors)) == groups

    def test_texts_without_words_or_in_another_language_are_no_group(self, scorer):
        texts = ["", "", "", "", ""] + ["Dzień dobry, mieszkam w Norwegii od sześciu lat i nie mogę dostać lekarza"] * 6
        cases = _cases([str(n) for n in range(11)], [DAY] * 11)

        assert find_groups(cases, _vectors(scorer, texts)) == []

    def test_no_cases_are_no_groups(self, scorer):
        assert find_groups(_cases([], []), _vectors(scorer, [])) == []


class TestLeaders:
    def test_they_are_those_of_a_search_by_hand(self):
        random = np.random.default_rng(2)
        base = random.random((25, 60)) * (random.random((25, 60)) < 0.2)
        dense = np.repeat(base, 40, axis=0) + 0.25 * random.random((1000, 60)) * (random.random((1000, 60)) < 0.1)
        dense = dense[random.permutation(1000)].astype(np.float32)
        dense /= np.linalg.norm(dense, axis=1, keepdims=True)

        leader, cosine = leaders(csr_array(dense), np.zeros(60), 0.8)

        leading: list[int] = []
        for row, values in enumerate(dense):
            near = dense[leading] @ values if leading else np.zeros(0)
            if near.max(initial=0) >= 0.8:
                assert leader[row] == leading[int(near.argmax())]
                assert cosine[row] == pytest.approx(near.max(), abs=1e-4)
            else:
                assert leader[row] == row
                leading.append(row)
        assert 20 <= len(leading) < 200

    def test_looking_up_rare_features_finds_nearly_all_that_an_exact_search_finds(self, scorer, corpus):
        random = np.random.default_rng(6)
        texts = [changed(text, 0.12, random) for text in corpus for _ in range(3)]
        vectors = _vectors(scorer, texts)

        quick, _ = leaders(vectors.matrix, vectors.idf, MIN_COSINE)
        exact, _ = leaders(vectors.matrix, vectors.idf, MIN_COSINE, most_features=10**6, least_shared=MIN_COSINE - 1e-3)

        joined = exact != np.arange(len(exact))
        assert joined.sum() > 400
        assert (quick[joined] == exact[joined]).mean() > 0.97

    def test_no_chain_joins_what_has_little_in_common(self):
        # Each is close to the next, the first and the last are not close.
        angles = np.linspace(0, np.pi / 2, 7)
        chain = csr_array(np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32))

        leader, cosine = leaders(chain, np.zeros(2), 0.8)

        assert len(set(leader.tolist())) > 1
        assert (cosine >= 0.8).all()

    def test_the_matrix_is_left_as_it_was(self):
        matrix = csr_array(np.array([[0.6, 0.8], [0.8, 0.6]], np.float32))

        leaders(matrix, np.array([0.0, 1.0]), 0.9)

        assert matrix.toarray().tolist() == np.array([[0.6, 0.8], [0.8, 0.6]], np.float32).tolist()
