"""The ledger's tables. What must never happen twice is a constraint here, not a check in code.

Instants are whole microseconds since 1970 in UTC, because they compare the same on SQLite and PostgreSQL.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.engine import Dialect

from social.instants import utc

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware instant, stored as microseconds since 1970 in UTC. Naive datetimes raise ValueError (promise 4)."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Towards the database."""
        return None if value is None else (utc(value) - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


metadata = MetaData()

feeds = Table(
    "feeds",
    metadata,
    Column("campaign", String(64), primary_key=True),
    Column("source", Text, primary_key=True),
    Column("primed_at", Moment),
    Column("url", Text, nullable=False, default=""),
    Column("title", Text, nullable=False, default=""),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("last_read", Moment),
    Column("last_success", Moment),
    Column("last_new_item", Moment),
    Column("last_error", Text, nullable=False, default=""),
    Column("failures", Integer, nullable=False, default=0),
)

items = Table(
    "items",
    metadata,
    Column("campaign", String(64), primary_key=True),
    Column("source", Text, primary_key=True),
    Column("identity", Text, primary_key=True),
    Column("place", Text, nullable=False, default=""),
    Column("title", Text, nullable=False, default=""),
    Column("link", Text, nullable=False, default=""),
    # One a line; NULL in rows of an older version.
    Column("tags", Text),
    Column("content_hash", String(128), nullable=False, default=""),
    Column("published", Moment),
    Column("first_seen", Moment, nullable=False),
    # Place in the order of posting among the items first seen together.
    Column("rank", Integer, nullable=False, default=0),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    # The whole item, kept only from admission to claim: it may leave the feed before a crashed run is repeated.
    Column("stored", Text),
    Index("items_by_state", "campaign", "state"),
)

claims = Table(
    "claims",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("campaign", String(64), nullable=False),
    Column("source", Text, nullable=False),
    Column("identity", Text, nullable=False),
    Column("occurrence", Text, nullable=False, default=""),
    Column("title", Text, nullable=False, default=""),
    Column("target", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    # Hash of what the item said, its time aside: tells an edit of the time from one of the words.
    Column("said", String(64), nullable=False, default=""),
    # A claim is replaced at most once, however many processes see the edit: replacing.py.
    Column("replaces", String(40), ForeignKey("claims.key"), unique=True),
    Column("body", Text, nullable=False),
    Column("slot_at", Moment),
    Column("slot_zone", Text, nullable=False, default="UTC"),
    Column("slot_wall", Text, nullable=False, default=""),
    Column("slot_auto", Text),
    Column("outcome", String(16), nullable=False),
    Column("status", Text, nullable=False, default=""),
    Column("post_id", Text, nullable=False, default=""),
    Column("reason", Text, nullable=False, default=""),
    Column("code", Integer),
    Column("attempts", Integer, nullable=False, default=0),
    Column("key_refusals", Integer, nullable=False, default=0),
    Column("claimed_at", Moment, nullable=False),
    # Place in the order of posting among the claims of one batch.
    Column("rank", Integer, nullable=False, default=0),
    Column("attempted_at", Moment),
    Column("settled_at", Moment),
    Column("lease_owner", String(40)),
    Column("lease_until", Moment),
    Column("scheduled_for", Moment),
    Column("published_at", Moment),
    Column("measured_at", Moment),
    # When to look at its numbers again (cadence.py), how often in a row nothing had changed, and what was told: hashes
    # of the numbers and of the metrics' names.
    Column("next_look", Moment),
    Column("unchanged", Integer),
    Column("numbers", String(32)),
    Column("told", String(32)),
    Index("claims_by_outcome", "outcome", "status"),
    Index("claims_by_item", "campaign", "identity"),
    Index("claims_by_slot", "slot_at"),
    Index("claims_by_post", "post_id"),
    Index("claims_due_by_profile", "outcome", "next_look", "published_at", "status", "target", "key"),
)

# Names of metrics that were told together; posts of a network share few such sets.
told_metrics = Table(
    "told_metrics",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("names", Text, nullable=False),
)

receipts = Table(
    "receipts",
    metadata,
    Column("key", String(40), ForeignKey("claims.key"), primary_key=True),
    Column("platform", String(32), primary_key=True),
    Column("outcome", String(16), nullable=False),
    Column("social_id", Text, nullable=False, default=""),
    Column("url", Text, nullable=False, default=""),
    Column("code", Integer),
    Column("message", Text, nullable=False, default=""),
)

# What the rows of a sheet said when it was last read, to recognise them after an edit: see editedrows.py.
traces = Table(
    "traces",
    metadata,
    Column("campaign", String(64), primary_key=True),
    Column("source", Text, primary_key=True),
    Column("identity", Text, primary_key=True),
    Column("row", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("wall", Text, nullable=False),
    Column("platforms", Text, nullable=False),
)

# Claims settled since the lake was last told about them, see keeping.py.
unkept = Table(
    "unkept",
    metadata,
    Column("key", String(40), ForeignKey("claims.key"), primary_key=True),
    Column("settled_at", Moment, nullable=False),
    Column("times", Integer, nullable=False),
    # Who is telling the lake just now, and until when others leave it to them.
    Column("teller", String(40)),
    Column("tell_until", Moment),
)

runs = Table(
    "runs",
    metadata,
    Column("run_id", String(64), primary_key=True),
    Column("campaign", String(64), nullable=False),
    Column("flow", String(64), nullable=False, default=""),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment, nullable=False),
    *(Column(name, Integer, nullable=False, default=0) for name in ("read", "known", "filtered", "quarantined")),
    *(Column(name, Integer, nullable=False, default=0) for name in ("planned", "scheduled", "refused", "unknown")),
    Column("note", Text, nullable=False, default=""),
    Index("runs_by_campaign", "campaign", "started_at"),
)

TABLES = {table.name: table for table in (feeds, items, claims, receipts, runs)}
