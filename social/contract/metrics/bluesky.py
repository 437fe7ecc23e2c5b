"""Metrics of Bluesky (analytics.md 5.1)."""

from social.contract.metrics.base import Flag, Int, Metrics, Part, Text, count, fact, instant


class BlueskyPost(Metrics):
    """A post on Bluesky."""

    created: Text = instant("When it was published")
    post: Text = fact("Text")
    likeCount: Int = count("Likes")
    quoteCount: Int = count("Posts that quote it")
    replyCount: Int = count("Direct replies")
    repostCount: Int = count("Reposts")


class BlueskyAssociated(Part):
    """Records linked to a Bluesky account."""

    lists: Int = count("Lists")
    feedgens: Int = count("Feed generators")
    starterPacks: Int = count("Starter packs")
    labeler: Flag = fact("Whether it labels others' posts")


class BlueskyViewer(Part):
    """How the caller stands to a Bluesky account."""

    muted: Flag = fact("Whether the caller muted it")
    blockedBy: Flag = fact("Whether it blocks the caller")


class BlueskyAccount(Metrics):
    """An account on Bluesky."""

    id: Text = fact("Its DID")
    handle: Text = fact("Handle")
    displayName: Text = fact("Name shown")
    description: Text = fact("What it says about itself")
    created: Text = instant("When it was opened")
    followersCount: Int = count("Followers")
    followsCount: Int = count("Accounts it follows")
    postsCount: Int = count("Posts")
    avatar: Text = fact("Address of its picture")
    indexedAt: Text = instant("When the network indexed it last")
    labels: list[dict[str, object]] | None = fact("Moderation labels")
    associated: BlueskyAssociated | None = fact("Linked records")
    viewer: BlueskyViewer | None = fact("Relation to the caller")
