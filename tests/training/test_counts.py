from training.counts import tables
from training.validate import validate

REQUIREMENTS = """
opening = {words = 3, most = 9}
[implied]
[official_names]
tog = ["tog"]
bibliotek = ["bibliotek"]
[part.train]
labels = {omraade = 7}
near_misses = {grunn = 0}
[lexicon]
"""


def test_texts_and_phrases_are_counted_by_part_and_label(rows, write, sources):
    (sources.annotations / "requirements.toml").write_text(REQUIREMENTS, "utf-8")
    write("annotated/test_a.jsonl", [{**rows[0], "id": "x", "group": "x", "text": "Toget gikk forbi biblioteket."}])
    write(
        "annotated/test_other.jsonl",
        [{"id": "o", "text": "Hello there", "kind": "english", "annotator": "a", "source": "synthetic"}],
    )

    parts, areas, causes = tables(validate(sources, near_duplicate=0.7))

    of_parts = {cells[0]: cells[1:] for cells in parts.rows}
    assert parts.headings == ("", "train", "test_a")
    assert of_parts["henvendelser"] == ("21", "1")
    assert of_parts["malform=nn"] == ("28.6 %", "0.0 %")
    assert of_parts["med tjenestens offisielle navn"][1] == "100.0 %"
    assert parts.note == "Uten etikett: english 1"
    assert areas.headings == ("etikett", "trening", "nynorsk", "prøve", "fraser")
    assert list(areas.rows) == [
        ("bibliotek", "7", "2", "1", "0"),
        ("renovasjon", "7", "2", "0", "1"),
        ("tog", "7", "2", "0", "1"),
    ]
    assert areas.note == "Minst 7 i trening for hver etikett."
    assert causes.headings == ("etikett", "trening", "nynorsk", "nesten-treff", "prøve", "fraser")
