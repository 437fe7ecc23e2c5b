"""Metrics of Reddit; those of posts are our choice, the contract leaves them open (analytics.md 5.7)."""

from social.contract.metrics.base import Flag, Int, Metrics, Num, Text, count, fact, instant, ratio


class RedditPost(Metrics):
    """A post on Reddit."""

    ups: Int = count("Upvotes")
    downs: Int = count("Downvotes")
    score: Int = count("Upvotes less downvotes")
    upvoteRatio: Num = ratio("Upvotes per vote")
    numComments: Int = count("Comments")
    created: Text = instant("When it was published")
    title: Text = fact("Title")
    subreddit: Text = fact("Subreddit, without r/")
    url: Text = fact("Address")


class RedditAccount(Metrics):
    """An account on Reddit, which tells karma and no audience."""

    id: Text = fact("Account id")
    name: Text = fact("User name")
    url: Text = fact("Address")
    iconImg: Text = fact("Address of its icon")
    profileImageUrl: Text = fact("Address of its picture")
    profileImageSize: list[int] | dict[str, object] | None = fact("Width and height of the picture, in pixels")
    created: Text = instant("When it was opened")
    totalKarma: Int = count("All karma")
    linkKarma: Int = count("Karma of posts")
    commentKarma: Int = count("Karma of comments")
    awardeeKarma: Int = count("Karma of awards received")
    awarderKarma: Int = count("Karma of awards given")
    verified: Flag = fact("Whether it is verified")
    hasVerifiedEmail: Flag = fact("Whether its e-mail address is verified")
    isGold: Flag = fact("Whether it pays for Premium")
    isMod: Flag = fact("Whether it moderates")
    isEmployee: Flag = fact("Whether it belongs to Reddit's staff")
    isFriend: Flag = fact("Whether it is the caller's friend")
    isBlocked: Flag = fact("Whether the caller blocks it")
    acceptFollowers: Flag = fact("Whether it can be followed")
    hasSubscribed: Flag = fact("Whether it subscribes to anything")
    hideFromRobots: Flag = fact("Whether search engines are kept out")
