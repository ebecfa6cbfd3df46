"""What the page is made of, without a server."""

import re
from dataclasses import replace
from io import BytesIO

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from starlette.datastructures import FormData

from pobo_nlp.store import Answer, Suggested
from pobo_nlp.store.decision import SuggestedLabel
from pobo_nlp.taxonomy import Taxonomy
from pobo_nlp.web.choices import Choice, answers_of, carried_over, choices_of, preselected
from pobo_nlp.web.label_search import search
from pobo_nlp.web.languages import CATALOGUES, best_language, translations
from pobo_nlp.web.view import dimension_views
from pobo_nlp.web.words import sureness
from pobo_nlp.web.work import contradictions, read_work

TEXT = "Mor fikk innvilget hjemmesykepleie, men 🙂 ingen kommer om kvelden."


@pytest.fixture(scope="module")
def taxonomy():
    return Taxonomy.default()


@pytest.fixture(scope="module")
def suggested():
    return Suggested(
        "default@12345678",
        "nb",
        {
            "tjenesteniva": (SuggestedLabel("kommunal", 0.9, True),),
            "tjenesteomrade": (SuggestedLabel("fastlege", 0.8, True), SuggestedLabel("legevakt", 0.1, False)),
            "arsak": (SuggestedLabel("ventetid", 0.7, True), SuggestedLabel("omfang", 0.2, False)),
            "systemflagg": (SuggestedLabel("tomt_vedtak", 0.9, True),),
            "henvendelsestype": (SuggestedLabel("sak", 0.9, True),),
        },
    )


def messages_of(root):
    """Return every message of the code and the templates."""
    methods = [("**.py", "python"), ("**/templates/**.jinja", "jinja2")]
    options = {"**/templates/**.jinja": {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}}
    keywords = {"_": None, "gettext": None, "marked": None, "say": None}
    found = extract_from_dir(root / "pobo_nlp" / "web", methods, options, keywords)
    return {message for _, _, message, _, _ in found if message}


def messages_of_scheme(taxonomy):
    labels = [label for dimension in taxonomy.dimensions for label in dimension.labels]
    texts = [text for label in labels for text in (label.name, label.definition, label.border, label.question)]
    return {text for text in [*texts, *(dimension.name for dimension in taxonomy.dimensions)] if text}


@pytest.mark.parametrize("name", CATALOGUES)
def test_no_message_is_without_nynorsk_and_none_is_left_over(name, root, taxonomy):
    catalogue = read_po(BytesIO((root / f"pobo_nlp/web/locale/nn/{name}.po").read_bytes()), locale="nn")
    translated = {message.id for message in catalogue if message.id and message.string and not message.fuzzy}

    wanted = messages_of(root) if name == "page" else messages_of_scheme(taxonomy)

    assert len(wanted) > 100
    assert wanted - translated == set()
    assert translated - wanted == set()


@pytest.mark.parametrize("name", CATALOGUES)
def test_nynorsk_keeps_places_and_ids(name, root, taxonomy):
    ids = {label for dimension in taxonomy.dimensions for label in dimension.label_ids if "_" in label}
    catalogue = read_po(BytesIO((root / f"pobo_nlp/web/locale/nn/{name}.po").read_bytes()), locale="nn")

    def kept(text):
        return sorted(re.findall(r"%\(\w+\)s|%s", text) + [word for word in re.findall(r"\w+", text) if word in ids])

    assert [message.id for message in catalogue if message.id and kept(message.id) != kept(message.string)] == []


def test_nynorsk_has_no_words_of_bokmal_alone(root):
    bokmal = re.compile(
        r"\b(ikke|jeg|hva|hvordan|hvem|noen|noe|fra|mer|bare|en|et|uten|tjeneste\w*|sykehus\w*)\b", re.I
    )

    for name in CATALOGUES:
        catalogue = read_po(BytesIO((root / f"pobo_nlp/web/locale/nn/{name}.po").read_bytes()), locale="nn")
        texts = [re.sub(r"\w+_\w+", "", message.string) for message in catalogue if message.id]
        assert [text for text in texts if bokmal.search(text)] == []


def test_a_label_of_another_scheme_is_shown_as_it_is():
    assert translations("nn").gettext("Et helt annet område") == "Et helt annet område"


@pytest.mark.parametrize(
    ("asked", "language"), [("nn", "nn"), ("nb-NO,nn;q=0.5", "nb"), ("en-GB,nn;q=0.5", "nn"), ("", "nb")]
)
def test_the_browsers_language_is_the_first_that_the_page_has(asked, language):
    assert best_language(asked, "nb") == language


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (1.0, "svært sikker"),
        (0.895, "svært sikker"),
        (0.894, "ganske sikker"),
        (0.4, "usikker"),
        (0.15, "mulig"),
        (0.0, "lite trolig"),
    ],
)
def test_words_fit_the_percentage_that_is_shown(probability, words):
    assert sureness(probability) == words


def test_what_is_accepted_is_preselected_but_no_question_is_answered(suggested, taxonomy):
    chosen = preselected(suggested, taxonomy)

    assert chosen["tjenesteomrade"].labels == ("fastlege",)
    assert chosen["arsak"].labels == ("ventetid",)
    assert "systemflagg" not in chosen


def test_a_question_that_nobody_answers_stays_open(suggested, taxonomy):
    answers = answers_of(preselected(suggested, taxonomy), taxonomy, suggested)

    assert "systemflagg" not in answers
    assert answers["arsak"] == Answer("decided", ("ventetid",))


def test_a_question_that_is_answered_with_no_is_decided(suggested, taxonomy):
    answers = answers_of({"systemflagg": Choice(refused=("tomt_vedtak",))}, taxonomy, suggested)

    assert answers["systemflagg"] == Answer("decided")


def test_nothing_chosen_is_none_only_beside_a_suggestion_that_could_be_trusted(suggested, taxonomy):
    without_question = replace(suggested, labels={**suggested.labels, "systemflagg": ()})
    in_doubt = replace(without_question, review=("language_not_supported",))

    assert answers_of({}, taxonomy, without_question)["systemflagg"] == Answer("decided")
    assert answers_of({}, taxonomy, in_doubt) == {}
    assert answers_of({}, taxonomy, None) == {}


def test_the_level_follows_from_the_area(suggested, taxonomy):
    choices = {"tjenesteniva": Choice(labels=("kommunal",)), "tjenesteomrade": Choice(labels=("ortopedi",))}

    assert answers_of(choices, taxonomy, suggested)["tjenesteniva"] == Answer("decided", ("spesialist",))


def test_the_level_stands_alone_where_the_area_is_not_known(suggested, taxonomy):
    choices = {"tjenesteniva": Choice(labels=("kommunal",)), "tjenesteomrade": Choice("unknown")}

    answers = answers_of(choices, taxonomy, suggested)

    assert answers["tjenesteniva"] == Answer("decided", ("kommunal",))
    assert answers["tjenesteomrade"] == Answer("unknown")


def test_what_the_adviser_touched_stays_when_the_suggestion_changes():
    before = {"a": Choice(labels=("x",)), "b": Choice(labels=("x",))}
    posted = {"a": Choice(labels=("y",)), "b": Choice(labels=("x",))}
    after = {"a": Choice(labels=("z",)), "b": Choice(labels=("z",))}

    assert carried_over(posted, before, after) == {"a": Choice(labels=("y",)), "b": Choice(labels=("z",))}


def test_answers_come_back_as_the_choices_they_were(suggested, taxonomy):
    choices = {
        "tjenesteomrade": Choice("unknown"),
        "arsak": Choice(labels=("omfang",)),
        "systemflagg": Choice(refused=("tomt_vedtak",)),
    }

    answers = answers_of(choices, taxonomy, suggested)

    assert {name: choices_of(answers, suggested, taxonomy)[name] for name in choices} == choices


def test_a_form_that_nobody_understands_is_empty(taxonomy):
    form = FormData(
        [("seen", "-1"), ("item", "nan"), ("seconds", "1e999"), ("suggested", "[" * 20_000), ("choice.arsak", "ukjent")]
    )

    work = read_work(form, taxonomy)

    assert (work.seen, work.item, work.seconds, work.suggested) == (0, None, None, None)
    assert all(choice.is_empty for choice in work.choices.values())


def test_line_breaks_count_as_one_sign(taxonomy):
    assert read_work(FormData([("text", "a\r\nb")]), taxonomy).text == "a\nb"


def test_a_label_beside_vet_ikke_is_a_contradiction(taxonomy):
    work = read_work(FormData([("choice.arsak", "omfang"), ("status.arsak", "unknown")]), taxonomy)

    assert [dimension.id for dimension in contradictions(work, taxonomy)] == ["arsak"]


def test_evidence_is_counted_as_browsers_count(scorer, taxonomy):
    suggestion = scorer.suggest(TEXT)

    (area,) = [
        one for one in dimension_views(TEXT, suggestion.suggestions, {}, taxonomy, str) if one.id == "tjenesteomrade"
    ]

    units = TEXT.encode("utf-16-le")
    shown = re.findall(r"\[(\d+), (\d+),", area.listed[0].evidence)
    words = [units[2 * int(start) : 2 * int(end)].decode("utf-16-le") for start, end in shown]

    assert len(words) > 1
    assert words == [TEXT[one.start : one.end] for one in suggestion.suggestions["tjenesteomrade"][0].evidence]


def test_no_key_stands_for_two_things(scorer, taxonomy):
    views = dimension_views(TEXT, scorer.suggest(TEXT).suggestions, {}, taxonomy, str)

    keys = [label.key for view in views for label in view.listed if label.key]

    assert len(set(keys)) == len(keys)
    assert not set(keys) & set("vintm")


def test_search_finds_by_meaning_and_puts_names_first(taxonomy):
    (group, *_) = [found for name, found in search(taxonomy, "sykehjem", str) if name == "Tjenesteområde"]

    assert group[0].id == "sykehjem_langtid"
    assert "bolig_heldogns" in [label.id for label in group]


def test_search_takes_words_of_both_languages(taxonomy):
    say = translations("nn").gettext

    for query in ("sjukeheim", "sykehjem"):
        assert "sykehjem_langtid" in [label.id for _, found in search(taxonomy, query, say) for label in found]


def test_search_for_nothing_shows_all(taxonomy):
    n_labels = sum(len(dimension.labels) for dimension in taxonomy.dimensions)

    assert sum(len(found) for _, found in search(taxonomy, "", str)) == n_labels
