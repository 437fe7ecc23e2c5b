"""Answers of the API turned into samples: one observed number each, under the network's own name for it.

Nested objects are flattened with dots (`publicMetrics.likeCount`). Only numbers become samples: text, booleans and
lists (demographics, `playlists`, the day-by-day `values`) do not. Of a metric asked for with `daily` the period's sum
remains, as `<metric>.total` (analytics.md 4.2). What the network did not give makes no sample, never a 0 (promise 5).
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from math import isfinite
from typing import Any

from pipeline.analytics.metrics import DECLINED, ESTIMATED, FACTS, NULLABLE, TEXT_NUMBERS
from pipeline.records import Sample
from social.contract.analytics import AnalyticsAnswer
from social.contract.links import LinksAnswer, LinkStats
from social.instants import utc
from social.networks import NETWORKS

_NO_NAMES: frozenset[str] = frozenset()


def numbers(analytics: Mapping[str, Any], network: str) -> Iterator[tuple[str, float | None]]:
    """Every number in one network's `analytics` as (dotted raw name, value); None = the network declined to tell.

    Values are in the network's own units (`pipeline/analytics/metrics.py` knows them).
    """
    declined = DECLINED.get(network)
    for name, value in _leaves(analytics, TEXT_NUMBERS.get(network, _NO_NAMES)):
        told = value is not None and value != declined and isfinite(value)
        yield name, value if told else None


def post_samples(answer: AnalyticsAnswer, *, post_id: str, observed_at: datetime, source: str) -> list[Sample]:
    """Samples of `POST /analytics/post`, for every network that answered; an X thread gives one set per tweet.

    Raises ValueError when `observed_at` carries no zone.
    """
    at = utc(observed_at)
    return [
        sample(at, source, post_id, (network, block.id or ""), reading)
        for network, block in answer.networks()
        for reading in numbers(block.analytics, network)
    ]


def withdrawn(found: Iterable[Sample], told: Collection[str]) -> list[Sample]:
    """A sample without a value for every metric that was told before and is not any more, of networks that answered.

    `told` are names as `network:metric`. The sample's `social_id` is that of the network's first other one.
    """
    samples = list(found)
    now = {_name(sample.network, sample.metric) for sample in samples}
    first = {sample.network: sample for sample in reversed(samples)}
    gone = [name.partition(":") for name in sorted(set(told) - now)]
    return [
        replace(first[network], metric=metric, value=None, quality="withdrawn")
        for network, _, metric in gone
        if network in first
    ]


def digest(
    found: Iterable[Sample], answered: Collection[str], before: Collection[str] = ()
) -> tuple[frozenset[str], str]:
    """Which metrics an answer told, as `network:metric`, and a hash of their values that tells equal answers.

    `found` are the samples of the networks that `answered`; any other keeps the names `before`.
    """
    values = {(one.network, one.social_id, one.metric): one.value for one in found}
    kept = {name for name in before if name.partition(":")[0] not in answered}
    told = kept | {_name(network, metric) for network, _, metric in values}
    return frozenset(told), hashlib.sha256(repr(sorted(values.items())).encode()).hexdigest()[:32]


def account_samples(answer: AnalyticsAnswer, *, observed_at: datetime, source: str, account: str = "") -> list[Sample]:
    """Samples of `POST /analytics/social`. `social_id` is the network's id of the account, else `account`; no post id.

    Raises ValueError when `observed_at` carries no zone.
    """
    at = utc(observed_at)
    return [
        sample(at, source, "", (network, account_id(block.analytics) or block.id or account), reading)
        for network, block in answer.networks()
        for reading in numbers(block.analytics, network)
    ]


def account_id(analytics: Mapping[str, Any]) -> str:
    """The network's own id of an account within its analytics; empty when there is none."""
    value = analytics.get("id")
    return str(value) if isinstance(value, str | int) else ""


def link_samples(answer: LinksAnswer, *, observed_at: datetime, source: str) -> list[Sample]:
    """Clicks of short links (content.md 8.3). `social_id` is the link's id; `network` is filled for `socialClicks`.

    Metrics: `totalClicks`, `socialClicks` (by network), `browserCounts.<browser>`, `refererCounts.<referrer>`.
    Raises ValueError when `observed_at` carries no zone.
    """
    at = utc(observed_at)
    return [
        sample(at, source, "", (network, link.id), (metric, value))
        for link in answer.analytics
        for network, metric, value in _clicks(link)
    ]


def sample(at: datetime, source: str, post_id: str, of: tuple[str, str], reading: tuple[str, float | None]) -> Sample:
    """One reading, a (metric, value), as a sample of (network, its id of the thing measured)."""
    metric, value = reading
    sure = "estimated" if metric in ESTIMATED.get(of[0], _NO_NAMES) else "exact"
    return Sample(
        observed_at=at,
        post_id=post_id,
        network=of[0],
        social_id=of[1],
        metric=metric,
        value=value,
        quality="withheld" if value is None else sure,
        source=source,
    )


def _leaves(tree: Mapping[str, Any], text_numbers: frozenset[str]) -> Iterator[tuple[str, float | None]]:
    for key, value in tree.items():
        if key in FACTS:
            continue
        kind = type(value)
        if kind is int or kind is float:
            yield key, float(value)
        elif kind is dict:
            yield from _prefixed(key, value)
        elif (kind is str and key in text_numbers and value.isdecimal()) or (value is None and key in NULLABLE):
            yield key, None if value is None else float(value)


def _prefixed(prefix: str, tree: Mapping[str, Any]) -> Iterator[tuple[str, float | None]]:
    for key, value in tree.items():
        kind = type(value)
        if kind is int or kind is float:
            yield f"{prefix}.{key}", float(value)
        elif kind is dict:
            yield from _prefixed(f"{prefix}.{key}", value)


def _clicks(link: LinkStats) -> Iterator[tuple[str, str, float]]:
    yield "", "totalClicks", link.total_clicks
    for name, count in link.social_clicks.items():
        known = name in NETWORKS
        yield (name, "socialClicks", count) if known else ("", f"socialClicks.{name}", count)
    yield from (("", f"browserCounts.{name}", count) for name, count in link.browser_counts.items())
    yield from (("", f"refererCounts.{name}", count) for name, count in link.referer_counts.items())


def _name(network: str, metric: str) -> str:
    # Metrics' names come from outside; the ledger keeps a set of them as words.
    return f"{network}:{''.join(metric.split())}"
