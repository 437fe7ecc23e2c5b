"""Strangers have names, handles and ids as their network gives them."""

import hashlib
import re

import pytest

from server.delivery.people import stranger
from social.networks import NETWORKS

DIGESTS = [hashlib.sha256(bytes([n])).digest() for n in range(64)]


@pytest.mark.parametrize("network", sorted(NETWORKS))
def test_many_people_none_twice(network):
    people = [stranger(network, digest) for digest in DIGESTS]
    assert people == [stranger(network, digest[:8]) for digest in DIGESTS]
    assert len({person.id for person in people}) == len(people)
    assert all(re.fullmatch(r"[a-z]+\d\d(\.bsky\.social)?", person.username) for person in people)
    assert all(" " in person.name and person.picture.startswith("/sandbox/pictures/people/") for person in people)


def test_a_person_is_no_organisation():
    assert stranger("linkedin", DIGESTS[0]).id.startswith("urn:li:person:")
    assert not stranger("telegram", DIGESTS[0]).id.startswith("-")


def test_an_unknown_network_has_no_people():
    with pytest.raises(KeyError):
        stranger("myspace", DIGESTS[0])
