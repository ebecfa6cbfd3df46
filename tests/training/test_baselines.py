import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from pobo_nlp.taxonomy import Taxonomy
from training.baselines import BASELINES, baseline_block, baseline_figures, judged
from training.baselines.baseline import Given
from training.baselines.comparison import compared
from training.baselines.fast_text import fast_text
from training.baselines.lesson import Lesson
from training.baselines.thresholds import held_out, thresholds_for_f1
from training.config import load_config
from training.corpus import prepared, read_corpus, task_of
from training.decide import with_parents
from training.figures import figures_of
from training.fit import Inquiries, PriorExamples
from training.folds import Predictions
from training.intervals import Bootstrap

LEARNERS = [name for name in BASELINES if name not in ("most_frequent", "phrase_bank")]
NO_PRIOR = PriorExamples([], [], np.zeros(0, np.int64), np.zeros(0))


@pytest.fixture
def taxonomy(taxonomy_file):
    return Taxonomy.load(taxonomy_file)


def inquiries(texts, areas, causes):
    return Inquiries(
        list(texts), {"omraade": np.array(areas, np.int8), "grunn": np.array(causes, np.int8)}, np.arange(len(texts))
    )


def phrases(*rows):
    """Return prior examples of (text, dimension, place of the label, weight)."""
    texts, dimensions, labels, weights = zip(*rows, strict=True)
    return PriorExamples(texts, dimensions, np.array(labels), np.array(weights, float))


TRAIN = inquiries(
    ["boka er sen", "boka er dyr", "toget er sent", "boka er borte"],
    [[1, 0, 0], [1, 0, 0], [0, 0, 1], [1, 0, 0]],
    [[1, 0], [0, 1], [1, 0], [0, 0]],
)
TEST = inquiries(["boka kom", "toget gikk", "toget sto"], [[1, 0, 0], [0, 0, 1], [0, 0, 1]], [[1, 0], [1, 0], [0, 1]])


def planted(n_texts, seed):
    """Return texts in which one word tells the area, and others the causes."""
    random = np.random.default_rng(seed)
    filler = "vi har lurt lenge på hva som skjer her hos dere og ville gjerne vite mer om det".split()
    areas = random.integers(0, 3, n_texts)
    causes = random.random((n_texts, 2)) < 0.4
    texts = []
    for area, of_text in zip(areas, causes, strict=True):
        told = [
            ("bok", "dunk", "tog")[area],
            *(word for word, has in zip(("forsinket", "dyrt"), of_text, strict=True) if has),
        ]
        texts.append(" ".join(random.permutation([*random.choice(filler, 6), *told])))
    return inquiries(texts, np.eye(3, dtype=np.int8)[areas], causes)


EASY, EASY_TEST = planted(300, 1), planted(90, 2)


def answers(name, given, texts):
    return judged(name, given, {"test": texts}).answers["test"]


@pytest.fixture
def tiny(sources):
    """The hand-written corpus and its phrases."""
    config = load_config()
    corpus = read_corpus(sources, config)
    texts = prepared(corpus, config)
    return Given(texts.train, task_of(corpus, texts.translations, config).prior, corpus.taxonomy, 1)


@pytest.mark.parametrize("name", BASELINES)
def test_every_dimension_is_answered_and_a_single_one_with_one_label(name, tiny):
    found = answers(name, tiny, TEST)

    assert {key: value.shape for key, value in found.items()} == {"omraade": (3, 3), "nivaa": (3, 2), "grunn": (3, 2)}
    assert all(set(np.unique(value)) <= {0, 1} for value in found.values())
    assert found["omraade"].sum(axis=1).tolist() == found["nivaa"].sum(axis=1).tolist() == [1, 1, 1]


@pytest.mark.parametrize("name", BASELINES)
def test_two_trainings_give_equal_answers(name, tiny):
    first, second = (answers(name, tiny, tiny.train) for _ in range(2))

    assert all(np.array_equal(first[dimension], second[dimension]) for dimension in first)


def test_fast_text_learns_the_same_whatever_the_memory_held_before():
    # The C library hands out used memory, filled with a byte of our choice.
    code = "from tests.training.test_baselines import fast_text_sum; print(fast_text_sum())"
    sums = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "MALLOC_PERTURB_": byte, "MALLOC_MMAP_THRESHOLD_": "1000000000"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for byte in ("165", "7")
    }

    assert len(sums) == 1
    assert float(sums.pop()) != 0


def fast_text_sum():
    """Return a figure that depends on all that a small model says."""
    target = np.eye(3, dtype=np.int8)[[0, 1, 2, 0]]
    lesson = Lesson(["boka er sen", "boka er dyr", "toget er sent", "boka er borte"], {"x": target}, {"x": "single"}, 1)
    return float((fast_text(lesson).scores(["boka kom", "toget gikk"])["x"] * np.arange(1, 4)).sum())


@pytest.mark.parametrize("name", LEARNERS)
def test_words_that_tell_the_labels_are_learnt(name, taxonomy):
    found = answers(name, Given(EASY, NO_PRIOR, taxonomy, 1), EASY_TEST)

    assert (found["omraade"] == EASY_TEST.targets["omraade"]).all(axis=1).mean() > 0.9
    assert (found["grunn"] == EASY_TEST.targets["grunn"]).mean() > 0.9


@pytest.mark.parametrize("name", LEARNERS)
def test_a_label_that_no_training_text_has_is_never_answered(name, taxonomy):
    without = inquiries(
        EASY.texts, EASY.targets["omraade"] @ [[1, 0, 0], [0, 0, 1], [0, 0, 1]], EASY.targets["grunn"] * [1, 0]
    )

    found = answers(name, Given(without, NO_PRIOR, taxonomy, 1), EASY_TEST)

    assert not found["omraade"][:, 1].any()
    assert not found["grunn"][:, 1].any()
    assert found["grunn"][:, 0].any()


@pytest.mark.parametrize("name", LEARNERS)
def test_labels_that_do_not_vary_are_answered_as_they_are(name, taxonomy):
    same = inquiries(EASY.texts, np.tile([0, 1, 0], (300, 1)), np.tile([1, 0], (300, 1)))

    found = judged(name, Given(same, NO_PRIOR, taxonomy, 1), {"test": EASY_TEST})

    assert np.unique(found.answers["test"]["omraade"], axis=0).tolist() == [[0, 1, 0]]
    assert np.unique(found.answers["test"]["grunn"], axis=0).tolist() == [[1, 0]]
    assert found.cost.size_bytes == 0


@pytest.mark.parametrize("name", BASELINES)
def test_a_dimension_with_one_label_is_answered_with_it(name):
    labels = '[[{0}]]\nid = "a"\n[[dimension]]\nid = "{0}"\nkind = "{1}"\n'
    taxonomy = Taxonomy.from_toml(
        (labels.format("en", "single") + labels.format("flere", "multi")).encode(), source="t"
    )
    has = np.array([["dyrt" in text.split()] for text in EASY.texts], np.int8)
    train = Inquiries(EASY.texts, {"en": np.ones((300, 1), np.int8), "flere": has}, EASY.groups)

    found = answers(name, Given(train, NO_PRIOR, taxonomy, 1), train)

    assert found["en"].tolist() == [[1]] * 300
    assert name not in LEARNERS or (found["flere"] == has).mean() > 0.9


@pytest.mark.parametrize("name", BASELINES)
def test_a_text_without_a_word_gets_an_answer(name, tiny):
    silent = inquiries(["12345678901", "?"], [[1, 0, 0]] * 2, [[0, 0]] * 2)
    train = tiny.train.joined(Inquiries(silent.texts, silent.targets, silent.groups + len(tiny.train)))

    found = answers(name, Given(train, tiny.prior, tiny.taxonomy, 1), silent)

    assert found["omraade"].sum(axis=1).tolist() == [1, 1]


@pytest.mark.parametrize("name", LEARNERS)
def test_no_text_at_all_gets_no_answer(name, tiny):
    assert answers(name, tiny, tiny.train.take(np.zeros(0, np.int64)))["grunn"].shape == (0, 2)


@pytest.mark.parametrize("name", BASELINES)
def test_nothing_is_printed_and_no_file_is_left(name, tiny, capfd, tmp_path, monkeypatch):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))

    judged(name, tiny, {"test": TEST})

    assert capfd.readouterr() == ("", "")
    assert list(folder.iterdir()) == []


def test_what_it_costs_is_measured(tiny):
    cost = judged("word_tfidf", tiny, {"test": TEST, "again": TEST}).cost

    assert cost.train_s > 0
    assert cost.texts_per_s > 0
    assert cost.size_bytes > 1000


def test_fasttext_learns_with_a_lower_rate_where_its_weights_overflow():
    lesson = Lesson(EASY.texts, {"grunn": EASY.targets["grunn"]}, {"grunn": "multi"}, 1)

    scores = fast_text(lesson, learning_rate=50.0).scores(EASY.texts)["grunn"]

    assert ((scores > 0.5) == EASY.targets["grunn"]).mean() > 0.7


def test_the_most_frequent_answer_is_always_given(taxonomy):
    found = answers("most_frequent", Given(TRAIN, NO_PRIOR, taxonomy, 1), TEST)

    assert found["omraade"].tolist() == [[1, 0, 0]] * 3
    assert found["nivaa"].tolist() == [[1, 0]] * 3
    assert found["grunn"].tolist() == [[1, 0]] * 3


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("Vi sto på perrongen i dag", 2, id="as it stands"),
        pytest.param("Vi sto på en perrong i dag", 2, id="inflected, with a word between"),
        pytest.param("Perrongen er kald", 0, id="only a part of it: the most frequent label"),
        pytest.param("Billettene lå på perrongen", 1, id="a stronger one beside it"),
    ],
)
def test_a_phrase_in_a_text_tells_its_label(taxonomy, text, place):
    bank = phrases(("på perrongen", "omraade", 2, 0.3), ("billett", "omraade", 1, 0.9))

    found = answers("phrase_bank", Given(TRAIN, bank, taxonomy, 1), inquiries([text], [[1, 0, 0]], [[0, 0]]))

    assert found["omraade"].argmax(axis=1).tolist() == [place]


def test_words_of_a_phrase_count_more_the_closer_they_stand(taxonomy):
    bank = phrases(("sent tog", "omraade", 2, 0.5), ("dyr bok", "omraade", 0, 0.5))
    texts = ["det var et sent tog og en bok som er dyr", "det var et sent og fullt tog og en dyr bok"]

    found = answers("phrase_bank", Given(TRAIN, bank, taxonomy, 1), inquiries(texts, [[1, 0, 0]] * 2, [[0, 0]] * 2))

    assert found["omraade"].argmax(axis=1).tolist() == [2, 0]


def test_phrases_of_a_multi_dimension_need_the_sum_that_training_texts_show(taxonomy):
    texts = ["dyrt", "dyrt", "dyrt og kostbart", "dyrt og kostbart", "ingenting"]
    train = inquiries(texts, [[1, 0, 0]] * 5, [[0, 0], [0, 0], [0, 1], [0, 1], [0, 0]])
    bank = phrases(("dyrt", "grunn", 1, 0.1), ("kostbart", "grunn", 1, 0.3))

    found = answers("phrase_bank", Given(train, bank, taxonomy, 1), train)

    assert found["grunn"].tolist() == train.targets["grunn"].tolist()


def test_a_label_of_a_multi_dimension_without_any_phrase_is_not_given(taxonomy):
    bank = phrases(("perrong", "omraade", 2, 0.3))

    assert not answers("phrase_bank", Given(TRAIN, bank, taxonomy, 1), TRAIN)["grunn"].any()


def test_a_label_with_few_texts_shares_its_threshold():
    target = np.zeros((100, 2), np.int8)
    target[:40, 0], target[:5, 1] = 1, 1
    scores = np.where(target, [0.3, 0.8], [0.1, 0.2])

    assert thresholds_for_f1(scores, target).tolist() == pytest.approx([0.3, 0.3])


def test_no_group_stands_on_both_sides_of_the_held_out_fifth(taxonomy):
    copied = Inquiries(EASY.texts, EASY.targets, EASY.groups // 10)

    part, rest = held_out(Given(copied, NO_PRIOR, taxonomy, 1))

    assert not set(copied.groups[part]) & set(copied.groups[rest])
    assert len(rest) == pytest.approx(60, abs=20)


def test_the_difference_is_that_worked_out_by_hand(taxonomy):
    truth = np.array([[1, 0], [1, 0], [0, 1], [0, 0]], np.int8)
    of_model = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], np.int8)  # F1 of 1 and 2/3
    of_baseline = np.array([[1, 0], [0, 0], [0, 0], [0, 0]], np.int8)  # F1 of 2/3 and 0

    found = compared(
        taxonomy.dimension("grunn"), of_model, of_baseline, truth, Bootstrap(np.arange(4), samples=50, seed=1)
    )

    assert found["micro_f1"]["value"] == pytest.approx(2 * 1 / (1 + 3), abs=1e-6)
    assert found["macro_f1"]["value"] == pytest.approx(1 / 3, abs=1e-6)
    assert found["macro_f1_difference"]["value"] == pytest.approx(5 / 6 - 1 / 3, abs=1e-6)


def test_the_same_answers_differ_by_nothing_on_every_sample(taxonomy):
    target = TEST.targets["omraade"]
    bootstrap = Bootstrap(TEST.groups, samples=50, seed=1)

    found = compared(taxonomy.dimension("omraade"), target[::-1], target[::-1], target, bootstrap)

    assert found["macro_f1_difference"] == {"value": 0.0, "low": 0.0, "high": 0.0}


def test_macro_f1_is_that_of_every_other_figure(taxonomy):
    answered, truth = EASY_TEST.targets["grunn"][::-1], EASY_TEST.targets["grunn"]
    bootstrap = Bootstrap(EASY_TEST.groups, samples=50, seed=1)
    dimension = taxonomy.dimension("grunn")
    said = Predictions({"grunn": answered.astype(float)}, {"grunn": answered == 1}, {})

    found = compared(dimension, answered, answered, truth, bootstrap)

    assert found["macro_f1"] == bootstrap.interval(figures_of(dimension, said, truth)["macro_f1"])


def test_the_block_holds_every_baseline_against_the_model_on_every_test(tiny):
    tests = {"near": tiny.train.take(np.arange(9)), "far": TEST}
    perfect = {name: with_parents(test.targets, tiny.taxonomy) for name, test in tests.items()}

    block = baseline_block(tiny.train, tests, perfect, tiny.prior, tiny.taxonomy, samples=20, seed=1)

    assert set(block["cost"]) == set(BASELINES)
    assert set(block["cost"]["fasttext"]) == {"train_s", "texts_per_s", "size_bytes"}
    assert set(block["tests"]) == {"near", "far"}
    for of_test in block["tests"].values():
        assert set(of_test) == set(BASELINES)
        for of_baseline in of_test.values():
            assert set(of_baseline["nivaa"]) == {"top_1", "macro_f1", "macro_f1_difference"}
            assert set(of_baseline["grunn"]) == {"micro_f1", "macro_f1", "macro_f1_difference"}
            for figures in of_baseline.values():
                difference = figures["macro_f1_difference"]["value"]
                assert difference == pytest.approx(1 - figures["macro_f1"]["value"], abs=2e-6)


def test_figures_are_those_worked_out_by_hand(taxonomy):
    figures = baseline_figures([(TRAIN, TEST)], taxonomy, samples=20, seed=1, workers=1)

    assert set(figures) == {"most_frequent", "word_tfidf"}
    assert figures["most_frequent"]["omraade"]["value"] == pytest.approx(1 / 3, abs=1e-6)
    assert figures["most_frequent"]["nivaa"]["value"] == pytest.approx(1 / 3, abs=1e-6)
    assert figures["most_frequent"]["grunn"]["value"] == pytest.approx(2 * 2 / (3 + 3), abs=1e-6)


def test_libraries_of_the_baselines_are_loaded_only_when_they_are_used():
    code = "import sys, training.baselines; print({'spacy', 'fasttext'} & set(sys.modules))"

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd())

    assert found.stdout.strip() == "set()"
