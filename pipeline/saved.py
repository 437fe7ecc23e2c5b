"""A plan as a file: what was shown is what is sent. Written by `dovecote plan --save`, carried out by `applying`."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import fields as fields_of
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.campaign import Campaign
from pipeline.ledger.key import post_key
from pipeline.records import Draft, Slot


class NoPlan(ValueError):
    """The file does not hold a plan this version can read."""


class SavedPost(BaseModel):
    """One post of a plan. `key` is the one it will carry, `digest` covers everything that would be published.

    `replaces` says what an edit does to the post that waits; empty for a new post.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    source: str
    identity: str
    place: str
    title: str
    content_hash: str
    target: str
    occurrence: str = ""
    digest: str
    at: datetime | None = None
    zone: str = "UTC"
    wall: str = ""
    auto_schedule: str | None = None
    texts: dict[str, str]
    media: dict[str, list[str]] = {}
    first_comment: str = ""
    left_out: dict[str, str] = {}
    warnings: list[str] = []
    replaces: str = ""

    @property
    def slot(self) -> Slot:
        """When it goes out."""
        return Slot(at=self.at, zone=self.zone, wall=self.wall, auto_schedule=self.auto_schedule)

    @property
    def when(self) -> str:
        """Its slot in words: `now`, `auto-schedule default`, `2027-01-05 08:00 UTC`."""
        if self.at is not None:
            return f"{self.at:%Y-%m-%d %H:%M} UTC"
        return f"auto-schedule {self.auto_schedule}" if self.auto_schedule else "now"


class SavedPlan(BaseModel):
    """A plan of a campaign. `ledger` is the ledger's state it was made on (`Ledger.state`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: Literal["dovecote-plan/1"] = "dovecote-plan/1"
    made_at: datetime
    campaign: Campaign
    ledger: str
    posts: list[SavedPost] = Field(default=[])

    @classmethod
    def of(cls, campaign: Campaign, drafts: Iterable[Draft], *, made_at: datetime, ledger: str) -> "SavedPlan":
        """The plan of these drafts, in their order."""
        return cls(made_at=made_at, campaign=campaign, ledger=ledger, posts=[_post(draft) for draft in drafts])

    @classmethod
    def read(cls, path: Path) -> "SavedPlan":
        """The plan in a file. Raises NoPlan, with what is wrong and what to do."""
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise NoPlan(f"{path}: {error.strerror}: make a plan with dovecote plan --save {path}") from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise NoPlan(f"{path}: no plan of this version ({where}: {first['msg']}): make it anew") from error

    def write(self, path: Path) -> Path:
        """Write it as JSON, the folder made if need be; a plan that was there is replaced as a whole."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"{path.name}.new")
        beside.write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")
        return beside.replace(path)

    @property
    def digest(self) -> str:
        """Hash of everything the plan would do: 16 hex digits. Plans that post the same at the same times are equal."""
        said = [f"{post.key} {post.digest} {post.when}" for post in self.posts]
        return hashlib.sha256("\n".join([self.campaign.model_dump_json(), *said]).encode()).hexdigest()[:16]

    def rows(self) -> list[dict[str, Any]]:
        """One row per post and network: when, network, text, title, media, key, replaces."""
        return [
            {
                "when": post.when,
                "network": network,
                "text": text,
                "title": post.title,
                "media": "\n".join(post.media.get(network, [])),
                "key": post.key,
                "replaces": post.replaces,
            }
            for post in self.posts
            for network, text in sorted(post.texts.items())
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference between two plans: `what` is post, text, media, comment, time or left out; no `network`: all."""

    kind: Literal["added", "removed", "changed"]
    title: str
    what: str
    network: str = ""
    before: str = ""
    after: str = ""

    def row(self) -> dict[str, str]:
        """As a dict of strings."""
        return {each.name: getattr(self, each.name) for each in fields_of(self)}


def changes(old: SavedPlan, new: SavedPlan) -> list[Change]:
    """What differs from `old` to `new`, post by post; a post is the same when its key is."""
    before, after = ({post.key: post for post in plan.posts} for plan in (old, new))
    gone = [Change(kind="removed", title=one.title, what="post", before=one.when) for one in _missing(before, after)]
    come = [Change(kind="added", title=one.title, what="post", after=one.when) for one in _missing(after, before)]
    both = [(before[key], post) for key, post in after.items() if key in before]
    return [*gone, *come, *(change for pair in both for change in _changed(*pair))]


def _missing(these: Mapping[str, SavedPost], those: Mapping[str, SavedPost]) -> Iterator[SavedPost]:
    return (post for key, post in these.items() if key not in those)


def _changed(old: SavedPost, new: SavedPost) -> Iterator[Change]:
    whole = {"time": (old.when, new.when), "comment": (old.first_comment, new.first_comment)}
    for what, (before, after) in whole.items():
        if before != after:
            yield Change(kind="changed", title=new.title, what=what, before=before, after=after)
    told = {
        "text": (old.texts, new.texts),
        "media": (_joined(old.media), _joined(new.media)),
        "left out": (old.left_out, new.left_out),
    }
    for what, (befores, afters) in told.items():
        for network in sorted({*befores, *afters}):
            pair = befores.get(network, ""), afters.get(network, "")
            if pair[0] != pair[1]:
                yield Change(kind="changed", title=new.title, what=what, network=network, before=pair[0], after=pair[1])


def _joined(media: Mapping[str, list[str]]) -> dict[str, str]:
    return {network: "\n".join(urls) for network, urls in media.items()}


def key_of(draft: Draft) -> str:
    """The key a draft's post will carry."""
    return post_key(draft.campaign, draft.item.source, draft.item.identity, draft.target, draft.occurrence)


def _post(draft: Draft) -> SavedPost:
    return SavedPost(
        key=key_of(draft),
        source=draft.item.source,
        identity=draft.item.identity,
        place=draft.item.place,
        title=draft.item.title,
        content_hash=draft.item.content_hash,
        target=draft.target,
        occurrence=draft.occurrence,
        digest=draft.digest,
        at=draft.slot.at,
        zone=draft.slot.zone,
        wall=draft.slot.wall,
        auto_schedule=draft.slot.auto_schedule,
        texts=draft.texts,
        media={network: list(urls) for network, urls in draft.media.items()},
        first_comment=draft.first_comment,
        left_out=draft.left_out,
        warnings=list(draft.warnings),
        replaces=draft.item.replaces.words if draft.item.replaces else "",
    )
