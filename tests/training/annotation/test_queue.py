import json

import pytest
from typer.testing import CliRunner

from pobo_nlp.errors import AnnotationError, OutputExistsError, TableError
from pobo_nlp.model.scorer import Scorer
from pobo_nlp.tables import Place
from training.__main__ import app
from training.annotation.queue import queue, read_queue, read_unlabelled, write_queue
from training.corpus import read_corpus


@pytest.fixture
def table(tmp_path, rows):
    lines = [
        "saksnr;tekst",
        "1;Bussen var full og sjåføren kjørte forbi uten å stoppe.",
        "2;Bussen var full og sjåføren kjørte forbi uten å stoppe!",
        "3;Dunken vår er knust, hvem skal bytte den?",
        f"4;{rows[0]['text']}",
        "5;",
        "6;Perrongen på stasjonen er glatt om vinteren.",
    ]
    path = tmp_path / "inn.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.fixture
def asked(table, sources, config, tiny_model):
    corpus = read_corpus(sources, config)
    inquiries = read_unlabelled(Place(str(table)), id_column=None, text_column=None)
    return queue(inquiries, corpus.train, corpus.prior, Scorer.load(tiny_model), config, n=10, random_share=0.25)


def test_neither_empty_nor_annotated_nor_nearly_the_same_is_asked(asked):
    ids = {one.id for one in asked}

    assert ids in ({"1", "3", "6"}, {"2", "3", "6"})


def test_the_random_share_is_marked_in_the_file(asked, tmp_path):
    write_queue(asked, tmp_path / "ut.jsonl", readable_as=None)

    lines = [json.loads(line) for line in (tmp_path / "ut.jsonl").read_text("utf-8").splitlines()]
    assert {line["drawn"] for line in lines} <= {"random", "queue"}
    assert sum(line["drawn"] == "random" for line in lines) == 2
    assert read_queue(tmp_path / "ut.jsonl") == asked
    with pytest.raises(OutputExistsError):
        write_queue(asked, tmp_path / "ut.jsonl", readable_as=None)


def test_a_table_without_texts_is_refused(tmp_path):
    path = tmp_path / "tom.csv"
    path.write_text("id;tekst\n1;\n", "utf-8")

    with pytest.raises(TableError, match="ingen rad har tekst"):
        read_unlabelled(Place(str(path)), id_column=None, text_column=None)


def test_another_file_is_no_queue(table):
    with pytest.raises(AnnotationError, match=r"inn.csv:1: ikke gyldig JSON"):
        read_queue(table)


def test_queue_and_label_studio_from_the_command_line(table, sources, tiny_model, tmp_path):
    out, project = tmp_path / "ut.jsonl", tmp_path / "prosjekt"
    data = ["--taxonomy", sources.taxonomy, "--annotations", sources.annotations, "--lexicon", sources.lexicon]

    made = CliRunner().invoke(app, [*map(str, ["queue", table, "--out", out, "--model", tiny_model, *data])])
    exported = CliRunner().invoke(
        app, [*map(str, ["label-studio", "export", out, "--out", project, "--model", tiny_model])]
    )

    assert (made.exit_code, exported.exit_code) == (0, 0)
    assert "3 av 5 henvendelser" in made.output
    assert len(json.loads((project / "tasks.json").read_text("utf-8"))) == 3


def test_label_errors_show_ids_and_texts_only_where_asked(tiny_model, sources, rows):
    data = ["--taxonomy", sources.taxonomy, "--annotations", sources.annotations, "--model", tiny_model]

    without = CliRunner().invoke(app, [*map(str, ["label-errors", *data])])
    with_texts = CliRunner().invoke(app, [*map(str, ["label-errors", "--show-text", *data])])

    assert (without.exit_code, with_texts.exit_code) == (0, 0)
    assert not any(row["text"] in without.output for row in rows)
    assert any(row["text"] in with_texts.output for row in rows)
