"""Signatures of webhooks: what is signed verifies, and nothing else does (analytics.md 10.4)."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from social.signatures import BadSignature, sign, verify

NOW = datetime(2026, 10, 1, 8, tzinfo=UTC)
BODY = '{"action":"scheduled","text":"Grüße"}'.encode()
V1 = "X-Authorization-Content-SHA256"
V2 = "X-Authorization-Content-SHA256-V2"


def test_the_signature_is_that_of_the_contract():
    right = hmac.new(b"secret", BODY, hashlib.sha256).hexdigest()
    assert sign(BODY, ["secret"], NOW) == {"X-Authorization-Timestamp": "1790841600", V1: right, V2: f"v1={right}"}


def test_without_a_secret_nothing_is_signed():
    assert sign(BODY, [], NOW) == {"X-Authorization-Timestamp": "1790841600"}


def test_two_secrets_sign_during_rotation_and_either_verifies():
    headers = sign(BODY, ["new", "old"], NOW)
    assert headers[V2].count("v1=") == 2
    for secret in ("new", "old"):
        assert verify(BODY, headers, secret, now=NOW) == BODY
    assert verify(BODY, headers, "", "old", now=NOW) == BODY


def test_header_names_are_read_in_any_case_and_the_older_header_alone_is_enough():
    headers = {name.upper(): value for name, value in sign(BODY, ["secret"], NOW).items()}
    assert verify(BODY, headers, "secret", now=NOW) == BODY
    del headers[V2.upper()]
    assert verify(BODY, headers, "secret", now=NOW) == BODY


@pytest.mark.parametrize(
    ("body", "secrets", "change", "complaint"),
    [
        (BODY + b" ", ["secret"], {}, "does not fit"),
        (BODY, ["other"], {}, "does not fit"),
        (BODY, [], {}, "does not fit"),
        (BODY, [""], {}, "does not fit"),
        (BODY, ["secret"], {V1: "", V2: ""}, "not signed"),
        (BODY, ["secret"], {V1: "é", V2: "v1=é"}, "does not fit"),
        (BODY, ["secret"], {V2: "v1="}, "not signed"),
        (BODY, ["secret"], {"X-Authorization-Timestamp": ""}, "not seconds"),
        (BODY, ["secret"], {"X-Authorization-Timestamp": "9" * 30}, "not seconds"),
    ],
)
def test_what_is_not_signed_right_is_refused(body, secrets, change, complaint):
    with pytest.raises(BadSignature, match=complaint):
        verify(body, sign(BODY, ["secret"], NOW) | change, *secrets, now=NOW)


@pytest.mark.parametrize(("seconds", "fine"), [(300, True), (301, False), (-300, True), (-301, False)])
def test_what_was_sent_too_long_ago_is_refused(seconds, fine):
    headers = sign(BODY, ["secret"], NOW)
    later = NOW + timedelta(seconds=seconds)
    if fine:
        assert verify(BODY, headers, "secret", now=later) == BODY
        return
    with pytest.raises(BadSignature, match="ago"):
        verify(BODY, headers, "secret", now=later)


def test_the_age_that_is_taken_can_be_chosen():
    headers = sign(BODY, ["secret"], NOW)
    assert verify(BODY, headers, "secret", now=NOW + timedelta(hours=1), oldest=timedelta(hours=2)) == BODY
