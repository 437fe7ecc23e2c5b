"""Any call that the description allows, and many it does not, get an answer within the description and never a 5xx.

A few drawn examples per operation, the same at each run; `make fuzz` draws many.
"""

import os
import socket
import traceback

import httpx
import pytest
import requests
import schemathesis
from anyio.from_thread import start_blocking_portal
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from social.networks import NETWORKS

BASE = "https://sandbox.dovecote.localhost"
EXAMPLES = int(os.environ.get("DOVECOTE_FUZZ_EXAMPLES", "4"))
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
DRAWN = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def no_names(monkeypatch):
    """No host name leads anywhere: what is drawn must not be looked up."""

    def lost(host, *_, **__):
        raise socket.gaierror(socket.EAI_NONAME, f"no name {host!r} here")

    monkeypatch.setattr(socket, "getaddrinfo", lost)


@pytest.fixture
def api(make_host, client_of, no_names):
    """Sends one prepared request to a host in memory and returns the answer."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(make_host()) as host,
        portal.wrap_async_context_manager(client_of(host)) as client,
    ):

        def send(prepared: requests.PreparedRequest) -> httpx.Response:
            request = client.build_request(
                prepared.method, prepared.url, headers=dict(prepared.headers), content=prepared.body
            )
            return portal.call(client.send, request)

        yield send


@pytest.fixture
def known(api):
    """Ids that exist, so that what is drawn does not always miss."""

    def create(path, **body):
        return api(requests.Request("POST", f"{BASE}/api{path}", json=body).prepare()).json()["id"]

    later = {"scheduleDate": "2026-03-09T09:00:00Z"}
    return [
        create("/post", post="Fresh bread", platforms=["bluesky", "linkedin"]),
        create("/post", post="Fresh buns", platforms=["facebook"], **later),
        create("/links", url="https://example.org/bread"),
    ]


def operations(api):
    """All but older spellings, which lead to the same handlers, and the sandbox's controls, which make faults."""
    description = api(requests.Request("GET", f"{BASE}/openapi.json").prepare()).json()
    for methods in description["paths"].values():
        for operation in methods.values():
            # Keys are always sent: with drawn ones nearly every call would end at the door.
            del operation["security"]
    for found in schemathesis.openapi.from_dict(description).get_all_operations():
        operation = found.ok()
        if operation.path.startswith("/api/") and not operation.definition.raw.get("deprecated"):
            yield operation


def attempt(operation, mode, api, known):
    answered = []

    @DRAWN
    @given(
        case=operation.as_strategy(generation_mode=mode),
        hit=st.integers(0, 2),
        an_id=st.sampled_from(known),
        networks=st.lists(st.sampled_from(sorted(NETWORKS)), min_size=1, max_size=3, unique=True),
    )
    def one(case, hit, an_id, networks):
        if hit:
            aim(case, an_id, networks)
        prepared = requests.Request(**case.as_transport_kwargs(base_url=BASE)).prepare()
        response = api(prepared)
        answered.append(response.status_code)
        case.validate_response(response, checks=CHECKS)

    try:
        one()
    except Unsatisfiable:
        # A call without any field has nothing that could be wrong.
        assert mode is schemathesis.GenerationMode.NEGATIVE
    return answered


def aim(case, an_id, networks):
    """Let ids and networks of a drawn call be ones that exist."""
    real = {"id": an_id, "platforms": networks, "platform": networks[0]}
    for part in (case.path_parameters, case.query, case.body):
        if isinstance(part, dict):
            part |= {name: real[name] for name in part.keys() & real.keys()}


# The server runs in a thread beside the drawing, and its drivers use `random`: Hypothesis blames the strategies.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module:hypothesis.errors.HypothesisDeprecationWarning")
def test_answers_stay_within_the_description(api, known):
    failures, answered = [], {mode: [] for mode in schemathesis.GenerationMode}
    for operation in operations(api):
        for mode in schemathesis.GenerationMode:
            try:
                answered[mode] += attempt(operation, mode, api, known)
            except (AssertionError, BaseExceptionGroup) as error:
                told = "".join(traceback.format_exception(error))[-3000:]
                failures.append(f"{operation.label} ({mode.value}): {told}")
    assert not failures, "\n\n".join(failures)
    allowed = answered[schemathesis.GenerationMode.POSITIVE]
    assert allowed.count(200) > len(allowed) / 5, "too many of the drawn calls are refused to prove anything"
