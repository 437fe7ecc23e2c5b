"""Metrics of Facebook (analytics.md 5.2)."""

from social.contract.metrics.base import Flow, Int, Metrics, Num, Part, Shares, Text, Texts, count, fact, milliseconds


class FacebookReactions(Part):
    """Reactions by kind."""

    like: Int = count("Likes")
    love: Int = count("Hearts")
    haha: Int = count("Laughs")
    wow: Int = count("Surprises")
    sorry: Int = count("Regrets")
    anger: Int = count("Angry ones")
    total: Int = count("All kinds")


class FacebookSocialActions(Part):
    """What people did with a Reel."""

    share: Int = count("Shares")


class FacebookPost(Metrics):
    """A post on Facebook. Older impression fields are being withdrawn by Meta in favour of `mediaView`."""

    commentsCount: Int = count("Comments, replies included")
    likeCount: Int = count("Likes")
    sharesCount: Int = count("Shares")
    reactions: FacebookReactions | None = fact("Reactions by kind")
    reactionsByType: Shares = count("Reactions by kind, from insights")
    mediaView: Int = count("Views of the content, successor of impressions")
    videoViews: Int = count("Views of 3 seconds and more")
    videoViewsUnique: Int = count("People who viewed 3 seconds and more")
    videoViewTime: Int = milliseconds("Time watched in all")
    blueReelsPlayCount: Int = count("Plays of a Reel")
    totalVideoViews: Int = count("All views of the video")
    totalVideoCompleteViews: Int = count("Views to the end")
    totalVideoAvgTimeWatched: Int = milliseconds("Mean time watched")
    totalVideo10SViews: Int = count("Views of 10 seconds and more")
    totalVideo15SViews: Int = count("Views of 15 seconds and more")
    totalVideoViewTotalTime: Int = milliseconds("Time watched in all")
    postVideoAvgTimeWatched: Int = milliseconds("Mean time a Reel was watched")
    postVideoSocialActions: FacebookSocialActions | None = fact("What people did with a Reel")
    postImpressionsUnique: Int = count("People a Reel reached")
    impressions: Int = count("Times shown, being withdrawn")
    impressionsFanUnique: Int = count("Fans reached, being withdrawn")
    impressionsOrganicUnique: Int = count("People reached without paying, being withdrawn")
    impressionsPaidUnique: Int = count("People reached by paying, being withdrawn")


class FacebookLocation(Part):
    """Where a page's business is."""

    street: Text = fact("Street and number")
    city: Text = fact("City")
    state: Text = fact("State")
    country: Text = fact("Country")
    zip: Text = fact("Postal code")
    latitude: Num = fact("Degrees north")
    longitude: Num = fact("Degrees east")


class FacebookEngagement(Part):
    """How many people engage with a page."""

    count: Int = count("People")


class FacebookPaidViews(Part):
    """Video views, paid for or not."""

    paid: Int = count("Paid views")
    nonPaid: Int = count("Other views")
    total: Int = count("All views")


class FacebookUploadedViews(Part):
    """Video views, of own and of linked videos."""

    uploaded: Int = count("Views of the page's own videos")
    hosted: Int = count("Views of videos it shares")


class FacebookCompleteViews(Part):
    """Views of 30 seconds and more, or to the end of a shorter video."""

    total: Int = count("All of them")
    paid: Int = count("Paid for")
    organic: Int = count("Not paid for")
    autoplayed: Int = count("Started by themselves")
    clickToPlay: Int = count("Started by a click")
    repeat: Int = count("Repeated")
    unique: Int = count("People")


class FacebookAccount(Metrics):
    """A page on Facebook; needs 100 page likes (analytics.md 4.4)."""

    id: Text = fact("Page id")
    name: Text = fact("Name")
    link: Text = fact("Address of the page")
    username: Text = fact("User name, part of the address")
    about: Text = fact("What it says about itself")
    category: Text = fact("Line of business")
    website: Text = fact("Own website")
    phone: Text = fact("Phone number")
    emails: Texts = fact("E-mail addresses")
    location: FacebookLocation | None = fact("Where it is")
    fanCount: Int = count("Page likes")
    followersCount: Int = count("Followers")
    pageFans: Int = count("Page likes, from insights")
    pageFollows: Int = count("Followers, from insights")
    verified: bool | str | None = fact("Whether Facebook vouches for it, or in which way")
    overallStarRating: Num = fact("Mean of the reviews, 1 to 5 stars")
    unreadMessageCount: Int = count("Unread messages")
    engagement: FacebookEngagement | None = fact("People engaging with the page")
    pagePostEngagements: Flow = count("Engagements with posts")
    pagePostsImpressions: Flow = count("Times posts were shown")
    pagePostsImpressionsPaid: Flow = count("Times shown by paying")
    pagePostsImpressionsUnique: Flow = count("People posts reached")
    pagePostsImpressionsOrganic: Flow = count("Times shown without paying")
    pagePostsImpressionsOrganicUnique: Flow = count("People reached without paying")
    pagePostsImpressionsViral: Flow = count("Times shown because a friend reacted")
    pagePostsImpressionsNonviral: Flow = count("Times shown otherwise")
    pageMediaView: Flow = count("Views of the page's content")
    pageMediaViewIsFromAds: Flow = count("Of these, from ads")
    pageMediaViewIsFromFollowers: Flow = count("Of these, from followers")
    pageVideoViews: Flow = count("Video views")
    pageVideoViewsPaid: Flow = count("Of these, paid for")
    pageVideoViewsOrganic: Flow = count("Of these, not paid for")
    pageVideoViewsAutoplayed: Flow = count("Of these, started by themselves")
    pageVideoViewsClickToPlay: Flow = count("Of these, started by a click")
    pageVideoViewsByPaidNonPaid: FacebookPaidViews | None = fact("Video views, paid for or not")
    pageVideoViewsByUploadedHosted: FacebookUploadedViews | None = fact("Video views, of own and linked videos")
    pageVideoCompleteViews30S: FacebookCompleteViews | None = fact("Views of 30 seconds and more")
    reactions: FacebookReactions | None = fact("Reactions to all posts, by kind")
