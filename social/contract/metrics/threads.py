"""Metrics of Threads (analytics.md 5.10)."""

from social.contract.metrics.base import Int, Metrics, count


class ThreadsPost(Metrics):
    """A post on Threads."""

    views: Int = count("Views")
    likes: Int = count("Likes")
    replies: Int = count("Replies")
    reposts: Int = count("Reposts")
    quotes: Int = count("Posts that quote it")
    shares: Int = count("Shares")


class ThreadsAccount(Metrics):
    """An account on Threads."""

    followersCount: Int = count("Followers")
    likes: Int = count("Likes")
    quotes: Int = count("Quotes")
    replies: Int = count("Replies")
    reposts: Int = count("Reposts")
    views: Int = count("Views")
