import json

import pytest

from pobo_nlp.taxonomy import Taxonomy
from training import learning_curve as curve


@pytest.fixture
def test_file(rows, write):
    return write("test_a.jsonl", [{**row, "id": f"x-{n}", "group": f"x-{n}"} for n, row in enumerate(rows[::2])])


def test_every_combination_of_shares_is_judged(sources, config, test_file, tmp_path, monkeypatch):
    monkeypatch.setattr(curve, "SHARES_OF_INQUIRIES", (0.5, 1.0))
    monkeypatch.setattr(curve, "SHARES_OF_PHRASES", (0.0, 1.0))
    done = []

    points = curve.learning_curve(sources, test_file, config, workers=1, on_done=lambda: done.append(1))

    assert len(done) == curve.n_points() == 4
    assert [(point.inquiries, point.phrases) for point in points] == [(11, 0), (11, 3), (21, 0), (21, 3)]
    for point in points:
        assert set(point.figures) == {"omraade", "grunn"}
        for interval in point.figures.values():
            assert 0 <= interval["low"] <= interval["value"] <= interval["high"] <= 1
    # What is judged stands among what the largest model is fitted on.
    assert points[-1].figures["omraade"]["value"] == 1.0
    figures, picture = curve.write(points, test_file, Taxonomy.load(sources.taxonomy), tmp_path / "docs")
    assert json.loads(figures.read_text("utf-8"))["judged_on"] == "test_a.jsonl"
    first = picture.read_bytes()
    curve.write(points, test_file, Taxonomy.load(sources.taxonomy), tmp_path / "docs")
    assert picture.read_bytes() == first
