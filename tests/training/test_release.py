"""A release is judged by what lies in the store: predictions are planted there, so that the verdict is known."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest

from pobo_nlp.errors import NoEarlierReleaseError, ReleaseRefusedError, TrackingError
from pobo_nlp.model.artefact_reader import load
from pobo_nlp.model.artefact_writer import save
from pobo_nlp.taxonomy import Taxonomy
from training.compare import Guarded
from training.config import DEFAULT_CONFIG, ROOT, load_config
from training.folds import Predictions
from training.intervals import Interval
from training.kept import Part
from training.predictions import predictions_path
from training.predictions import save as save_predictions
from training.registry import champion, register, version
from training.release import Facts, missing_labels, objections, release, rollback
from training.run_record import record_of
from training.tracking import connect

REPORTS = ("metrics.json", "MODEL_CARD.md")
N_TEXTS = 40


@pytest.fixture
def taxonomy(taxonomy_file):
    return Taxonomy.load(taxonomy_file)


@pytest.fixture
def store(tracking_server, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", tracking_server.uri)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    return connect()


@pytest.fixture
def tracked(store, tiny_model, taxonomy, tmp_path):
    """Tracks a model that is right on a planted share of the texts; each name makes a model of its own."""

    def _tracked(name, *, right=1.0, predictions=True, change=lambda artefact: artefact):
        artefact = change(replace(load(tiny_model).artefact, name=name))
        folder = tmp_path / name
        model_id = save(artefact, folder, reports={report: (tiny_model / report).read_bytes() for report in REPORTS})
        if predictions:
            parts = {"cross_validation": part(artefact.taxonomy, right)}
            digests = {"cross_validation": "0" * 64}
            save_predictions(predictions_path(folder), parts, artefact.taxonomy, model_id=model_id, digests=digests)
        return store.log(record_of(folder, load_config(), DEFAULT_CONFIG, code_version="c0ffee"))

    return _tracked


def part(taxonomy, right):
    """Texts of alternating labels; the first share of them is answered right, the others get the next label."""
    numbers = np.arange(N_TEXTS)
    targets, probability, accepted = {}, {}, {}
    for dimension in taxonomy.dimensions:
        n_labels = len(dimension.labels)
        truth, said = numbers % n_labels, (numbers + (numbers >= right * N_TEXTS)) % n_labels
        targets[dimension.id] = np.eye(n_labels, dtype=np.int8)[truth]
        probability[dimension.id] = np.eye(n_labels)[said]
        accepted[dimension.id] = np.eye(n_labels, dtype=bool)[said]
    in_set = {dimension.id: accepted[dimension.id] for dimension in taxonomy.dimensions if dimension.kind == "single"}
    ids = tuple(f"t-{number}" for number in numbers)
    return Part(ids, numbers, targets, Predictions(probability, accepted, in_set), {"malform=nn": numbers % 4 < 3})


def figure(metric, *, slice_name=None, value=-0.25, is_worse=True):
    return Guarded("cross_validation", metric, slice_name, Interval(value=value, low=-0.5, high=-0.125), is_worse)


def test_nothing_speaks_against_figures_that_are_not_worse(taxonomy):
    facts = Facts(
        {"etikettskjemaet": ()},
        [figure("omraade.top_1", is_worse=False), figure("grunn.micro_f1", value=0.25, is_worse=False)],
    )

    assert objections(facts, taxonomy) == ()


def test_a_figure_that_got_worse_is_told_with_its_interval(taxonomy):
    (told,) = objections(Facts({}, [figure("omraade.macro_f1"), figure("omraade.top_1", is_worse=False)]), taxonomy)

    assert told.startswith("Dårligere enn championen: Område: F1, ")
    assert told.endswith("(Kryssvalidering): −0,250 (−0,500 til −0,125).")


def test_a_slice_that_fell_is_told_by_its_name(taxonomy):
    (told,) = objections(Facts({}, [figure("omraade.top_1", slice_name="malform=nn")]), taxonomy)

    assert "(Kryssvalidering, nynorsk): " in told


def test_every_objection_is_told(taxonomy):
    facts = Facts(
        {"etikettskjemaet": ("omraade/fly",), "championen": ("grunn/annet", "omraade/fly")},
        [figure("omraade.top_1"), figure("grunn.micro_f1")],
        incomparable="de har ingen tekster felles.",
    )

    told = objections(facts, taxonomy)

    assert told[:3] == (
        "Etiketter i etikettskjemaet mangler i modellen: omraade/fly.",
        "Etiketter i championen mangler i modellen: grunn/annet, omraade/fly.",
        "Den kan ikke sammenlignes med championen: de har ingen tekster felles.",
    )
    assert len(told) == 5


def test_labels_are_missing_by_dimension(taxonomy, taxonomy_file):
    toml = taxonomy_file.read_text("utf-8")
    other = Taxonomy.from_toml(toml.replace('id = "pris"', 'id = "tog"').encode(), source="other")

    assert missing_labels(taxonomy, other) == ("grunn/pris",)
    assert missing_labels(other, taxonomy) == ("grunn/tog",)
    assert missing_labels(taxonomy, taxonomy) == ()


def test_a_dimension_that_is_missing_is_told_as_one(taxonomy):
    missing = missing_labels(Taxonomy.default(), taxonomy)

    assert missing == tuple(f"{dimension.id}/*" for dimension in Taxonomy.default().dimensions)


def released(store, run, taxonomy, name, reason=""):
    return release(store, run, taxonomy, reason=reason, samples=50, seed=1, name=name)


def versions(store, name):
    with store.talk() as client:
        return sorted(str(one.version) for one in client.search_model_versions(f"name = '{name}'"))


def test_the_first_sound_model_is_put_in_use(store, tracked, taxonomy):
    run = tracked("first", predictions=False)

    done = released(store, run, taxonomy, "m-first")

    assert (done.version.number, done.before, done.overridden) == ("1", None, ())
    assert champion(store, "m-first") == done.version
    assert done.version.run_id == run.id
    assert done.version.tags == {
        "model_id": run.model_id,
        "data_sha256": run.tags["data_sha256"],
        "code_version": "c0ffee",
        "taxonomy_version": "tiny-1",
        "champion_before": "",
    }


def test_a_model_that_is_no_worse_takes_over_and_rollback_gives_back(store, tracked, taxonomy):
    old, new = tracked("old", right=0.75), tracked("new", right=0.75)
    first = released(store, old, taxonomy, "m-over")

    second = released(store, new, taxonomy, "m-over")

    assert second.before == first.version
    assert second.version.tags["champion_before"] == "1"
    assert champion(store, "m-over") == second.version
    assert rollback(store, "m-over") == (first.version, second.version)
    assert champion(store, "m-over") == first.version
    with pytest.raises(NoEarlierReleaseError, match="versjon 1 er den første"):
        rollback(store, "m-over")
    assert champion(store, "m-over") == first.version
    third = released(store, new, taxonomy, "m-over")
    assert (third.version.number, third.version.tags["champion_before"]) == ("3", "1")


def test_a_worse_model_is_refused_and_nothing_is_registered(store, tracked, taxonomy):
    released(store, tracked("good"), taxonomy, "m-worse")
    worse = tracked("bad", right=0.25)

    with pytest.raises(ReleaseRefusedError, match="tas ikke i bruk") as caught:
        released(store, worse, taxonomy, "m-worse", reason="  ")

    reasons = caught.value.reasons
    assert any(reason.startswith("Dårligere enn championen: Område: ") for reason in reasons)
    assert any("(Kryssvalidering, nynorsk): " in reason for reason in reasons)
    assert all(reason in str(caught.value) for reason in reasons)
    assert "Ingenting er registrert." in str(caught.value)
    assert versions(store, "m-worse") == ["1"]
    assert champion(store, "m-worse").number == "1"


def test_a_reason_is_recorded_with_what_it_overrides(store, tracked, taxonomy):
    released(store, tracked("good2"), taxonomy, "m-reason")

    done = released(store, tracked("bad2", right=0.25), taxonomy, "m-reason", reason="Championen bryter loven.")

    assert done.overridden
    assert champion(store, "m-reason").number == "2"
    tags = version(store, "2", "m-reason").tags
    assert tags["reason"] == "Championen bryter loven."
    assert tags["overridden"].split("\n") == list(done.overridden)


def test_a_model_without_figures_is_not_taken_for_better(store, tracked, taxonomy):
    released(store, tracked("good3"), taxonomy, "m-unknown")

    with pytest.raises(ReleaseRefusedError, match=r"ikke sammenlignes med championen: .*kjøring \w+ har dem ikke"):
        released(store, tracked("unknown", predictions=False), taxonomy, "m-unknown")
    assert versions(store, "m-unknown") == ["1"]


def test_the_model_in_use_is_not_released_again(store, tracked, taxonomy):
    run = tracked("same")
    released(store, run, taxonomy, "m-same")

    with pytest.raises(ReleaseRefusedError, match="Den er champion allerede, som versjon 1"):
        released(store, run, taxonomy, "m-same", reason="likevel")
    assert versions(store, "m-same") == ["1"]


def test_a_label_of_the_scheme_must_be_in_the_model(store, tracked, taxonomy, taxonomy_file):
    toml = taxonomy_file.read_text("utf-8") + '[[grunn]]\nid = "ny"\nnavn = "Ny"\n'
    wanted = Taxonomy.from_toml(toml.encode(), source="larger")
    run = tracked("small")

    with pytest.raises(ReleaseRefusedError, match="Etiketter i etikettskjemaet mangler i modellen: grunn/ny"):
        released(store, run, wanted, "m-label")
    assert versions(store, "m-label") == []
    assert released(store, run, wanted, "m-label", reason="Etiketten er fra i dag.").version.number == "1"


def test_a_label_that_the_champion_has_must_be_in_the_model(store, tracked, taxonomy, taxonomy_file):
    toml = taxonomy_file.read_bytes().replace(b'id = "pris"', b'id = "kostnad"')
    other = Taxonomy.from_toml(toml, source="renamed")
    released(store, tracked("with_pris"), taxonomy, "m-gone")
    run = tracked("with_kostnad", change=lambda artefact: replace(artefact, taxonomy_toml=toml, taxonomy=other))

    with pytest.raises(ReleaseRefusedError, match="Etiketter i championen mangler i modellen: grunn/pris"):
        released(store, run, other, "m-gone")


@pytest.mark.parametrize("reason", ["", "haster"])
def test_a_damaged_model_is_never_put_in_use(store, tracked, taxonomy, tracking_server, reason):
    run = tracked(f"damaged{len(reason)}")
    (lemmas,) = tracking_server.artefacts.glob(f"*/models/{run.logged_model}/artifacts/artifacts/model/lemmas.json")
    lemmas.write_text("{}", "utf-8")

    with pytest.raises(ReleaseRefusedError, match=r"lemmas\.json er endret siden modellen ble laget") as caught:
        released(store, run, taxonomy, "m-damaged", reason)

    assert store.place in str(caught.value)
    assert versions(store, "m-damaged") == []


def test_a_model_that_was_swapped_in_the_store_is_refused(store, tracked, taxonomy, tracking_server):
    run, other = tracked("mine"), tracked("other")
    mine, others = (
        next(tracking_server.artefacts.glob(f"*/models/{one.logged_model}/artifacts/artifacts/model"))
        for one in (run, other)
    )
    shutil.copytree(others, mine, dirs_exist_ok=True)

    with pytest.raises(ReleaseRefusedError, match=f"Modellen i lageret er {other.model_id}"):
        released(store, run, taxonomy, "m-swapped", "haster")


def test_a_damaged_model_is_not_gone_back_to(store, tracked, taxonomy, tracking_server):
    first = tracked("worn")
    released(store, first, taxonomy, "m-worn")
    released(store, tracked("fresh"), taxonomy, "m-worn")
    (lemmas,) = tracking_server.artefacts.glob(f"*/models/{first.logged_model}/artifacts/artifacts/model/lemmas.json")
    lemmas.unlink()

    with pytest.raises(ReleaseRefusedError, match=r"Versjon 1 av m-worn tas ikke i bruk igjen"):
        rollback(store, "m-worn")
    assert champion(store, "m-worn").number == "2"


def test_there_is_nothing_to_go_back_to_where_nothing_was_released(store):
    with pytest.raises(NoEarlierReleaseError, match="ingen versjon av m-none er champion"):
        rollback(store, "m-none")


def test_a_version_that_was_deleted_is_not_gone_back_to(store, tracked, taxonomy):
    released(store, tracked("gone1"), taxonomy, "m-deleted")
    released(store, tracked("gone2"), taxonomy, "m-deleted")
    with store.talk() as client:
        client.delete_model_version("m-deleted", "1")

    with pytest.raises(NoEarlierReleaseError, match="versjon 1 er slettet"):
        rollback(store, "m-deleted")


@pytest.fixture
def behind_gate(failing_at, monkeypatch):
    """Connects to the shared server through a gate at which some requests fail."""

    @contextmanager
    def _behind_gate(*words, **options):
        with failing_at(*words, **options) as uri:
            monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
            yield connect()

    return _behind_gate


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="the alias is refused"),
        pytest.param({"answer_is_lost": True, "times": 1}, id="the alias has moved, but no answer came"),
    ],
)
def test_a_version_whose_alias_fails_is_deleted_again(store, tracked, behind_gate, options):
    name = f"m-alias-{len(options)}"
    first = register(store, tracked("before"), {}, name)
    run = tracked("after")

    with behind_gate("registered-models/alias", **options) as gated, pytest.raises(TrackingError, match="gjorde ikke"):
        register(gated, run, {}, name)

    assert champion(store, name) == first
    assert versions(store, name) == ["1"]


@pytest.mark.parametrize("step", ["registered-models/alias", "model-versions/create"])
def test_a_first_version_that_fails_leaves_no_trace(store, tracked, behind_gate, step):
    run = tracked("lonely")

    with behind_gate(step) as gated, pytest.raises(TrackingError, match="gjorde ikke"):
        register(gated, run, {}, "m-lonely")

    with store.talk() as client:
        assert "m-lonely" not in {model.name for model in client.search_registered_models()}


def test_a_version_that_cannot_be_taken_back_is_told(store, tracked, behind_gate):
    first = register(store, tracked("calm"), {}, "m-left")
    run = tracked("stuck")

    with (
        behind_gate("registered-models/alias", "model-versions/delete") as gated,
        pytest.raises(TrackingError, match=r"Det som var begynt \(versjon 2 av m-left\), kunne ikke tas tilbake"),
    ):
        register(gated, run, {}, "m-left")

    assert champion(store, "m-left") == first


def test_release_and_rollback_are_commands(store, tracked, taxonomy_file, tracking_server, tmp_path):
    first, second, worse = tracked("cli_1"), tracked("cli_2"), tracked("cli_3", right=0.25)

    def training(*words):
        return subprocess.run(
            [sys.executable, "-m", "training", *words],
            cwd=ROOT,
            env=os.environ | {"MLFLOW_TRACKING_URI": tracking_server.uri},
            capture_output=True,
            text=True,
            check=False,
        )

    scheme = ["--taxonomy", str(taxonomy_file)]
    done = [
        training("release", str(tmp_path / "cli_1"), *scheme),
        training("release", second.model_id, *scheme),
        training("rollback"),
        training("release", worse.id, *scheme),
        training("rollback"),
    ]

    assert [one.returncode for one in done] == [0, 0, 0, 1, 1]
    place = tracking_server.uri
    assert done[0].stdout == f"Versjon 1 ({first.model_id}) er nå champion hos {place}.\n"
    assert done[1].stdout == f"Versjon 2 ({second.model_id}) er nå champion hos {place}. Før var det versjon 1.\n"
    assert done[2].stdout == f"Versjon 1 er champion igjen hos {place}, og versjon 2 er det ikke lenger.\n"
    assert [one.stderr for one in done[:3]] == ["", "", ""]
    assert done[3].stderr.startswith(f"Feil: {worse.model_id} (kjøring {worse.id}) tas ikke i bruk:\n")
    assert "Feil: Det er ingen modell å gå tilbake til: versjon 1 er den første." in done[4].stderr
    assert done[3].stdout == done[4].stdout == ""
