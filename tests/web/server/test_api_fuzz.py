"""Requests made from the OpenAPI document: none makes the server fail, and all answers are as the document says."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, response_schema_conformance, content_type_conformance, status_code_conformance]
ADDRESSES = ("POST /v1/suggest", "POST /v1/decisions", "GET /v1/labels", "GET /v1/model", "GET /v1/health")
WITHOUT_PARAMETERS = 2
WITH_BODY = 60


@pytest.fixture(scope="module")
def document(served):
    return schemathesis.openapi.from_url(f"{served.url}/v1/openapi.json")


def test_every_address_is_tried(document):
    assert {operation.ok().label for operation in document.get_all_operations()} == set(ADDRESSES)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_whatever_is_sent_is_answered_as_the_document_says(document, address, mode):
    method, path = address.split()
    operation = document[path][method]
    if mode is schemathesis.GenerationMode.NEGATIVE and method == "GET":
        pytest.skip("nothing can be wrong where nothing is sent")

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=WITH_BODY if method == "POST" else WITHOUT_PARAMETERS,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def is_answered(case):
        case.call_and_validate(checks=CHECKS)

    is_answered()
