"""Boosting the posts that do best through the ads of Facebook and Instagram, within a budget; and what that cost."""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from pipeline.desk import Desk
from pipeline.forms import Settings
from pipeline.ledger.boosts import OPEN, BoostState, KnownBoost, boost_key
from social.client import SocialClient
from social.contract.ads import RUN_HOURS, Ad, AdsQuery, BoostRequest, Places, SpendQuery
from social.errors import NotSent, OutcomeUnknown, RateLimited, Refused
from social.instants import parse_instant

if TYPE_CHECKING:
    import pandas as pd

SPEND_DAYS = 30
"""Days of spend read back each time: Meta corrects its newest days for a while."""

Amount = Annotated[Decimal, Field(gt=0, max_digits=9, decimal_places=2)]


class BoostPolicy(Settings):
    """Which posts become ads, for whom, and what that may cost. Money is in the currency of the ad account."""

    name: str = Field(
        default="boost", pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=64, description="Name of the budget. a-z, 0-9, -."
    )
    network: Literal["facebook", "instagram"] = Field(default="facebook", description="Where posts are boosted.")
    account: str = Field(default="", description="Id of the ad account. Empty: the only one that is active.")
    most: int = Field(default=1, ge=1, le=20, description="Posts boosted in one run, the best first.")
    above: float = Field(
        default=2, ge=1, description="Only posts that did so many times as well as the usual post of the network."
    )
    within_days: int = Field(default=7, ge=1, description="Only posts that went out within so many days.")
    daily: Amount = Field(default=Decimal(5), description="Budget of one boost for a day.")
    days: int = Field(default=3, ge=2, le=60, description="Days a boost runs.")
    limit: Amount = Field(
        default=Decimal(50), description="All boosts of this name together may cost so much within `limit_days`."
    )
    limit_days: int = Field(default=30, ge=1, description="The days `limit` is meant for.")
    goal: str = Field(
        default="engagement", description="engagement, interactions, awareness_views or awareness_audience."
    )
    bid: Amount | None = Field(default=None, description="Highest bid. Empty: the network's choice.")
    countries: list[str] = Field(default=[], description="Two-letter codes of the countries whose people see it.")
    min_age: int = Field(default=18, ge=13, le=65, description="Age of the youngest who see it.")
    max_age: int = Field(default=65, ge=13, le=65, description="Age of the oldest who see it.")
    beneficiary: str = Field(default="", description="Who profits from the ad, for the rules of the EU.")
    payor: str = Field(default="", description="Who pays for the ad, for the rules of the EU.")

    @property
    def amount(self) -> Decimal:
        """What one boost may cost over its whole run."""
        return self.daily * self.days


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A post that should be boosted: how many times the usual it did, and what the boost may cost."""

    post_id: str
    said: str
    score: float
    amount: Decimal


@dataclass(slots=True)
class Boosted:
    """How boosts ended, by post: the state and the reason."""

    states: dict[str, tuple[BoostState, str]] = field(default_factory=dict)
    stopped: str = ""


async def account_of(client: SocialClient, policy: BoostPolicy) -> str:
    """The ad account that pays. Raises ValueError when there is none, or several and none was named."""
    found = (await client.ads.accounts(policy.network)).ad_accounts
    if policy.account:
        return policy.account
    active = [str(one["accountId"]) for one in found if str(one.get("status", "")).lower() == "active"]
    if len(active) == 1:
        return active[0]
    known = ", ".join(active) or "none"
    raise ValueError(f"policy.account is empty and {len(active)} ad accounts of {policy.network} are active: {known}")


async def settle_open(
    desk: Desk, policy: BoostPolicy, account: str, known: Mapping[str, KnownBoost]
) -> dict[str, KnownBoost]:
    """What is known after boosts that lost their answer were looked up: those with an ad are boosted, others free."""
    still = dict(known)
    for boost in [one for one in known.values() if one.state in OPEN]:
        ads = await _ads_of(desk.client, policy, account, boost.post_id)
        if ads:
            await desk.ledger.settle_boost(boost.key, BoostState.BOOSTED, reason="found at the API", ad_id=ads[0].ad_id)
        elif desk.clock.now() - boost.claimed_at > timedelta(seconds=desk.quiet_seconds):
            await desk.ledger.release_boost(boost.key)
            del still[boost.key]
    return still


async def _ads_of(client: SocialClient, policy: BoostPolicy, account: str, post_id: str) -> list[Ad]:
    try:
        return (await client.ads.list(policy.network, AdsQuery(account_id=account, post_id=post_id))).ads
    except Refused:
        # A post that is gone has no ads.
        return []


def propose(
    ranked: "pd.DataFrame", policy: BoostPolicy, known: Collection[str], *, left: Decimal, now: datetime
) -> list[Proposal]:
    """The best posts that were not boosted yet, as many as the money `left` allows.

    `ranked` comes from `questions.worth_repeating` of the network's posts alone; `known` are keys of boosts.
    """
    young = now - timedelta(days=policy.within_days)
    room = min(policy.most, int(left // policy.amount))
    found = [
        Proposal(
            post_id=str(row["post_id"]),
            said=str(row["title"] or row["text"] or "")[:200],
            score=float(row["score"]),
            amount=policy.amount,
        )
        for row in ranked.to_dict(orient="records")
        if row["score"] >= policy.above
        and row["out_at"] >= young
        and boost_key(policy.network, str(row["post_id"])) not in known
    ]
    return found[:room]


async def proposals(desk: Desk, policy: BoostPolicy, known: Collection[str]) -> tuple[list[Proposal], Decimal]:
    """What should be boosted by the numbers in the lake, and the money that is left for it."""
    now = desk.clock.now()
    spent = await desk.ledger.committed(policy.name, now - timedelta(days=policy.limit_days))
    ranked = await asyncio.to_thread(_ranked, desk, policy, now)
    return propose(ranked, policy, known, left=policy.limit - spent, now=now), policy.limit - spent


def _ranked(desk: Desk, policy: BoostPolicy, now: datetime) -> "pd.DataFrame":
    from dataclasses import replace  # noqa: PLC0415

    import pandas as pd  # noqa: PLC0415  (slow to import)

    from pipeline import questions  # noqa: PLC0415

    # Older posts tell what is usual.
    asked = questions.numbers(desk.lake, since=now - timedelta(days=max(90, policy.within_days)), profile=desk.profile)
    own = replace(
        asked,
        posts=asked.posts[asked.posts["network"] == policy.network],
        aged=asked.aged[asked.aged["network"] == policy.network],
    )
    try:
        return questions.worth_repeating(own, most=len(own.posts))
    except questions.TooFewPosts:
        return pd.DataFrame(columns=["post_id", "score", "title", "text", "out_at"])


async def boost(desk: Desk, policy: BoostPolicy, account: str, wanted: Sequence[Proposal]) -> Boosted:
    """Claim, boost, settle, one after the other. Raises ValueError when nobody was named who should see the ads."""
    if wanted and not policy.countries:
        raise ValueError("policy.countries is empty: name the countries whose people should see the ads, such as DE")
    done = Boosted()
    since = desk.clock.now() - timedelta(days=policy.limit_days)
    for one in wanted:
        key = boost_key(policy.network, one.post_id)
        claimed = await desk.ledger.claim_boost(
            policy.network, one.post_id, budget=policy.name, amount=one.amount, limit=policy.limit, since=since
        )
        if not claimed:
            continue
        try:
            ad = await desk.client.ads.boost(policy.network, _request(policy, account, one, desk.clock.now()))
        except (NotSent, RateLimited) as error:
            # Nothing has left: the next run may try.
            await desk.ledger.release_boost(key)
            done.stopped = str(error)
            return done
        except Refused as error:
            await desk.ledger.settle_boost(key, BoostState.REFUSED, reason=str(error))
            done.states[one.post_id] = (BoostState.REFUSED, str(error))
        except OutcomeUnknown as error:
            await desk.ledger.settle_boost(key, BoostState.UNKNOWN, reason=str(error))
            said = "nobody answered: the next run looks for the ad before anything is boosted again"
            done.states[one.post_id] = (BoostState.UNKNOWN, said)
        else:
            await desk.ledger.settle_boost(key, BoostState.BOOSTED, ad_id=ad.ad_id)
            done.states[one.post_id] = (BoostState.BOOSTED, "")
    return done


def _request(policy: BoostPolicy, account: str, one: Proposal, now: datetime) -> BoostRequest:
    return BoostRequest(
        post_id=one.post_id,
        account_id=account,
        ad_name=f"{policy.name} {one.post_id}",
        goal=policy.goal,
        budget=policy.daily,
        bid_amount=policy.bid,
        locations=Places(countries=policy.countries),
        min_age=policy.min_age,
        max_age=policy.max_age,
        end_date=now + max(timedelta(days=policy.days), timedelta(hours=RUN_HOURS)),
        dsa_beneficiary=policy.beneficiary or None,
        dsa_payor=policy.payor or None,
    )


async def spend_rows(desk: Desk, policy: BoostPolicy, account: str) -> list[dict[str, Any]]:
    """What ads of the account cost and brought in the last days, as rows of `ad_spend`, one for each ad and day."""
    now = desk.clock.now()
    query = SpendQuery(account_id=account, start_date=now - timedelta(days=SPEND_DAYS), end_date=now, limit=1000)
    answer = await desk.client.ads.history(policy.network, query)
    return list(_spend(answer.history, network=policy.network, account=account, now=now, source=desk.source))


def _spend(
    history: Sequence[Mapping[str, Any]], *, network: str, account: str, now: datetime, source: str
) -> Iterator[dict[str, Any]]:
    for row in history:
        metrics = row.get("metrics") or {}
        yield {
            "observed_at": now,
            "network": str(row.get("network") or network),
            "account_id": account,
            "ad_id": str(row["adId"]),
            "ad_name": row.get("adName"),
            "post_id": row.get("postId"),
            "day": parse_instant(str(row["spendDate"])),
            "status": row.get("status"),
            "spend": _number(row.get("spend")),
            "impressions": _number(metrics.get("impressions")),
            "reach": _number(metrics.get("reach")),
            "clicks": _number(metrics.get("clicks")),
            "source": source,
        }


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def keep_spend(desk: Desk, rows: Sequence[dict[str, Any]], *, run_id: str) -> int:
    """Append what is new or was corrected; returns how many rows. Blocks."""
    if not rows:
        return 0
    known = desk.lake.frame("ad_spend").sort_values("observed_at").drop_duplicates(["ad_id", "day"], keep="last")
    told = {(one.ad_id, one.day): (one.spend, one.impressions, one.clicks) for one in known.itertuples()}
    fresh = [
        row for row in rows if told.get((row["ad_id"], row["day"])) != (row["spend"], row["impressions"], row["clicks"])
    ]
    return desk.lake.append("ad_spend", fresh, batch=f"{run_id}/ad_spend")
