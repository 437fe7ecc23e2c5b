"""The auditor: compares ledger, API and lake once the faults have stopped, and says which promise was broken where."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import pandas as pd
from sqlalchemy import select

from pipeline.desk import Desk
from pipeline.ledger import noted_key
from pipeline.ledger.claims import OPEN
from server.store.database import Database
from server.store.schema import deliveries
from social.client import SocialClient
from social.contract.posts import StoredPost

_GONE = ("deleted", "error")
_REASONED = ("filtered", "quarantined", "held", "renamed")
SECOND = timedelta(seconds=1)
_NOBODY: Mapping[str, SocialClient] = MappingProxyType({})


@dataclass
class Findings:
    """Broken promises, and what was counted on the way. `deliveries` are posts times networks that took them."""

    broken: list[str] = field(default_factory=list)
    posts: int = 0
    deliveries: int = 0
    refused: int = 0
    items: int = 0
    latest: timedelta = timedelta(0)

    def say(self, promise: str, where: object, said: str) -> None:
        self.broken.append(f"{promise}: {where}: {said}")


async def audit(
    desk: Desk, server: Database, start: datetime, end: datetime, others: Mapping[str, SocialClient] = _NOBODY
) -> Findings:
    """Look at everything of the world behind `desk` and `server` between two instants.

    `others` are clients of further profiles, by name; the ledger of `desk` then tells of all profiles.
    """
    found = Findings()
    claims, items = await desk.ledger.frame("claims"), await desk.ledger.frame("items")
    history: list[StoredPost] = []
    for profile, client in {desk.profile: desk.client, **others}.items():
        posts = [post async for post in client.history.everything(start, end)]
        _own(found, profile, claims, posts)
        history += posts
    by_key: dict[str, list[StoredPost]] = defaultdict(list)
    for post in history:
        key = noted_key(post.notes)
        if key is None:
            found.say("at most once", post.id, "a post at the API that no ledger knows")
        else:
            by_key[key].append(post)
    _once(found, claims, by_key)
    _ended(found, items, claims)
    for claim in claims.to_dict(orient="records"):
        _agreed(found, claim, by_key.get(str(claim["key"]), []))
    for post in history:
        found.deliveries += sum(one.status == "success" for one in post.post_ids) if post.status != "deleted" else 0
    await _times(found, server)
    _lake(found, desk, claims)
    # Whoever holds a lease on them: in the end nobody works any more.
    if len(left := claims.loc[claims["outcome"].isin(OPEN), "key"]):
        found.say("exactly once", list(left)[:3], f"{len(left)} claims are still open")
    if unkept := await desk.ledger.unkept():
        found.say("agreement", list(unkept)[:3], f"{len(unkept)} ends were never told to the lake")
    return found


def _own(found: Findings, profile: str, claims: pd.DataFrame, posts: Sequence[StoredPost]) -> None:
    goes_to = dict(zip(claims["key"], claims["target"].str.partition(":")[0], strict=True))
    for post in posts:
        if (meant := goes_to.get(noted_key(post.notes), profile)) != profile:
            found.say("at most once", post.id, f"a post for profile {meant} stands at profile {profile}")


def _once(found: Findings, claims: pd.DataFrame, by_key: dict[str, list[StoredPost]]) -> None:
    item_of = {
        str(row["key"]): (row["campaign"], row["source"], row["identity"]) for row in claims.to_dict(orient="records")
    }
    out: Counter[tuple[Any, str]] = Counter()
    for key, posts in by_key.items():
        live = [post for post in posts if post.status not in _GONE]
        if len(live) > 1:
            found.say("at most once", key, f"{len(live)} posts under one key: {[post.id for post in live]}")
        if key not in item_of:
            found.say("at most once", key, "a post under a key that no claim has")
            continue
        for post in live:
            found.posts += 1
            out.update((item_of[key], network) for network in post.platforms)
    for (item, network), times in out.items():
        if times > 1:
            found.say("at most once", item, f"{times} posts on {network}")


def _ended(found: Findings, items: pd.DataFrame, claims: pd.DataFrame) -> None:
    claimed = set(zip(claims["campaign"], claims["source"], claims["identity"], strict=True))
    found.items = len(items)
    for row in items.to_dict(orient="records"):
        item = (row["campaign"], row["source"], row["identity"])
        if row["state"] == "claimed":
            if item not in claimed:
                found.say("exactly once", item, "counts as claimed, but has no claim")
        elif row["state"] not in _REASONED:
            found.say("exactly once", item, f"is {row['state']}: neither posted nor refused")
        elif not row["reason"]:
            found.say("exactly once", item, f"is {row['state']} without a reason")


def _agreed(found: Findings, claim: dict[str, Any], posts: list[StoredPost]) -> None:
    live = [post for post in posts if post.status not in _GONE]
    if claim["outcome"] == "accepted":
        if not posts:
            found.say("agreement", claim["key"], "the ledger says accepted, the API has no such post")
        elif claim["post_id"] not in {post.id for post in posts}:
            found.say("agreement", claim["key"], f"the ledger knows post {claim['post_id']}, the API another one")
    elif claim["outcome"] == "refused":
        found.refused += 1
        if live:
            found.say("agreement", claim["key"], f"the ledger says refused, the API has post {live[0].id}")
        if not claim["reason"]:
            found.say("exactly once", claim["key"], "refused without a reason")


async def _times(found: Findings, server: Database) -> None:
    out = select(deliveries.c.post_id, deliveries.c.at, deliveries.c.sent_at)
    async with server.read() as connection:
        rows = (await connection.execute(out.where(deliveries.c.sent_at.is_not(None)))).all()
    for row in rows:
        late = timedelta(milliseconds=row.sent_at - row.at)
        found.latest = max(found.latest, late)
        if late < -SECOND:
            found.say("time", row.post_id, f"left {-late} before its time")


def _lake(found: Findings, desk: Desk, claims: pd.DataFrame) -> None:
    posts, receipts, runs = (desk.lake.frame(name) for name in ("posts", "receipts", "runs"))
    told = set(zip(posts["key"], posts["post_id"], strict=True))
    answered = set(receipts["key"])
    for claim in claims.to_dict(orient="records"):
        if claim["outcome"] == "accepted" and (claim["key"], claim["post_id"]) not in told:
            found.say("agreement", claim["key"], "accepted in the ledger, not among the posts of the lake")
        if claim["outcome"] in ("accepted", "refused") and claim["key"] not in answered:
            found.say("agreement", claim["key"], f"{claim['outcome']} in the ledger, no receipt in the lake")
    for key in set(posts["key"]) - set(claims["key"]):
        found.say("agreement", key, "a post of the lake that no claim has")
    for row in _unclosed(runs):
        found.say("conservation", row, "the sum of the run does not close")
    twice = posts[posts.duplicated(["key", "network", "status", "social_id", "scheduled_for", "observed_at"])]
    for key in twice["key"].unique():
        found.say("agreement", key, "the same row twice in the lake")


def _unclosed(runs: pd.DataFrame) -> Iterator[str]:
    yield from runs.loc[~runs["closes"].fillna(value=False).astype(bool), "run_id"]
