"""Metrics of Snapchat: our choice after Snap's own API, the contract leaves them open (analytics.md 5.8)."""

from social.contract.metrics.base import Flow, Int, Metrics, Num, count, milliseconds, ratio


class SnapchatPost(Metrics):
    """A snap of a public profile."""

    views: Int = count("Views")
    viewers: Int = count("People who viewed it")
    shares: Int = count("Shares")
    replies: Int = count("Replies")
    interactions: Int = count("All interactions")
    screenshots: Int = count("Screenshots taken of it")
    viewTime: Int = milliseconds("Time viewed in all")
    avgViewTime: Int = milliseconds("Mean time viewed")
    completionRate: Num = ratio("Views to the end per view")
    subscribers: Int = count("Subscribers it brought")


class SnapchatAccount(Metrics):
    """A public profile on Snapchat."""

    views: Flow = count("Views")
    viewers: Flow = count("People who viewed")
    shares: Flow = count("Shares")
    replies: Flow = count("Replies")
    interactions: Flow = count("All interactions")
    screenshots: Flow = count("Screenshots taken")
    viewTime: Flow = milliseconds("Time viewed in all")
    avgViewTime: Int = milliseconds("Mean time viewed")
    completionRate: Num = ratio("Views to the end per view")
    subscribers: Int = count("Subscribers")
