from dataclasses import replace

import numpy as np
import pytest

from pobo_nlp.errors import AnnotationError
from training.annotation.gain import QUEUE, RANDOM, Cell, Plan, cells, material
from training.annotation.gain_figures import figures, write

PLAN = Plan(seeds=(1, 2), held_out=6, pool=12, first=5, decisions=6, step=3)


def test_a_stopped_simulation_goes_on_and_ends_as_if_it_had_not_been_stopped(sources, config, tmp_path):
    of, digest = material(sources, config)
    done = []

    whole = cells(of, PLAN, tmp_path / "kept", digest, workers=1, on_done=lambda: done.append(1))
    files = sorted((tmp_path / "kept").glob("*/*.safetensors"))
    files[0].unlink()
    files[1].write_bytes(b"half")
    before = files[2].stat().st_mtime_ns
    again = cells(of, PLAN, tmp_path / "kept", digest, workers=1, on_done=lambda: None)

    assert len(done) == len(files) == 4
    assert files[2].stat().st_mtime_ns == before
    assert [cell.answers.tolist() for cell in again] == [cell.answers.tolist() for cell in whole]


def test_both_orders_begin_alike_and_hold_the_same_texts_out(sources, config, tmp_path):
    of, digest = material(sources, config)

    queue, by_chance, *_ = cells(of, PLAN, tmp_path, digest, workers=1, on_done=lambda: None)

    assert (queue.order, by_chance.order) == (QUEUE, RANDOM)
    assert queue.truth.tolist() == by_chance.truth.tolist()
    assert queue.answers[0].tolist() == by_chance.answers[0].tolist()
    assert queue.annotated.tolist() == [5, 8, 11]


def test_too_few_inquiries_are_told(sources, config, tmp_path):
    of, digest = material(sources, config)

    with pytest.raises(AnnotationError, match="21 henvendelser"):
        cells(of, replace(PLAN, decisions=100), tmp_path, digest, workers=1, on_done=lambda: None)


def _cell(order, right):
    """Return answers to twenty texts, so many of them right for both labels alike."""
    truth = np.tile([0, 1], 10)
    answers = [np.where(np.arange(20) < 2 * n, truth, 1 - truth) for n in right]
    return Cell(1, order, np.array([10, 20, 30]), truth, np.arange(20), np.array(answers))


def test_a_queue_that_is_twice_as_fast_needs_half_of_the_decisions(tmp_path):
    found = figures(
        [_cell(QUEUE, [2, 8, 9]), _cell(RANDOM, [2, 5, 8])], replace(PLAN, seeds=(1,)), n_labels=2, samples=20
    )

    assert found["decisions_needed"]["of_mean_curves"]["value"] == 0.5
    assert found["decisions_needed"]["is_reached"]
    assert [path.name for path in write(found, tmp_path / "docs")] == ["queue-gain.json", "queue-gain.svg"]


def test_a_queue_that_never_gets_there_needs_all_decisions():
    found = figures(
        [_cell(QUEUE, [2, 3, 4]), _cell(RANDOM, [2, 5, 8])], replace(PLAN, seeds=(1,)), n_labels=2, samples=20
    )

    assert found["decisions_needed"]["of_mean_curves"]["value"] == 1.0
    assert not found["decisions_needed"]["is_reached"]
