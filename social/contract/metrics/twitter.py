"""Metrics of X, on the wire `twitter` (analytics.md 5.12)."""

from social.contract.metrics.base import Flag, Int, Metrics, Part, Text, count, fact, instant


class TwitterPlaybacks(Part):
    """How far people watched a video."""

    playback0Count: Int = count("Starts")
    playback25Count: Int = count("Views of a quarter")
    playback50Count: Int = count("Views of a half")
    playback75Count: Int = count("Views of three quarters")
    playback100Count: Int = count("Views to the end")


class TwitterOrganicVideo(TwitterPlaybacks):
    """How far people watched a video without ads, and how often."""

    viewCount: Int = count("Views")


class TwitterPublic(Part):
    """What everybody can see."""

    retweetCount: Int = count("Reposts")
    replyCount: Int = count("Replies")
    likeCount: Int = count("Likes")
    quoteCount: Int = count("Posts that quote it")
    bookmarkCount: Int = count("Bookmarks")
    impressionCount: Int = count("Times shown")


class TwitterNonPublic(Part):
    """What only the author can see."""

    impressionCount: Int = count("Times shown")
    userProfileClicks: Int = count("Clicks on the author")
    engagements: Int = count("All interactions, clicks included")
    urlLinkClicks: Int = count("Clicks on links")
    video: TwitterPlaybacks | None = fact("How far the video was watched")


class TwitterOrganic(Part):
    """What came without ads."""

    likeCount: Int = count("Likes")
    impressionCount: Int = count("Times shown")
    replyCount: Int = count("Replies")
    retweetCount: Int = count("Reposts")
    userProfileClicks: Int = count("Clicks on the author")
    video: TwitterOrganicVideo | None = fact("How far and how often the video was watched")


class TwitterPost(Metrics):
    """A post on X. Non-public and organic numbers end after 30 days."""

    created: Text = instant("When it was published")
    name: Text = fact("The author's name")
    username: Text = fact("The author's handle")
    post: Text = fact("Text")
    publicMetrics: TwitterPublic | None = fact("What everybody can see")
    nonPublicMetrics: TwitterNonPublic | None = fact("What only the author can see")
    organicMetrics: TwitterOrganic | None = fact("What came without ads")


class TwitterAccount(Metrics):
    """An account on X."""

    id: Text = fact("Account id")
    name: Text = fact("Name")
    username: Text = fact("Handle, without @")
    url: Text = fact("Address")
    location: Text = fact("Where it says it is")
    profileImageUrl: Text = fact("Address of its picture")
    displayName: Text = fact("Name shown")
    description: Text = fact("What it says about itself")
    created: Text = instant("When it was opened")
    protected: Flag = fact("Whether only followers see its posts")
    verified: Flag = fact("Whether it is verified")
    listedCount: Int = count("Lists it is on")
    tweetCount: Int = count("Posts")
    followersCount: Int = count("Followers")
    friendsCount: Int = count("Accounts it follows")
    likeCount: Int = count("Likes it gave")
