import json

import pytest

from pobo_nlp.batch.columns import Columns
from pobo_nlp.batch.scoring import ROWS_AT_ONCE, suggested_rows
from pobo_nlp.tables import open_table

CARE = "Vedtaket om hjemmesykepleie er innvilget, men ingen kommer om kvelden."


@pytest.fixture
def suggested(scorer, tmp_path):
    def _suggested(name, content, columns):
        (tmp_path / name).write_text(content, "utf-8")
        return list(suggested_rows(open_table(tmp_path / name), columns, scorer))

    return _suggested


def test_each_row_comes_with_its_text_and_its_suggestion(suggested, scorer):
    ((text, suggestion),) = suggested("inn.csv", f"id;tekst\n007;{CARE}\n", Columns("id", "tekst"))

    assert text == CARE
    assert suggestion.id == "007"
    assert suggestion.suggestions == scorer.suggest(CARE).suggestions
    assert suggestion.suggestions["tjenesteomrade"][0].evidence


def test_a_row_without_id_goes_by_its_line(suggested):
    rows = suggested("inn.csv", f"id;tekst\n;{CARE}\n8;{CARE}\n", Columns("id", "tekst"))

    assert [suggestion.id for _, suggestion in rows] == ["2", "8"]
    assert [one.id for _, one in suggested("to.csv", f"tekst\n{CARE}\n", Columns(None, "tekst"))] == ["2"]


@pytest.mark.parametrize(
    "row", [{"id": 1}, {"id": 1, "text": None}, {"id": 1, "text": ["a"]}, {"id": 1, "text": "a\0"}]
)
def test_a_row_without_a_readable_text_counts_as_empty(suggested, row):
    lines = json.dumps(row) + "\n" + json.dumps({"text": CARE}) + "\n"
    rows = suggested("inn.jsonl", lines, Columns("id", "text"))

    assert rows[0][0] == ""
    assert rows[0][1].review == ("empty",)
    assert rows[1][0] == CARE


def test_rows_come_in_their_order_over_several_chunks(suggested):
    n_rows = ROWS_AT_ONCE + 3
    content = "id;tekst\n" + "".join(f"{number};time\n" for number in range(n_rows))

    assert [one.id for _, one in suggested("inn.csv", content, Columns("id", "tekst"))] == list(map(str, range(n_rows)))
