"""The sandbox tells every field that the contract's metric models declare, and nothing else, in the declared type."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel

from server.delivery.accounts import Guise, account_of
from server.delivery.engagement import AccountAsk, account_metrics, post_metrics
from server.delivery.metrics import DAILY, FLOWS, POSTS, STATES
from server.delivery.pulse import PostFacts
from social.contract.metrics import ACCOUNT_METRICS, POST_METRICS

PUBLISHED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
REF = "0123456789abcdef0123456789abcdef01234567"
LISTED = json.loads((Path(__file__).parents[1] / "social" / "data" / "metrics.json").read_text(encoding="utf-8"))


def posts_of(network):
    kinds = [{"media": "video"}, {"media": "image"}, {"media": ""}, {"media": "video", "options": {"stories": True}}]
    for changes in kinds:
        facts = PostFacts(
            account=account_of(REF, network),
            social_id="17000000001",
            url="https://example.org/p/1",
            published_at=PUBLISHED,
            text="News #one https://a.org",
            **{"media_count": 1, "options": {}} | changes,
        )
        for days in (0, 0.9, 4, 40):
            yield post_metrics(facts, PUBLISHED + timedelta(days=days))


def accounts_of(network):
    asks = [AccountAsk(), AccountAsk(daily=True), AccountAsk(lifetime=True), AccountAsk(period60_days=True)]
    for ask in asks:
        for started in (0, 20):
            yield account_metrics(replace(account_of(REF, network), started=started), PUBLISHED, posts=1, ask=ask)


def test_a_personal_linkedin_account_tells_what_is_listed_for_it():
    account = Guise(personal=True).of(REF, "linkedin")
    told = account_metrics(account, PUBLISHED, posts=1, ask=AccountAsk())
    assert set(told) == set(LISTED["linkedin"]["personal account"]["int"].split())


def assert_fits(model: BaseModel):
    assert not model.model_extra, f"{type(model).__name__} does not declare {set(model.model_extra)}"
    for value in vars(model).values():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, BaseModel):
                assert_fits(part)


@pytest.mark.parametrize(
    ("scope", "models", "given"), [("post", POST_METRICS, posts_of), ("account", ACCOUNT_METRICS, accounts_of)]
)
def test_every_listed_field_is_told_in_its_declared_type(scope, models, given):
    for network, model in models.items():
        told = set()
        for metrics in given(network):
            read = model.model_validate(metrics, strict=True)
            unfit = {name for name, value in metrics.items() if value is not None and getattr(read, name, None) is None}
            assert unfit == set(), (network, unfit)
            assert_fits(read)
            told |= leaves(read)
        kinds = LISTED[network][scope]
        listed = {path for kind, paths in kinds.items() if kind != "removed" for path in paths.split()}
        assert told == listed, network


def leaves(model: BaseModel, path=""):
    found = set()
    for name, value in vars(model).items():
        if value is None:
            continue
        found.add(path + name)
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, BaseModel) and type(part).__name__ != "Daily":
                found |= leaves(part, f"{path}{name}.")
    return found


def test_the_tables_cover_the_networks_of_the_models():
    assert set(POSTS) == set(POST_METRICS)
    assert set(STATES) == set(FLOWS) == set(ACCOUNT_METRICS)


@pytest.mark.parametrize("network", sorted(DAILY))
def test_what_comes_day_by_day_is_declared_so(network):
    for name in FLOWS[network]:
        assert "Daily" in str(ACCOUNT_METRICS[network].model_fields[name].annotation), name
