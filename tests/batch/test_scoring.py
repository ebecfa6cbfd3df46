import json

import pytest

from pobo_nlp.batch.scoring import score_table
from pobo_nlp.errors import ColumnError, RowError, TableError, UnknownFormatError
from pobo_nlp.tables import open_table

SENTINEL = "hemmelegord"
CARE = "Vedtaket om hjemmesykepleie er innvilget, men ingen kommer om kvelden."
DOCTOR = "Fastlegen vil ikke henvise meg, og eg har venta i tre veker på svar."


@pytest.fixture
def write(tmp_path):
    def _write(name, content, encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content.encode(encoding))
        return path

    return _write


def _rows(path):
    return [dict(row.values) for row in open_table(path).rows()]


def _json_lines(*rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_columns_and_rows_of_the_input_are_kept_in_their_order(write, scorer, tmp_path):
    source = write("inn.csv", f"kontor;Saksnr;Tekst;dato\nNord;007;{CARE};1.2.26\nSør;006;{DOCTOR};2.2.26\n")
    summary = score_table(source, tmp_path / "ut.csv", scorer)
    written = _rows(tmp_path / "ut.csv")

    assert open_table(tmp_path / "ut.csv").columns[:4] == ("kontor", "Saksnr", "Tekst", "dato")
    assert [{name: row[name] for name in ("kontor", "Saksnr", "Tekst", "dato")} for row in written] == _rows(source)
    assert list(written[0])[4:] == list(summary.added.values())


def test_a_row_gets_what_the_scorer_suggests_for_its_text(write, scorer, tmp_path):
    score_table(write("inn.csv", f"tekst\n{CARE}\n{DOCTOR}\n"), tmp_path / "ut.csv", scorer)
    suggestions = scorer.suggest([CARE, DOCTOR])

    for row, suggestion in zip(_rows(tmp_path / "ut.csv"), suggestions, strict=True):
        assert row["tjenesteomrade"] == suggestion.suggestions["tjenesteomrade"][0].label
        assert row["model"] == scorer.model_id


def test_what_comes_out_looks_like_what_came_in(write, scorer, tmp_path):
    source = write("inn.csv", "id,tekst\n1,blåbær på brødskiva mi\n", "cp1252")
    score_table(source, tmp_path / "ut.csv", scorer)

    assert (tmp_path / "ut.csv").read_bytes().startswith("id,tekst,tjenesteniva,".encode("cp1252"))
    assert "blåbær på brødskiva mi".encode("cp1252") in (tmp_path / "ut.csv").read_bytes()


def test_difficult_fields_come_out_as_they_went_in(write, scorer, tmp_path):
    text = 'Sa "nei; aldri"\nog la på.\r\nJeg ringte igjen'
    quoted = text.replace('"', '""')
    source = write("inn.csv", f'id;tekst\n004518;"{quoted}"\n')
    score_table(source, tmp_path / "ut.csv", scorer)

    assert [(row["id"], row["tekst"]) for row in _rows(tmp_path / "ut.csv")] == [("004518", text)]


@pytest.mark.parametrize("n_rows", [0, 1, 255, 256, 257])
def test_as_many_rows_come_out_as_went_in(write, scorer, tmp_path, n_rows):
    source = write("inn.csv", "id;tekst\n" + "".join(f"{number};time hos lege {number}\n" for number in range(n_rows)))
    totals, steps = [], []
    summary = score_table(source, tmp_path / "ut.csv", scorer, on_total=totals.append, on_rows=steps.append)

    assert summary.rows == n_rows
    assert [row["id"] for row in _rows(tmp_path / "ut.csv")] == [str(number) for number in range(n_rows)]
    assert totals == [n_rows]
    assert sum(steps) == n_rows


def test_an_existing_column_is_kept_beside_the_suggested_one(write, scorer, tmp_path):
    source = write("inn.csv", f"id;tekst;tjenesteomrade;review\n1;{CARE};satt av menneske;x\n")
    score_table(source, tmp_path / "ut.csv", scorer)
    (row,) = _rows(tmp_path / "ut.csv")

    assert (row["tjenesteomrade"], row["review"]) == ("satt av menneske", "x")
    assert row["tjenesteomrade_suggested"] in scorer.taxonomy.dimension("tjenesteomrade").label_ids
    assert "review_suggested" in row


def test_a_table_that_was_scored_can_be_scored_again(write, scorer, tmp_path):
    score_table(write("inn.csv", f"id;tekst\n1;{CARE}\n"), tmp_path / "en.csv", scorer)
    score_table(tmp_path / "en.csv", tmp_path / "to.csv", scorer)
    score_table(tmp_path / "to.csv", tmp_path / "tre.csv", scorer)
    (row,) = _rows(tmp_path / "tre.csv")

    assert row["arsak"] == row["arsak_suggested"] == row["arsak_suggested_suggested"]


@pytest.mark.parametrize(
    "text", [pytest.param("", id="nothing"), pytest.param("   ", id="spaces"), pytest.param("!?", id="no words")]
)
def test_a_row_without_words_is_empty_and_gets_no_label(write, scorer, tmp_path, text):
    summary = score_table(write("inn.csv", f"id;tekst\n1;{text}\n"), tmp_path / "ut.csv", scorer)
    (row,) = _rows(tmp_path / "ut.csv")
    labels = {name: row[name] for name in summary.added if name not in ("review", "malform", "model")}

    assert row["review"] == "empty"
    assert set(labels.values()) == {""}
    assert summary.review == {"empty": 1}


def test_json_lines_become_csv_and_come_back(write, scorer, tmp_path):
    rows = [{"id": "007", "text": CARE}, {"id": "008", "text": 'Å, «nei»; sa "hun"\nog gikk'}]
    source = write("inn.jsonl", _json_lines(*rows))
    score_table(source, tmp_path / "ut.csv", scorer)
    back = tmp_path / "ut.jsonl"
    score_table(tmp_path / "ut.csv", back, scorer)

    assert [{"id": row["id"], "text": row["text"]} for row in _rows(back)] == rows
    assert all(row["arsak"] == row["arsak_suggested"] for row in _rows(back))


def test_a_probability_is_a_number_in_json_lines(write, scorer, tmp_path):
    score_table(write("inn.jsonl", _json_lines({"text": CARE})), tmp_path / "ut.jsonl", scorer)
    (row,) = _rows(tmp_path / "ut.jsonl")

    assert 0.0 < row["tjenesteomrade_probability"] <= 1.0


def test_values_of_json_keep_their_type(write, scorer, tmp_path):
    given = {"id": 7, "text": CARE, "n": 0.5, "ja": True, "tom": None, "liste": ["å"], "objekt": {"a": 1}}
    score_table(write("inn.jsonl", _json_lines(given)), tmp_path / "ut.jsonl", scorer)
    (row,) = _rows(tmp_path / "ut.jsonl")

    assert {name: row[name] for name in given} == given


def test_a_null_text_counts_as_empty(write, scorer, tmp_path):
    score_table(write("inn.jsonl", _json_lines({"text": None})), tmp_path / "ut.jsonl", scorer)
    (row,) = _rows(tmp_path / "ut.jsonl")

    assert row["text"] is None
    assert row["review"] == "empty"


def test_a_row_without_the_text_key_is_told_with_its_line(write, scorer, tmp_path, all_words_of):
    source = write("inn.jsonl", _json_lines({"text": "a"}) + "\n" + _json_lines({"annet": SENTINEL}))

    with pytest.raises(RowError, match="linje 3: feltet «text» mangler") as caught:
        score_table(source, tmp_path / "ut.csv", scorer)

    assert SENTINEL not in all_words_of(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["inn.jsonl"]


def test_columns_can_be_named(write, scorer, tmp_path):
    source = write("inn.csv", f"id;tekst;nr;notat\n1;;7;{CARE}\n")
    summary = score_table(source, tmp_path / "ut.csv", scorer, id_column="nr", text_column="notat")

    assert (summary.columns.id, summary.columns.text) == ("nr", "notat")
    assert summary.review["empty"] == 0


@pytest.mark.parametrize("named", [{}, {"text_column": "borte"}, {"id_column": "borte", "text_column": "notat"}])
def test_nothing_is_written_where_a_column_is_missing(write, scorer, tmp_path, named):
    source = write("inn.csv", f"id;notat\n1;{CARE}\n")

    with pytest.raises(ColumnError, match=r"ingen kolonne med tekst|kolonnen «borte» finnes ikke"):
        score_table(source, tmp_path / "ut.csv", scorer, **named)

    assert [path.name for path in tmp_path.iterdir()] == ["inn.csv"]


def test_nothing_is_written_where_the_third_row_does_not_fit(write, scorer, tmp_path, all_words_of):
    source = write("inn.csv", f"id;tekst\n1;{CARE}\n2;{DOCTOR}\n3;{SENTINEL};x\n4;{CARE}\n")
    target = write("ut.csv", "gammel")
    told = []

    with pytest.raises(RowError, match="linje 4: 3 felter") as caught:
        score_table(source, target, scorer, on_rows=told.append)

    assert target.read_text("utf-8") == "gammel"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inn.csv", "ut.csv"]
    assert SENTINEL not in all_words_of(caught.value)
    assert told == []


def test_the_same_file_in_and_out_is_refused_and_kept(write, scorer, tmp_path):
    source = write("inn.csv", f"id;tekst\n1;{CARE}\n")
    before = source.read_bytes()

    with pytest.raises(TableError, match="inn og ut er samme fil"):
        score_table(source, tmp_path / "." / "inn.csv", scorer)

    assert source.read_bytes() == before


def test_an_unknown_ending_of_the_output_is_refused(write, scorer, tmp_path):
    source = write("inn.csv", f"id;tekst\n1;{CARE}\n")

    with pytest.raises(UnknownFormatError, match="er ukjent"):
        score_table(source, tmp_path / "ut.docx", scorer)

    assert [path.name for path in tmp_path.iterdir()] == ["inn.csv"]


def test_the_summary_counts_what_was_written(write, scorer, tmp_path):
    english = "I do not understand the letter that you sent to my mother last week."
    source = write("inn.csv", f"id;tekst\n1;{CARE}\n2;\n3;Nei\n4;{english}\n5;\n")
    summary = score_table(source, tmp_path / "ut.csv", scorer)
    written = _rows(tmp_path / "ut.csv")

    assert (summary.review["empty"], summary.review["too_short"], summary.review["language_not_supported"]) == (2, 1, 1)
    assert sum(summary.settled.values()) == summary.rows == len(written)
    assert all(summary.settled[row["settled"]] for row in written)


def test_what_a_person_set_in_a_later_row_is_kept(write, scorer, tmp_path):
    source = write(
        "inn.jsonl", '{"id": "1", "text": "a b c"}\n{"id": "2", "text": "a b c", "arsak": "satt", "mer": 1}\n'
    )

    score_table(source, tmp_path / "ut.jsonl", scorer)

    second = _rows(tmp_path / "ut.jsonl")[1]
    assert (second["arsak"], second["mer"]) == ("satt", 1)
    assert "arsak_suggested" in second


def test_those_who_may_read_the_input_may_read_the_output(write, scorer, tmp_path):
    source = write("inn.csv", "id;tekst\n1;hei\n")
    source.chmod(0o640)

    score_table(source, tmp_path / "ut.csv", scorer)

    assert (tmp_path / "ut.csv").stat().st_mode & 0o777 == 0o640
