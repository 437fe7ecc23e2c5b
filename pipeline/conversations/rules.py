"""Rules: which remark is answered how, flagged, shown to a person, or left alone. Also the run form of `engage`."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from jinja2 import TemplateError as JinjaError
from pydantic import Field, model_validator

from pipeline.compose.templates import sandbox, tidy
from pipeline.conversations.remarks import Kind, Remark
from pipeline.forms import Platform, Settings, WallTime, Zone

Action = Literal["answer", "flag", "ask", "ignore"]
Mood = Literal["positive", "neutral", "negative"]

WINDOWS = {"facebook": timedelta(hours=24), "instagram": timedelta(days=7)}
"""How long after somebody's message the network takes an answer (content.md 14.2)."""
LONGEST_ANSWER = 1_000


class Rule(Settings):
    """One rule. A remark must fit everything that is given here; what is left empty fits all."""

    name: str = Field(default="", max_length=80, description="What to call the rule in tables.")
    kinds: list[Kind] = Field(default=[], description="comment, review, message. Empty: all.")
    networks: list[Platform] = Field(default=[], description="Networks. Empty: all.")
    contains: list[str] = Field(
        default=[], description="Words or phrases, one of which the text must hold. Case does not matter."
    )
    sentiment: list[Mood] = Field(default=[], description="Moods of the text, told by a lexicon that reads English.")
    min_stars: int | None = Field(default=None, ge=1, le=5, description="Reviews with at least so many stars.")
    max_stars: int | None = Field(default=None, ge=1, le=5, description="Reviews with at most so many stars.")
    action: Action = Field(
        default="flag",
        description="answer: with `reply`. ask: show the answer to a person first. flag: tell, answer nothing. "
        "ignore: nothing.",
    )
    reply: str = Field(
        default="",
        max_length=2_000,
        description="The answer, a template: {{ author }}, {{ text }}, {{ network }}, {{ stars }}.",
    )

    @model_validator(mode="after")
    def _complete(self) -> "Rule":
        if self.action in {"answer", "ask"} and not self.reply.strip():
            raise ValueError(f"rule {self.name!r}: action {self.action} needs a reply")
        try:
            sandbox().from_string(self.reply)
        except JinjaError as error:
            raise ValueError(f"rule {self.name!r}: the reply is no template: {error}") from error
        return self


class Engagement(Settings):
    """What `engage` reads and how it answers. The first rule that fits decides; without one nothing is done."""

    name: str = Field(default="default", max_length=64, description="Name of these rules, for tables and the lake.")
    rules: list[Rule] = Field(default=[], description="In order; the first that fits decides.")
    kinds: list[Kind] = Field(default=["comment", "review", "message"], description="What is read.")
    posts_days: int = Field(default=30, ge=1, le=365, description="Comments are read under posts of so many days.")
    answer_hours: float = Field(
        default=48, gt=0, description="Older remarks are kept, but not answered: nobody waits any more."
    )
    most_answers: int = Field(default=20, ge=0, le=500, description="Answers one run gives at most.")
    zone: Zone = Field(default="UTC", description="IANA time zone of the quiet hours.")
    quiet_from: WallTime | None = Field(default=None, description="No answers from this time of day, in `zone` …")
    quiet_until: WallTime | None = Field(default=None, description="… until this one; it may lie on the next day.")

    @model_validator(mode="after")
    def _both_ends(self) -> "Engagement":
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValueError("quiet_from and quiet_until belong together: give both or none")
        return self

    def is_quiet(self, now: datetime) -> bool:
        """Whether `now` lies in the quiet hours."""
        if self.quiet_from is None or self.quiet_until is None:
            return False
        clock = now.astimezone(ZoneInfo(self.zone)).time().replace(tzinfo=None)
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= clock < self.quiet_until
        return clock >= self.quiet_from or clock < self.quiet_until


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done about a remark, by which rule; `reason` says why nothing is."""

    remark: Remark
    rule: str
    action: Action
    answer: str = ""
    reason: str = ""


def decide(
    remarks: Iterable[Remark], engagement: Engagement, now: datetime, *, mood: Callable[[str], str]
) -> list[Decision]:
    """A decision for each remark that needs one: not our own, not answered, not too old, and fitting a rule."""
    limit = timedelta(hours=engagement.answer_hours)
    found = []
    for remark in remarks:
        if remark.own or remark.answered or remark.at is None or now - remark.at > limit:
            continue
        for place, rule in enumerate(engagement.rules, start=1):
            if fits(rule, remark, mood):
                found.append(_decided(rule, rule.name or f"rule {place}", remark, now))
                break
    return found


def fits(rule: Rule, remark: Remark, mood: Callable[[str], str]) -> bool:
    """Whether a rule is about a remark. The mood is asked for last: it takes the longest."""
    if (rule.kinds and remark.kind not in rule.kinds) or (rule.networks and remark.network not in rule.networks):
        return False
    if rule.min_stars is not None and (remark.stars is None or remark.stars < rule.min_stars):
        return False
    if rule.max_stars is not None and (remark.stars is None or remark.stars > rule.max_stars):
        return False
    if rule.contains and not any(_holds(remark.text, words) for words in rule.contains):
        return False
    return not rule.sentiment or mood(remark.text) in rule.sentiment


def _holds(text: str, words: str) -> bool:
    # Whole words: "art" is not in "start". A phrase without letters, such as an emoji, is looked for as it is.
    pattern = re.escape(words.casefold().strip())
    if re.match(r"\w", words.strip()):
        pattern = rf"(?<!\w){pattern}(?!\w)"
    return bool(pattern) and re.search(pattern, text.casefold()) is not None


def _decided(rule: Rule, name: str, remark: Remark, now: datetime) -> Decision:
    if rule.action not in {"answer", "ask"}:
        return Decision(remark, name, rule.action)
    if not remark.answerable:
        return Decision(remark, name, "flag", reason=f"{remark.network} takes no answer through the API")
    window = WINDOWS.get(remark.network) if remark.kind == "message" else None
    if window is not None and remark.at is not None and now - remark.at > window:
        return Decision(remark, name, "flag", reason="the network's window for an answer is over")
    try:
        answer = tidy(sandbox().from_string(rule.reply).render(_values(remark)))[:LONGEST_ANSWER]
    except (JinjaError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        return Decision(remark, name, "flag", reason=f"the reply could not be made: {error}")
    if not answer:
        return Decision(remark, name, "flag", reason="the reply is empty")
    return Decision(remark, name, rule.action, answer)


def _values(remark: Remark) -> dict[str, object]:
    # What strangers wrote is handed over as data; it is never read as a template.
    first = remark.author.partition(" ")[0]
    known = {"author": remark.author, "first_name": first, "text": remark.text, "network": remark.network}
    return known | {"stars": remark.stars, "kind": remark.kind}
