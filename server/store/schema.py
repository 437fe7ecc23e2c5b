"""The tables that several parts of the store share; a noun's own tables stand in its module, on the same `metadata`.

Instants are UTC epoch milliseconds, which every database compares alike.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    true,
)

metadata = MetaData()


def to_ms(instant: datetime) -> int:
    """An aware instant as stored: milliseconds since 1970 UTC."""
    return round(instant.timestamp() * 1000)


def from_ms(stored: int) -> datetime:
    """A stored instant as an aware datetime in UTC."""
    return datetime.fromtimestamp(stored / 1000, UTC)


profiles = Table(
    "profiles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ref_id", String(40), nullable=False, unique=True),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("is_primary", Boolean, nullable=False),
    Column("title", Text, nullable=False),
    Column("linked", JSON, nullable=False),
    Column("suspended", Boolean, nullable=False, default=False),
    Column("created", BigInteger, nullable=False),
)

# One primary profile per store, also when several processes open a fresh store at once.
Index("one_primary", profiles.c.is_primary, unique=True, sqlite_where=profiles.c.is_primary == true(),
      postgresql_where=profiles.c.is_primary == true())  # fmt: skip

posts = Table(
    "posts",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("profile_id", ForeignKey("profiles.id"), nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("status", String(20), nullable=False),
    Column("type", String(10), nullable=False),
    Column("platforms", JSON, nullable=False),
    Column("request", JSON, nullable=False),
    Column("text", JSON, nullable=False),
    Column("notes", Text),
    Column("idempotency_key", Text),
    Column("auto_repost_id", String(20)),
    Column("auto_schedule_title", Text),
    Column("requires_approval", Boolean, nullable=False, default=False),
    Column("approved_at", BigInteger),
    Column("retried", Boolean, nullable=False, default=False),
    Column("lease_until", BigInteger),
    Column("lease_owner", String(32)),
    UniqueConstraint("profile_id", "idempotency_key", name="one_key_per_profile"),
    Index("posts_due", "status", "due_at"),
)

# In the order in which the history is asked for, so that nothing is sorted.
Index("posts_newest", posts.c.profile_id, posts.c.due_at.desc(), posts.c.id)

deliveries = Table(
    "deliveries",
    metadata,
    Column("post_id", ForeignKey("posts.id"), primary_key=True),
    Column("platform", String(20), primary_key=True),
    Column("profile_id", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("digest", String(32)),
    Column("state", String(10), nullable=False, default="pending"),
    Column("social_id", Text),
    Column("url", Text),
    Column("extra", JSON),
    Column("errors", JSON),
    Column("counts_as", String(20)),
    Column("published_at", BigInteger),
    Column("completes_at", BigInteger),
    Column("sent_at", BigInteger),
    Index("deliveries_same_text", "profile_id", "digest", "at"),
    Index("deliveries_quota", "profile_id", "platform", "at"),
    Index("deliveries_social_id", "social_id"),
    Index("deliveries_unfinished", "completes_at"),
)

media = Table(
    "media",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("profile_id", ForeignKey("profiles.id"), nullable=False),
    Column("extension", String(10), nullable=False),
    Column("file_name", Text),
    Column("description", Text),
    Column("content_type", Text),
    Column("kind", String(10)),
    Column("format", String(10)),
    Column("size", BigInteger),
    Column("width", Integer),
    Column("height", Integer),
    Column("duration", Float),
    Column("fps", Float),
    Column("created", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("upload_token", String(64), unique=True),
    Column("upload_until", BigInteger),
    Column("uploaded_at", BigInteger),
    Index("media_gallery", "profile_id", "created"),
)

links = Table(
    "links",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("profile_id", ForeignKey("profiles.id"), nullable=False),
    Column("url", Text, nullable=False),
    Column("asked", String(64), nullable=False),
    Column("utm", JSON, nullable=False, default=dict),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger),
    UniqueConstraint("profile_id", "asked", name="one_link_per_url"),
    Index("links_listed", "profile_id", "created"),
)

link_clicks = Table(
    "link_clicks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("link_id", ForeignKey("links.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("browser", Text, nullable=False),
    Column("referrer", Text, nullable=False),
    Column("social", String(20)),
    Column("bot", Boolean, nullable=False, default=False),
    Column("origin", String(10), nullable=False, default="real"),
    Index("clicks_of_link", "link_id", "at"),
)

auto_schedules = Table(
    "auto_schedules",
    metadata,
    Column("profile_id", ForeignKey("profiles.id"), primary_key=True),
    Column("title", String(255), primary_key=True),
    Column("times", JSON, nullable=False),
    Column("days", JSON),
    Column("exclude_dates", JSON, nullable=False),
    Column("start_at", BigInteger),
    Column("last_at", BigInteger),
    Column("deleted", Boolean, nullable=False, default=False),
)

faults = Table(
    "faults",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(30), nullable=False),
    Column("platform", String(20)),
    Column("method", String(10)),
    Column("path", Text),
    Column("remaining", Integer, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("detail", JSON),
)

meta = Table(
    "meta",
    metadata,
    Column("name", String(50), primary_key=True),
    Column("value", Text, nullable=False),
)
