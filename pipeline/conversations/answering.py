"""Giving the answers that were decided on, each at most once (promise 1 holds for them as for posts)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.conversations.remarks import Remark
from pipeline.conversations.rules import Decision
from pipeline.ledger.replies import OPEN, Reply, ReplyState
from social.client import SocialClient
from social.contract.comments import ReplyRequest
from social.contract.messages import MessageRequest
from social.contract.reviews import ReviewReplyRequest
from social.errors import NotSent, OutcomeUnknown, RateLimited, Refused

if TYPE_CHECKING:
    from pipeline.ledger import Ledger


@dataclass(slots=True)
class Answered:
    """How a round of answers ended, by key of the remark: the state and, where there is one, the reason."""

    states: dict[str, tuple[ReplyState, str]] = field(default_factory=dict)
    stopped: str = ""


async def settle_open(ledger: "Ledger", remarks: Sequence[Remark], *, quiet: timedelta) -> dict[str, Reply]:
    """What the ledger knows of these remarks, after looking up what earlier runs left open.

    An open answer is given if the network shows one; if not, and it is older than `quiet`, the remark is free again.
    """
    known = await ledger.replies({one.key for one in remarks})
    now = ledger.clock.now()
    for remark in remarks:
        reply = known.get(remark.key)
        if reply is None or reply.state not in OPEN:
            continue
        if remark.answered:
            await ledger.settle_reply(remark.key, ReplyState.ANSWERED, reason="found on the network")
        elif now - reply.claimed_at > quiet:
            await ledger.release_reply(remark.key)
            del known[remark.key]
    return known


async def answer(decisions: Iterable[Decision], *, client: SocialClient, ledger: "Ledger", engagement: str) -> Answered:
    """Claim, send, settle, one after the other. Being rate-limited ends the round; the others stay unclaimed."""
    done = Answered()
    for decision in decisions:
        remark = decision.remark
        if not await ledger.claim_reply(remark.key, engagement=engagement, rule=decision.rule, text=decision.answer):
            continue
        try:
            answer_id = await _send(client, remark, decision.answer)
        except (NotSent, RateLimited) as error:
            # Nothing has left: the next run may try.
            await ledger.release_reply(remark.key)
            done.stopped = str(error)
            return done
        except Refused as error:
            await ledger.settle_reply(remark.key, ReplyState.REFUSED, reason=str(error))
            done.states[remark.key] = (ReplyState.REFUSED, str(error))
        except OutcomeUnknown as error:
            await ledger.settle_reply(remark.key, ReplyState.UNKNOWN, reason=str(error))
            done.states[remark.key] = (ReplyState.UNKNOWN, "nobody answered: the next run looks at the network first")
        else:
            await ledger.settle_reply(remark.key, ReplyState.ANSWERED, answer_id=answer_id)
            done.states[remark.key] = (ReplyState.ANSWERED, "")
    return done


async def _send(client: SocialClient, remark: Remark, text: str) -> str:
    """Send one answer; returns the network's id of it, empty where it gives none."""
    if remark.kind == "review":
        reply = ReviewReplyRequest(review_id=remark.id, platform=remark.network, reply=text)
        await client.reviews.reply(reply)
        return ""
    if remark.kind == "message":
        message = MessageRequest(recipient_id=remark.author_id, conversation_id=remark.place, message=text)
        return (await client.messages.send(remark.network, message)).message_id
    request = ReplyRequest(
        comment_id=remark.id,
        comment=text,
        platforms=[remark.network],
        search_platform_id=True,
        video_id=remark.native_post_id if remark.network == "tiktok" else None,
        comment_urn=remark.urn or None,
    )
    answered = await client.comments.reply(remark.id, request)
    written = answered.networks.get(remark.network)
    return (written.comment_id if written else "") or ""
