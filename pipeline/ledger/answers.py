"""From the API's words to receipts: answers, rows of history, and the errors of a call."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from pipeline.records import Claim, NetworkReceipt, Outcome, Receipt
from social.contract.codes import IDEMPOTENCY_KEY_SEEN
from social.contract.posts import ErrorItem, PostAnswer, PostId, StoredPost
from social.errors import KeySeen, NotSent, RateLimited, Refused, SocialError

_FAILED = "failed"


def receipt_of(key: str, answer: PostAnswer | StoredPost, platforms: Iterable[str]) -> Receipt:
    """What an answer of `POST /post` or a row of history says about the claim `key` for `platforms` (posts.md 3.9, 4).

    Accepted as soon as one network took it; refused when all said no. A deleted post was accepted once.
    """
    refused = _refused(answer)
    networks = {network.platform: network for network in (*_taken(answer), *refused)}
    if answer.status == "error" and not any(one.outcome is Outcome.ACCEPTED for one in networks.values()):
        outcome = Outcome.REFUSED
    else:
        outcome = Outcome.ACCEPTED
        # Scheduled posts have no ids yet: what was not refused will go out.
        waiting = [platform for platform in platforms if platform not in networks and answer.status != "error"]
        networks |= {platform: NetworkReceipt(platform=platform, outcome=Outcome.ACCEPTED) for platform in waiting}
    return Receipt(
        key=key,
        outcome=outcome,
        post_id=answer.id or "",
        status=answer.status,
        scheduled_for=answer.schedule_date,
        networks=tuple(networks[platform] for platform in sorted(networks)),
        reason=_reason(answer) if outcome is Outcome.REFUSED or refused else "",
        code=next((error.code for error in answer.errors if error.code is not None), None),
    )


def receipt_of_error(claim: Claim, error: SocialError) -> Receipt:
    """What an error says about a claim: its class decides, see `social.errors`."""
    if isinstance(error, NotSent | RateLimited):
        return unsent(claim, str(error))
    if isinstance(error, KeySeen):
        return Receipt(key=claim.key, outcome=Outcome.UNKNOWN, reason=str(error), code=IDEMPOTENCY_KEY_SEEN)
    if isinstance(error, Refused):
        return Receipt(key=claim.key, outcome=Outcome.REFUSED, status="error", reason=str(error), code=error.code)
    return Receipt(key=claim.key, outcome=Outcome.UNKNOWN, reason=str(error))


def unsent(claim: Claim, reason: str) -> Receipt:
    """Nothing left this time. A claim never attempted before is certainly unsent; another one stays unknown."""
    outcome = Outcome.PENDING if claim.attempted_at is None else Outcome.UNKNOWN
    return Receipt(key=claim.key, outcome=outcome, reason=f"not sent: {reason}")


def platforms_of(claim: Claim) -> list[str]:
    """The networks the claim's body asks for."""
    body: dict[str, Any] = json.loads(claim.body)
    return list(body.get("platforms", []))


def _taken(answer: PostAnswer | StoredPost) -> list[NetworkReceipt]:
    return [_network(post) for post in answer.post_ids if post.platform]


def _network(post: PostId) -> NetworkReceipt:
    if post.status == "error" or post.id == _FAILED:
        return NetworkReceipt(
            platform=post.platform, outcome=Outcome.REFUSED, message="the network could not process it"
        )
    return NetworkReceipt(
        platform=post.platform, outcome=Outcome.ACCEPTED, social_id=post.id or "", url=post.post_url or ""
    )


def _refused(answer: PostAnswer | StoredPost) -> list[NetworkReceipt]:
    return [
        NetworkReceipt(platform=error.platform, outcome=Outcome.REFUSED, code=error.code, message=error.message)
        for error in answer.errors
        if error.platform
    ]


def _reason(answer: PostAnswer | StoredPost) -> str:
    said = _spoken(answer.errors) or str((answer.model_extra or {}).get("message", ""))
    return said or f"the API answered {answer.status!r} without a reason"


def _spoken(errors: Sequence[ErrorItem]) -> str:
    return "; ".join(
        f"{error.platform or 'all'}: {error.message or 'refused'}" + (f" (code {error.code})" if error.code else "")
        for error in errors
    )
