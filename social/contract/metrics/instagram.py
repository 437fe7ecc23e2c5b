"""Metrics of Instagram (analytics.md 5.4)."""

from social.contract.metrics.base import Flow, Int, Metrics, Shares, Text, count, fact, instant, milliseconds


class InstagramPost(Metrics):
    """A post, Reel or Story on Instagram."""

    caption: Text = fact("Text")
    username: Text = fact("Who published it")
    created: Text = instant("When it was published")
    mediaProductType: Text = fact("FEED, STORY, REELS or AD")
    mediaType: Text = fact("IMAGE, VIDEO or CAROUSEL_ALBUM")
    likeCount: Int = count("Likes")
    commentsCount: Int = count("Comments")
    engagementCount: Int = count("All interactions")
    reachCount: Int = count("Accounts reached")
    savedCount: Int = count("Saves")
    viewsCount: Int = count("Views, successor of impressions")
    sharesCount: Int = count("Shares")
    followsCount: Int = count("Follows the post brought")
    profileVisitsCount: Int = count("Visits of the profile it brought")
    profileActivityCount: Int = count("Actions on the profile it brought")
    playsCount: Int = count("Plays of a Reel")
    clipsReplaysCount: Int = count("Replays of a Reel")
    igReelsAggregatedAllPlaysCount: Int = count("Plays and replays of a Reel")
    igReelsAvgWatchTimeCount: Int = milliseconds("Mean time a Reel was watched")
    igReelsVideoViewTotalTimeCount: Int = milliseconds("Time a Reel was watched in all")
    navigationCount: Int = count("Story: taps forward, back and out")
    repliesCount: Int = count("Story: replies, 0 in Europe and Japan")
    tapForwardCount: Int = count("Story: taps to the next one")
    tapBackCount: Int = count("Story: taps to the one before")
    tapExitCount: Int = count("Story: taps out")
    swipeForwardCount: Int = count("Story: swipes to the next account")


class InstagramAccount(Metrics):
    """An account on Instagram; demographics need 100 people (analytics.md 4.4)."""

    id: Text = fact("Account id")
    name: Text = fact("Name")
    username: Text = fact("User name")
    biography: Text = fact("What it says about itself")
    profilePictureUrl: Text = fact("Address of its picture")
    website: Text = fact("Own website")
    followersCount: Int = count("Followers")
    followsCount: Int = count("Accounts it follows")
    mediaCount: Int = count("Posts")
    likeCount: Int = count("Likes of all posts")
    commentsCount: Int = count("Comments on all posts")
    shareCount: Int = count("Shares of all posts")
    viewsCount: Flow = count("Views")
    reachCount: Flow = count("Accounts reached")
    audienceCity: Shares = count("Followers by city, as `Paris, Île-de-France`")
    audienceCountry: Shares = count("Followers by country, as `FR`")
    audienceGenderAge: Shares = count("Followers by gender and age, as `F.25-34`")
    audienceCityEngagedAudienceDemographics: Shares = count("Engaged people by city")
    audienceCountryEngagedAudienceDemographics: Shares = count("Engaged people by country")
    audienceGenderAgeEngagedAudienceDemographics: Shares = count("Engaged people by gender and age")
