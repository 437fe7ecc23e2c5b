"""Carrying out a saved plan: exactly what it says, or nothing and the reason (promise 3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as replaced
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from pipeline.campaign import TimingPolicy
from pipeline.compose.album import Album
from pipeline.compose.shortening import shorten_chosen
from pipeline.desk import Desk
from pipeline.ledger.claims import split_target
from pipeline.publishing import Publishing
from pipeline.records import Disposition, Draft, Item, Receipt, Verdict
from pipeline.saved import SavedPlan, SavedPost, key_of
from pipeline.step import Step
from pipeline.timing.occupied import Occupied
from pipeline.timing.wall import SECOND

if TYPE_CHECKING:
    from pipeline.sources.feeds import FeedState

GRACE = timedelta(minutes=10)
"""A slot that passed no longer ago is still kept: the API publishes a past date at once (posts.md 3.3)."""

NOT_PLANNED = "not in the plan; left for the next run"
_EXCLUSIVE = (TimingPolicy.SLOTS, TimingPolicy.SPREAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One reason why a plan no longer holds: what moved, for which post, and how."""

    what: Literal["ledger", "source", "slot"]
    title: str
    place: str
    said: str

    def __str__(self) -> str:
        """As one line."""
        return f"{self.what}: {self.title or self.place} ({self.place}): {self.said}"


class PlanMoved(Exception):
    """The plan no longer holds; nothing of it was sent. `moved` says what moved, post by post."""

    def __init__(self, moved: Sequence[Moved], *, ledger_moved: bool = False) -> None:
        self.moved = list(moved)
        shown = "; ".join(map(str, self.moved[:5]))
        more = f"; and {len(self.moved) - 5} more" if len(self.moved) > len(self.moved[:5]) else ""
        other = " (the ledger has changed since the plan was made)" if ledger_moved else ""
        super().__init__(f"the plan no longer holds{other}: {shown}{more}. Nothing was sent: make a new plan")


class Applying(Publishing):
    """A run that does what a saved plan says. Items the plan does not know wait for the next run.

    `admit` raises PlanMoved when anything the plan rests on has moved, before anything is recorded or sent.
    """

    def __init__(self, plan: SavedPlan, desk: Desk, *, dry_run: bool = False, run_id: str = "") -> None:
        super().__init__(plan.campaign, desk, dry_run=dry_run, run_id=run_id)
        self.saved = plan
        self._posts = {post.key: post for post in plan.posts}

    async def admit(self) -> None:
        """Check that the plan holds, then admit as any run does."""
        moved = await self._moved()
        if moved:
            state = await self.desk.ledger.state(self.campaign.name)
            raise PlanMoved(moved, ledger_moved=state != self.saved.ledger)
        await super().admit()
        planned = {(post.source, post.identity) for post in self.saved.posts}
        others = [item for item in self._waiting if (item.source, item.identity) not in planned]
        self._waiting = [item for item in self._waiting if (item.source, item.identity) in planned]
        self.part.verdicts += [Verdict.of(item, Disposition.FILTERED, NOT_PLANNED) for item in others]

    async def _moved(self) -> list[Moved]:
        own = self.desk.profile
        if strangers := [post for post in self.saved.posts if split_target(post.target)[0] != own]:
            post, said = strangers[0], f"planned for profile {split_target(strangers[0].target)[0]!r}, not for {own!r}"
            return [Moved(what="ledger", title=post.title, place=f"{post.source} {post.place}", said=said)]
        fresh = Publishing(self.campaign, self.desk, dry_run=True)
        fresh.readings = self.readings
        for step in (Step.ADMIT, Step.DRAFT):
            await fresh.take(step)
        drafts = {key_of(draft): draft for draft in fresh.part.drafts}
        claimed = await self.desk.ledger.outcomes(list(self._posts))
        exclusive = self.campaign.timing.policy in _EXCLUSIVE
        taken = Occupied(await self.desk.ledger.taken_slots() if exclusive else ())
        now = self.desk.clock.now()
        found: list[Moved] = []
        for key, post in self._posts.items():
            why = _claimed(claimed.get(key)) or _different(post, drafts.get(key), fresh) or _late(post, now, taken)
            if why:
                found.append(Moved(what=why[0], title=post.title, place=f"{post.source} {post.place}", said=why[1]))
        return found

    @property
    def _outlined(self) -> bool:
        # Of items that are not in the plan the run tells the titles.
        return False

    async def _states(self) -> dict[str, "FeedState"]:
        # Whole feeds, so that an unchanged item can be told from one that is gone.
        return {}

    async def _compose(self, album: Album) -> tuple[list[Item], list[Draft], list[Verdict]]:
        items, drafts, unsaid = await super()._compose(album)
        posts = [(draft, self._posts[key_of(draft)]) for draft in drafts if key_of(draft) in self._posts]
        # The plan has placeholders where short links will be.
        shown = await shorten_chosen([draft for draft, _ in posts], self.campaign, client=None)
        moved = [(post, why) for draft, (_, post) in zip(shown, posts, strict=True) if (why := _different(post, draft))]
        if moved or unsaid:
            raise PlanMoved(
                [
                    *(
                        Moved(what=why[0], title=p.title, place=f"{p.source} {p.place}", said=why[1])
                        for p, why in moved
                    ),
                    *(Moved(what="source", title=v.title, place=v.place, said=v.reason) for v in unsaid),
                ]
            )
        return items, [replaced(draft, slot=post.slot) for draft, post in posts], unsaid


_Why = tuple[Literal["ledger", "source", "slot"], str]


def _claimed(receipt: Receipt | None) -> _Why | None:
    return ("ledger", f"already claimed under {receipt.key}, {receipt.outcome.value}") if receipt else None


def _different(post: SavedPost, draft: Draft | None, fresh: Publishing | None = None) -> _Why | None:
    if draft is None:
        return _missing(post, fresh) if fresh else None
    if draft.item.content_hash != post.content_hash:
        return "source", "the item was changed since the plan was made"
    if draft.digest == post.digest:
        return None
    media = {network: list(urls) for network, urls in draft.media.items()}
    texts = [name for name in sorted({*draft.texts, *post.texts}) if draft.texts.get(name) != post.texts.get(name)]
    what = [*(f"the text of {name}" for name in texts), *(["the media"] if media != post.media else [])]
    return "source", f"{', '.join(what) or 'the options'} would be different now"


def _missing(post: SavedPost, fresh: Publishing) -> _Why:
    places = {(one.source, one.identity): one for one in fresh.part.verdicts}
    verdict = places.get((post.source, post.identity))
    if verdict is None:
        failed = fresh.admission.failed.get(post.source)
        return "source", f"cannot be read: {failed}" if failed else "gone from the source"
    if verdict.disposition is Disposition.KNOWN:
        return "ledger", f"taken by another run ({verdict.reason})"
    if verdict.disposition is Disposition.PLANNED:
        return "slot", f"{post.when} is not among its times any more"
    return "source", f"now {verdict.disposition.value}: {verdict.reason}"


def _late(post: SavedPost, now: datetime, taken: Occupied) -> _Why | None:
    if post.at is None:
        return None
    if post.at < now - GRACE:
        return "slot", f"{post.when} has passed"
    # The post that is replaced holds the slot itself.
    held = not post.replaces and taken.near(post.at, post.texts, SECOND)
    return ("slot", f"{post.when} was taken by another post") if held else None
