import json
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from pobo_nlp.errors import ComparisonError, ModelNotFoundError, PredictionsError, RunNotFoundError
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.taxonomy import Taxonomy
from training.compare import compare, guarded
from training.config import DEFAULT_CONFIG, ROOT
from training.decide import with_parents
from training.evaluate import Bootstrap, evaluate
from training.folds import Predictions
from training.model_source import ModelSource, model_source
from training.predictions import CROSS_VALIDATION, Kept, Part, load, predictions_path, save
from training.progress import Progress
from training.registry import CHAMPION, register
from training.run import run
from training.run_record import record_of
from training.tracking import connect

OPTIONS = {"samples": 200, "seed": 1}
AREAS = ("bibliotek", "renovasjon", "tog")


@pytest.fixture
def taxonomy(taxonomy_file):
    return Taxonomy.load(taxonomy_file)


@pytest.fixture
def kept(taxonomy, tmp_path):
    """Makes what is kept of a model that gives each text an area, and causes; by way of a file, as in use."""

    def _kept(areas, right, *, sure=0.8, causes=None, right_causes=None, model_id="a@00000000", **options):
        n_texts = len(areas)
        probability = np.full((n_texts, 3), (1 - sure) / 2)
        probability[np.arange(n_texts), areas] = sure
        causes = np.zeros((n_texts, 2)) if causes is None else np.asarray(causes, float)
        right_causes = np.zeros((n_texts, 2)) if right_causes is None else np.asarray(right_causes)
        of_all = {
            "omraade": probability,
            "nivaa": np.column_stack([probability[:, :2].sum(axis=1), probability[:, 2]]),
            "grunn": np.where(causes == 1, 0.75, 0.25),
        }
        part = Part(
            tuple(options.get("ids", [f"t-{number}" for number in range(n_texts)])),
            np.asarray(options.get("groups", np.arange(n_texts))),
            with_parents({"omraade": np.eye(3, dtype=np.int8)[right], "grunn": right_causes.astype(np.int8)}, taxonomy),
            Predictions(of_all, {name: one > 0.5 for name, one in of_all.items()}, in_set={}),
            options.get("slices", {}),
        )
        name = options.get("part", CROSS_VALIDATION)
        path = tmp_path / model_id
        save(path, {name: part}, taxonomy, model_id=model_id, digests={name: options.get("digest", "f00d")})
        return load(path)

    return _kept


def the(found, **wanted):
    """Returns the one of some results that has these values."""
    (one,) = [each for each in found if all(getattr(each, name) == value for name, value in wanted.items())]
    return one


def random_answers(seed, n_texts=60):
    rng = np.random.default_rng(seed)
    right = rng.integers(0, 3, n_texts)
    areas = np.where(rng.random(n_texts) < 0.7, right, rng.integers(0, 3, n_texts))
    right_causes = rng.integers(0, 2, (n_texts, 2))
    causes = np.where(rng.random((n_texts, 2)) < 0.8, right_causes, 1 - right_causes)
    slices = {"malform=nn": rng.random(n_texts) < 0.4}
    return {"areas": areas, "right": right, "causes": causes, "right_causes": right_causes, "slices": slices}


@pytest.mark.parametrize("seed", range(5))
def test_a_model_is_no_other_than_itself(kept, taxonomy, seed):
    model = kept(**random_answers(seed))

    comparison = compare(model, model, taxonomy, **OPTIONS)

    (part,) = comparison.parts
    assert {(each.answer, each.top or 1.0, each.both) for each in part.agreement} == {(1.0, 1.0, 1.0)}
    assert part.moved == ()
    for each in (*part.figures, *part.slices):
        assert each.a == each.b
        assert each.difference == {"value": 0.0, "low": 0.0, "high": 0.0}
        assert not each.is_better
        assert not each.is_worse
    assert not any(each.is_worse for each in guarded(model, model, taxonomy, **OPTIONS))


@pytest.mark.parametrize("seed", range(3))
def test_figures_are_those_of_the_evaluation(kept, taxonomy, seed):
    a, b = kept(**random_answers(seed)), kept(**random_answers(seed) | {"areas": random_answers(seed + 9)["areas"]})

    figures = compare(a, b, taxonomy, **OPTIONS).parts[0].figures

    for model, side in ((a, "a"), (b, "b")):
        part = model.parts[CROSS_VALIDATION]
        bootstrap = Bootstrap(part.groups, **OPTIONS)
        evaluated = evaluate(part.predictions, part.targets, taxonomy, bootstrap)
        for each in figures:
            figure = evaluated[each.dimension][each.metric]
            value = figure["value"] if isinstance(figure, dict) else figure
            assert getattr(each, side) == pytest.approx(value, abs=2e-6), (each.dimension, each.metric)


def test_what_differs_is_what_was_planted(kept, taxonomy):
    right = np.zeros(20, int)
    areas_a, areas_b = right.copy(), right.copy()
    areas_a[[0, 1, 2, 3]] = [1, 1, 1, 2]  # A is wrong in four texts
    areas_b[[2, 3, 4, 5, 6, 7]] = [1, 1, 2, 2, 2, 2]  # B in six: the same two, once with another answer, and four more
    causes_a, causes_b = np.zeros((20, 2)), np.zeros((20, 2))
    causes_a[:5, 1] = 1
    causes_b[3:9, 1] = 1
    truth = np.zeros((20, 2))
    truth[3:6, 1] = 1

    a = kept(areas_a, right, causes=causes_a, right_causes=truth)
    b = kept(areas_b, right, causes=causes_b, right_causes=truth, model_id="b@11111111")
    comparison = compare(a, b, taxonomy, **OPTIONS)

    assert (comparison.a, comparison.b) == ("a@00000000", "b@11111111")
    (part,) = comparison.parts
    assert (part.texts, part.only_a, part.only_b, part.is_same_data, part.changed) == (20, 0, 0, True, 0)
    assert the(part.agreement, dimension="omraade").both == 13 / 20  # 0, 1, 3 and 4 to 7 differ
    assert the(part.agreement, dimension="nivaa").both == 15 / 20  # 3 and 4 to 7 differ
    assert the(part.agreement, dimension="grunn").answer == 13 / 20  # 0, 1, 2 and 5 to 8 differ
    assert the(part.agreement, dimension="grunn").top is None

    top_1 = the(part.figures, dimension="omraade", metric="top_1")
    assert (top_1.a, top_1.b, top_1.difference["value"]) == (0.8, 0.7, -0.1)
    # A has 5 causes, 2 of them right; B has 6, 3 of them right; 3 are to be found.
    micro_f1 = the(part.figures, dimension="grunn", metric="micro_f1")
    assert (micro_f1.a, micro_f1.b) == (0.5, round(2 * 3 / (6 + 3), 6))

    to_library = the(part.moved, dimension="omraade", label="bibliotek")
    assert (to_library.gained, to_library.gained_right_before, to_library.gained_right_after) == (2, 0, 2)
    assert (to_library.lost, to_library.lost_right_before, to_library.lost_right_after) == (4, 4, 0)
    to_refuse = the(part.moved, dimension="omraade", label="renovasjon")
    assert (to_refuse.gained, to_refuse.gained_right_before, to_refuse.gained_right_after) == (1, 0, 0)
    assert (to_refuse.lost, to_refuse.lost_right_before, to_refuse.lost_right_after) == (2, 0, 2)
    to_price = the(part.moved, dimension="grunn", label="pris")
    assert (to_price.gained, to_price.gained_right_before, to_price.gained_right_after) == (4, 3, 1)
    assert (to_price.lost, to_price.lost_right_before, to_price.lost_right_after) == (3, 0, 3)
    assert not [each for each in part.moved if each.label == "forsinkelse"]


def test_both_models_are_drawn_together(kept, taxonomy):
    right = np.arange(300) % 3
    areas = np.where(np.arange(300) % 2, right, (right + 1) % 3)  # wrong in half: each alone has a wide interval
    areas_b = areas.copy()
    areas_b[0] = right[0]

    difference = the(
        compare(kept(areas, right), kept(areas_b, right), taxonomy, **OPTIONS).parts[0].figures,
        dimension="omraade",
        metric="top_1",
    ).difference

    assert difference["value"] == round(1 / 300, 6)
    assert difference["low"] == 0
    assert difference["high"] <= 5 / 300


def test_texts_of_one_group_are_drawn_together(kept, taxonomy):
    right, rng = np.zeros(200, int), np.random.default_rng(4)
    a, b = (np.repeat(rng.random(20) < 0.3, 10).astype(int) for _ in range(2))

    def width(groups):
        models = kept(a, right, groups=groups), kept(b, right, groups=groups)
        found = the(compare(*models, taxonomy, **OPTIONS).parts[0].figures, dimension="omraade", metric="top_1")
        return found.difference["high"] - found.difference["low"]

    assert width(np.repeat(np.arange(20), 10)) > 2 * width(np.arange(200))


def test_rows_are_paired_by_id(kept, taxonomy):
    of_a, of_b = random_answers(1), random_answers(1) | {"areas": random_answers(2)["areas"]}
    order = np.random.default_rng(0).permutation(60)
    ids = [f"t-{number}" for number in range(60)]
    shuffled = {
        key: {name: of_slice[order] for name, of_slice in value.items()} if key == "slices" else value[order]
        for key, value in of_b.items()
    }

    straight = compare(kept(**of_a), kept(**of_b), taxonomy, **OPTIONS)
    b = kept(**shuffled, ids=[ids[place] for place in order], groups=order)
    paired = compare(kept(**of_a), b, taxonomy, **OPTIONS)

    assert paired == straight


def test_rows_that_one_model_alone_has_are_counted_and_left_out(kept, taxonomy):
    right = np.zeros(20, int)
    a = kept(right, right)
    b = kept(right[:15], right[:15], ids=[f"t-{number}" for number in range(8, 23)], digest="beef")

    (part,) = compare(a, b, taxonomy, **OPTIONS).parts

    assert (part.texts, part.only_a, part.only_b) == (12, 8, 3)
    assert not part.is_same_data
    assert the(part.figures, dimension="omraade", metric="top_1").a == 1.0


def test_both_models_are_judged_by_the_labels_of_the_second(kept, taxonomy):
    right = np.zeros(20, int)
    corrected = right.copy()
    corrected[:5] = 1

    (part,) = compare(kept(right, right), kept(corrected, corrected), taxonomy, **OPTIONS).parts

    assert part.changed == 5
    top_1 = the(part.figures, dimension="omraade", metric="top_1")
    assert (top_1.a, top_1.b) == (0.75, 1.0)


@pytest.mark.parametrize("label", AREAS)
def test_a_label_that_one_model_lacks_is_told_and_never_given(kept, taxonomy, label):
    right = np.arange(30) % 3
    whole = kept(right, right)
    without = kept_without_label(whole, "omraade", label)

    forwards = compare(without, whole, taxonomy, **OPTIONS)
    backwards = compare(whole, without, taxonomy, **OPTIONS)

    assert (forwards.labels_only_a, forwards.labels_only_b) == ({}, {"omraade": (label,)})
    assert (backwards.labels_only_a, backwards.labels_only_b) == ({"omraade": (label,)}, {})
    assert the(forwards.parts[0].moved, label=label).gained == 10
    assert the(forwards.parts[0].figures, dimension="omraade", metric="top_1").a == round(20 / 30, 6)


def kept_without_label(whole, dimension, label):
    place = whole.labels[dimension].index(label)
    part = whole.parts[CROSS_VALIDATION]
    said = {
        kind: {
            name: np.delete(values, place, axis=1) if name == dimension else values
            for name, values in getattr(part.predictions, kind).items()
        }
        for kind in ("probability", "accepted")
    }
    targets = {**part.targets, dimension: np.delete(part.targets[dimension], place, axis=1)}
    labels = {**whole.labels, dimension: tuple(one for one in whole.labels[dimension] if one != label)}
    fewer = replace(part, targets=targets, predictions=Predictions(**said, in_set={}))
    return Kept("c@22222222", whole.digests, labels, {CROSS_VALIDATION: fewer})


def test_parts_that_one_model_alone_has_are_told(kept, taxonomy):
    right = np.zeros(12, int)
    a, b = kept(right, right), kept(right, right)
    a = replace(a, parts={**a.parts, "dev": a.parts[CROSS_VALIDATION]}, digests={**a.digests, "dev": ""})

    comparison = compare(a, b, taxonomy, **OPTIONS)

    assert (comparison.parts_only_a, comparison.parts_only_b) == (("dev",), ())


def test_models_without_a_text_in_common_are_not_compared(kept, taxonomy):
    right = np.zeros(3, int)
    a, b = kept(right, right), kept(right, right, ids=["x", "y", "z"], model_id="b@11111111")

    for judge in (compare, guarded):
        with pytest.raises(ComparisonError, match=r"a@00000000 og b@11111111 .*noen av de samme tekstene"):
            judge(a, b, taxonomy, **OPTIONS)


def test_a_worse_slice_is_found(kept, taxonomy):
    right = np.arange(90) % 3
    is_nynorsk = np.arange(90) < 30
    worse = np.where(is_nynorsk & (np.arange(90) % 2 == 0), (right + 1) % 3, right)
    worse = np.where(~is_nynorsk, right, worse)
    half_wrong = np.where(~is_nynorsk & (np.arange(90) % 4 == 0), (right + 1) % 3, right)
    slices = {"malform=nb": ~is_nynorsk, "malform=nn": is_nynorsk}
    a, b = kept(half_wrong, right, slices=slices), kept(worse, right, slices=slices)

    found = guarded(a, b, taxonomy, **OPTIONS)

    assert not the(found, metric="omraade.top_1", slice=None).is_worse  # 15 wrong before, 15 wrong after
    nynorsk = the(found, metric="omraade.top_1", slice="malform=nn")
    assert nynorsk.is_worse
    assert nynorsk.difference["value"] == -0.5
    assert not the(found, metric="omraade.top_1", slice="malform=nb").is_worse


def test_equally_good_models_are_seldom_found_worse(kept, taxonomy):
    """Two models whose answers are drawn from the same coin: one in twenty pairs may be refused, not two in three."""
    rng = np.random.default_rng(4)
    right = np.zeros(300, int)
    slices = {f"slice {number}": np.arange(300) % 10 == number for number in range(10)}
    refused = 0
    for _ in range(20):
        a, b = (kept(np.where(rng.random(300) < 0.2, 1, 0), right, slices=slices) for _ in range(2))
        refused += any(each.is_worse for each in guarded(a, b, taxonomy, **OPTIONS))

    assert refused <= 3


def test_too_few_groups_are_no_evidence(kept, taxonomy):
    right = np.zeros(60, int)
    wrong = np.where(np.arange(60) < 20, 1, 0)
    slices = {"nine": np.arange(60) < 9, "ten": np.arange(60) < 10, "one group": np.arange(60) >= 40}
    groups = np.minimum(np.arange(60), 40)
    a, b = (kept(areas, right, slices=slices, groups=groups) for areas in (right, wrong))

    found = {each.slice for each in guarded(a, b, taxonomy, **OPTIONS)}

    assert found == {None, "ten"}


@pytest.mark.parametrize(("sure", "is_worse"), [(0.99, True), (0.8, False)])
def test_a_higher_calibration_error_is_worse(kept, taxonomy, sure, is_worse):
    right = np.zeros(800, int)
    areas = np.where(np.arange(800) < 160, 1, 0)  # right in 0.8
    a, b = kept(areas, right), kept(areas, right, sure=sure)

    found = guarded(a, b, taxonomy, **OPTIONS)

    calibration = the(found, metric="omraade.calibration_error", slice=None)
    assert calibration.is_worse == is_worse
    assert calibration.difference["value"] == pytest.approx(sure - 0.8, abs=2e-3)
    assert not the(found, metric="omraade.top_1", slice=None).is_worse


def test_what_is_guarded_is_what_a_release_is_judged_by(kept, taxonomy):
    model = kept(**random_answers(1))

    found = {(each.metric, each.slice) for each in guarded(model, model, taxonomy, **OPTIONS)}

    single = ("top_1", "macro_f1", "accepted_accuracy", "calibration_error")
    assert {metric for metric, of_slice in found if of_slice is None} == {
        *(f"nivaa.{metric}" for metric in single),
        *(f"omraade.{metric}" for metric in single),
        "grunn.micro_f1",
        "grunn.macro_f1",
        "grunn.calibration_error",
    }
    assert {metric for metric, of_slice in found if of_slice} == {"nivaa.top_1", "omraade.top_1", "grunn.micro_f1"}


def test_a_model_that_was_not_tested_does_not_pass(kept, taxonomy):
    right = np.zeros(12, int)
    tested = kept(right, right, part="test_hard")
    tested = replace(
        tested, parts={**tested.parts, **kept(right, right).parts}, digests={"test_hard": "", CROSS_VALIDATION: ""}
    )

    with pytest.raises(ComparisonError, match=r"b@11111111 er ikke målt på test_hard.*training report"):
        guarded(tested, kept(right, right, model_id="b@11111111"), taxonomy, **OPTIONS)


@pytest.fixture
def trained(sources, rows, config, tmp_path):
    """Trains a tiny model, and keeps what it says of its own texts: enough to be compared."""

    def _trained(name, **settings):
        folder = tmp_path / name / "tiny"
        run(sources, folder, replace(config, **settings), workers=1, progress=Progress(Console(quiet=True)))
        scorer, taxonomy = Scorer.load(folder), Taxonomy.load(sources.taxonomy)
        probability = scorer.probabilities([row["text"] for row in rows])
        accepted = {key: values >= scorer.artefact.thresholds[key] for key, values in probability.items()}
        labels = {"omraade": [[row["omraade"]] for row in rows], "grunn": [row["grunn"] for row in rows]}
        targets = {
            key: np.array([[one in given for one in taxonomy.dimension(key).label_ids] for given in values], np.int8)
            for key, values in labels.items()
        }
        part = Part(
            tuple(row["id"] for row in rows),
            np.arange(len(rows)),
            with_parents(targets, taxonomy),
            Predictions(probability, accepted, in_set={}),
            {"malform=nb": np.array([row["malform"] == "nb" for row in rows])},
        )
        digests = {CROSS_VALIDATION: "f00d"}
        path = predictions_path(folder)
        save(path, {CROSS_VALIDATION: part}, taxonomy, model_id=scorer.model_id, digests=digests)
        return folder

    return _trained


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "training", "compare", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "OMP_NUM_THREADS": "1", "NO_COLOR": "1"},
    )


def test_the_command_shows_two_models_side_by_side(trained, rows, config):
    weak = trained("b", classifier=replace(config.classifier, c=0.02))
    a, b = trained("a"), weak

    shown, as_json = command(a, b), command(a, b, "--json")

    assert (shown.returncode, shown.stderr) == (0, "")
    assert (as_json.returncode, as_json.stderr) == (0, "")
    told = json.loads(as_json.stdout)
    (part,) = told["parts"]
    assert (part["name"], part["texts"]) == ("cross_validation", len(rows))
    assert f"A: {told['a']}\nB: {told['b']}\n" in shown.stdout
    assert f"Kryssvalidering: {len(rows)} tekster" in shown.stdout
    for heading in ("Andel tekster med samme svar", "Tall (forskjell: B minus A)", "Forskjell i hovedtallet i utsnitt"):
        assert heading in shown.stdout
    assert "De vriene tekstene gjelder et annet etikettskjema" in shown.stdout
    assert told["tricky"] == []
    assert not [row["id"] for row in rows if row["text"] in shown.stdout + as_json.stdout]


def test_a_model_is_not_compared_without_its_own_predictions(trained):
    folder = trained("a")
    path = predictions_path(folder)
    scorer, kept = ModelSource(folder, path).open()
    assert kept.model_id == scorer.model_id

    save(path, kept.parts, scorer.taxonomy, model_id="tiny@89abcdef", digests=kept.digests)
    of_another = command(folder, folder)
    path.write_bytes(path.read_bytes()[:-1])
    damaged = command(folder, folder)
    path.unlink()
    missing = command(folder, folder)

    for failed, problem in (
        (of_another, f"hører til tiny@89abcdef, ikke til {scorer.model_id}"),
        (damaged, "innholdet henger ikke sammen"),
        (missing, "fila finnes ikke"),
    ):
        assert failed.returncode == 1
        assert (failed.stdout, len(failed.stderr.splitlines())) == ("", 1)
        assert problem in failed.stderr
        assert "training run" in failed.stderr


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ModelNotFoundError, match="mappen finnes ikke"):
        model_source(str(tmp_path / "none"), tmp_path).open()


def test_a_tracked_model_is_found_by_run_by_its_id_and_as_champion(trained, config, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
    store = connect()
    with pytest.raises(RunNotFoundError, match="tiny@01234567"):
        model_source("tiny@01234567", tmp_path)
    with pytest.raises(ComparisonError, match="Ingen modell er tatt i bruk"):
        model_source(CHAMPION, tmp_path)

    folder = trained("a")
    run_of_model = store.log(record_of(folder, config, DEFAULT_CONFIG, code_version="1"))
    register(store, run_of_model, {})

    _, kept = ModelSource(folder, predictions_path(folder)).open()
    for place, name in enumerate((run_of_model.id, run_of_model.model_id, CHAMPION)):
        scorer, fetched = model_source(name, tmp_path / f"fetched-{place}").open()
        assert scorer.model_id == fetched.model_id == kept.model_id
        assert fetched.parts[CROSS_VALIDATION].ids == kept.parts[CROSS_VALIDATION].ids
    predictions_path(folder).unlink()
    without = store.log(record_of(folder, config, DEFAULT_CONFIG, code_version="1"))
    with pytest.raises(PredictionsError, match=f"kjøring {without.id} har dem ikke"):
        model_source(without.id, tmp_path / "without")
