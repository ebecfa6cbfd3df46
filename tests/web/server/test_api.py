"""The interface for other systems: what it answers, and what it refuses."""

import threading
from uuid import uuid4

import httpx
import pytest

from pobo_nlp.store import Store

TEXT = "Jeg fikk avslag på søknaden om hjemmesykepleie, og kommunen svarer ikke på telefonen."


def a_decision(**changes):
    content = {
        "inquiry_id": f"sak-{uuid4()}",
        "answers": {"tjenesteomrade": {"status": "decided", "labels": ["fastlege"]}, "arsak": {"status": "unknown"}},
        "by": "KN",
        "seen": 0,
        "save_key": str(uuid4()),
    }
    return content | changes


def test_a_text_gets_the_suggestion_of_the_scorer(client, scorer):
    answer = client.post("/v1/suggest", json={"texts": [TEXT]})

    assert answer.status_code == 200
    assert answer.json() == {"model": scorer.model_id, "suggestions": [_as_sent(scorer.suggest([TEXT])[0])]}


def test_texts_keep_their_order_and_ids_and_name_the_model(client, scorer):
    texts = [{"id": "b", "text": TEXT}, "For kort", {"id": "a", "text": "Eg fekk ikkje time hos fastlegen."}]

    answer = client.post("/v1/suggest", json={"texts": texts}).json()

    assert [one["id"] for one in answer["suggestions"]] == ["b", "2", "a"]
    assert {one["model"] for one in answer["suggestions"]} == {scorer.model_id}
    assert answer["suggestions"][1]["review"] == ["too_short"]


def test_evidence_is_given_for_one_text_and_for_several_where_it_is_asked_for(client):
    def has_evidence(**content):
        answer = client.post("/v1/suggest", json=content).json()
        return [any(label["evidence"] for label in one["suggestions"]["arsak"]) for one in answer["suggestions"]]

    assert has_evidence(texts=[TEXT]) == [True]
    assert has_evidence(texts=[TEXT], evidence=False) == [False]
    assert has_evidence(texts=[TEXT, TEXT]) == [False, False]
    assert has_evidence(texts=[TEXT, TEXT], evidence=True) == [True, True]


def test_a_thousand_texts_are_taken_and_one_more_is_refused(client):
    most = client.post("/v1/suggest", json={"texts": [TEXT] * 1000})
    too_many = client.post("/v1/suggest", json={"texts": [TEXT] * 1001})

    assert len(most.json()["suggestions"]) == 1000
    assert too_many.status_code == 422
    assert too_many.json()["errors"][0]["place"] == "texts"


def test_a_text_that_is_too_long_is_refused_by_its_place(client):
    refused = client.post("/v1/suggest", json={"texts": ["kort", {"id": "x", "text": "ord " * 15_000}]})

    assert refused.status_code == 422
    assert any(one["place"].startswith("texts.1") for one in refused.json()["errors"])
    assert "ord" not in refused.text


def test_labels_are_those_of_the_model(client, scorer):
    answer = client.get("/v1/labels").json()

    assert answer["model"] == scorer.model_id
    assert {one["id"]: [label["id"] for label in one["labels"]] for one in answer["dimensions"]} == {
        dimension.id: list(dimension.label_ids) for dimension in scorer.taxonomy.dimensions
    }


def test_model_and_health_name_the_model(client, scorer):
    model, health = client.get("/v1/model").json(), client.get("/v1/health").json()

    assert model["model"] == health["model"] == scorer.model_id
    assert model["max_chars"] == scorer.artefact.limits.max_chars
    assert (health["status"], health["store"]) == ("ok", "ok")


def test_a_decision_is_kept_with_what_became_of_each_label(client, served, scorer):
    suggested = client.post("/v1/suggest", json={"texts": [TEXT]}).json()["suggestions"][0]
    content = a_decision(suggested=suggested, text=TEXT, note="Ringte to ganger", seconds_used=12.5, register="kort")

    kept = client.post("/v1/decisions", json=content)

    assert kept.status_code == 201
    assert kept.json()["model"] == scorer.model_id
    decision = kept.json()["decision"]
    assert (decision["version"], decision["model"]) == (1, scorer.model_id)
    outcomes = {one["label"]: one["outcome"] for one in decision["verdicts"]}
    assert outcomes["fastlege"] == "changed"
    found = Store(served.store, scorer.taxonomy).newest(content["inquiry_id"])
    assert (found.by, found.register, found.seconds_used) == ("KN", "kort", 12.5)


def test_the_same_save_is_kept_once_and_another_with_its_key_is_refused(client):
    content = a_decision()
    first, again = (client.post("/v1/decisions", json=content) for _ in range(2))
    other = client.post("/v1/decisions", json={**content, "by": "AB"})

    assert first.json() == again.json()
    assert other.status_code == 409


def test_who_decides_second_is_shown_what_the_first_decided(client):
    content = a_decision()
    client.post("/v1/decisions", json=content)
    conflict = client.post("/v1/decisions", json={**content, "by": "AB", "save_key": str(uuid4())})

    assert conflict.status_code == 409
    assert conflict.headers["content-type"] == "application/problem+json"
    problem = conflict.json()
    assert (problem["seen"], problem["current"], problem["theirs"]["by"]) == (0, 1, "KN")
    after = client.post("/v1/decisions", json={**content, "by": "AB", "save_key": str(uuid4()), "seen": 1})
    assert after.json()["decision"]["version"] == 2


def test_of_two_who_decide_at_once_one_is_kept_and_one_is_told(served):
    content, statuses = a_decision(), []

    def decide(by):
        with served.client() as client:
            answer = client.post("/v1/decisions", json={**content, "by": by, "save_key": str(uuid4())})
            statuses.append(answer.status_code)

    threads = [threading.Thread(target=decide, args=(f"R{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [201, 409, 409, 409]


@pytest.mark.parametrize(
    "changes",
    [
        {"answers": {"tjenesteomrade": {"status": "decided", "labels": ["finnes_ikke"]}}},
        {"answers": {"finnes_ikke": {"status": "unknown"}}},
        {"by": " "},
        {"by": "K\nN"},
        {"answers": {}},
        {"seen": -1},
        {"seen": 10**30},
        {"seconds_used": 1e300},
        {"note": "x" * 10_001},
        {"register": "sms"},
        {"ukjent": 1},
        {"text": 7},
    ],
)
def test_a_decision_that_does_not_fit_is_refused_with_all_faults(client, changes):
    refused = client.post("/v1/decisions", json=a_decision(**changes))

    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["errors"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 10_000 + b"]" * 10_000, 400),
        (b'{"texts":' * 10_000, 400),
        (b'{"texts": ["\xff\xfe"]}', 400),
        (b'{"texts": ["\\ud800"]}', 422),
        (b"", 422),
        (b"{", 400),
        (b"null", 422),
        (b'{"texts": NaN}', 422),
        (b'{"texts": [' + b"1" * 5000 + b"]}", 400),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(client, body, status):
    refused = client.post("/v1/suggest", content=body, headers={"Content-Type": "application/json"})

    assert refused.status_code == status
    assert refused.headers["content-type"] == "application/problem+json"


def test_signs_that_no_text_has_are_answered_for_and_not_failed_on(client):
    answer = client.post("/v1/suggest", json={"texts": [f"{TEXT}\x00\x1b", "", " ", "\u202e\U0001f600" * 50]})

    assert answer.status_code == 200
    assert all(one["review"] for one in answer.json()["suggestions"])


def test_what_is_not_there_is_a_problem_too(client):
    for answer in (client.get("/v1/nei"), client.delete("/v1/suggest"), client.get("/v1/decisions")):
        assert answer.status_code in (404, 405)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code


def test_the_document_tells_every_address_and_its_problems(client):
    document = client.get("/v1/openapi.json").json()

    assert set(document["paths"]) == {"/v1/suggest", "/v1/labels", "/v1/model", "/v1/decisions", "/v1/health"}
    problems = document["paths"]["/v1/decisions"]["post"]["responses"]
    assert set(problems) >= {"201", "401", "403", "408", "409", "413", "415", "422", "429", "503"}
    assert set(problems["409"]["content"]) == {"application/problem+json"}


def test_metrics_count_texts_and_decisions_and_hold_no_text(client):
    def counted(name):
        lines = client.get("/metrics").text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    names = ("pobo_texts_total", "pobo_review_total", 'pobo_decided_labels_total{dimension="tjenesteomrade"')
    before = [counted(name) for name in names]
    client.post("/v1/suggest", json={"texts": [TEXT, "kort"]})
    content = a_decision()
    client.post("/v1/decisions", json=content)

    assert [counted(name) - value for name, value in zip(names, before, strict=True)] == [2, 1, 1]
    text = client.get("/metrics").text
    assert 'pobo_requests_total{method="POST",route="/v1/suggest",status="200"}' in text
    assert "pobo_request_seconds_bucket" in text
    assert "hjemmesykepleie" not in text
    assert content["inquiry_id"] not in text


def test_a_store_that_is_gone_is_told_and_the_same_save_is_kept_once_when_it_is_back(serve, tmp_path):
    served = serve()
    away, content = tmp_path / "borte", a_decision()
    with served.client() as client:
        served.store.rename(away)
        refused, health = client.post("/v1/decisions", json=content), client.get("/v1/health")
        away.rename(served.store)
        kept = client.post("/v1/decisions", json=content)

    assert (refused.status_code, health.status_code) == (503, 503)
    assert "save_key" in refused.json()["detail"]
    assert refused.headers["retry-after"]
    assert str(tmp_path) not in refused.text
    assert (kept.status_code, kept.json()["decision"]["version"]) == (201, 1)


def _as_sent(suggestion):
    return httpx.Response(200, json=suggestion.to_dict()).json()
