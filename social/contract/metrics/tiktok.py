"""Metrics of TikTok, where -1 means that it declined to give a number (analytics.md 5.11)."""

from social.contract.metrics.base import (
    Flag,
    Flow,
    Int,
    Metrics,
    Num,
    Part,
    Text,
    Texts,
    count,
    fact,
    instant,
    ratio,
    seconds,
)


class TiktokSource(Part):
    """Where viewers came from."""

    impressionSource: Text = fact("Page of TikTok")
    percentage: Num = ratio("Share of the views")


class TiktokCountry(Part):
    """A country of the audience."""

    country: Text = fact("Country code")
    percentage: Num = ratio("Share of the audience")


class TiktokAge(Part):
    """An age group of the audience."""

    age: Text = fact("Age group, as 25-34")
    percentage: Num = ratio("Share of the audience")


class TiktokGender(Part):
    """A gender of the audience."""

    gender: Text = fact("female, male or other")
    percentage: Num = ratio("Share of the audience")


class TiktokPost(Metrics):
    """A video or photo post on TikTok. Numbers come one to two days late."""

    itemId: Text = fact("TikTok's id of the video")
    created: Text = instant("When it was published")
    postUrl: Text = fact("Address")
    url: Text = fact("Address")
    embedUrl: Text = fact("Address for embedding")
    thumbnailUrl: Text = fact("Address of the thumbnail")
    thumbnailHeight: Int = fact("Height of the thumbnail, in pixels")
    thumbnailWidth: Int = fact("Width of the thumbnail, in pixels")
    mediaType: Text = fact("video or photo")
    tags: Texts = fact("Hashtags")
    likeCount: Int = count("Likes")
    commentsCount: Int = count("Comments")
    shareCount: Int = count("Shares")
    videoViews: Int = count("Views")
    favorites: Int = count("Times added to the favourites")
    reach: Int = count("People who viewed it")
    averageTimeWatched: Num = seconds("Mean time watched")
    totalTimeWatched: Num = seconds("Time watched in all")
    fullVideoWatchedRate: Num = ratio("Views to the end per view")
    impressionSources: list[TiktokSource] | None = fact("Where viewers came from")
    audienceCountries: list[TiktokCountry] | None = fact("Countries of the viewers")


class TiktokAccount(Metrics):
    """An account on TikTok. Trails by one or two days; audiences are empty below 100 followers."""

    username: Text = fact("User name")
    displayName: Text = fact("Name shown")
    bio: Text = fact("What it says about itself")
    url: Text = fact("Address")
    userImage: Text = fact("Address of its picture")
    isVerified: Flag = fact("Whether it is verified")
    isBusinessAccount: Flag = fact("Whether it is a business account")
    followerCount: Int = count("Followers")
    followingCount: Int = count("Accounts it follows")
    videoCountTotal: Int = count("Videos")
    viewCountTotal: Int = count("Views of the period named in `viewCountPeriod`")
    likeCountTotal: Int = count("Likes")
    commentCountTotal: Int = count("Comments of the period named in `commentCountPeriod`")
    shareCountTotal: Int = count("Shares of the period named in `shareCountPeriod`")
    commentCountPeriod: Text = fact("Period of the comments, in words")
    shareCountPeriod: Text = fact("Period of the shares, in words")
    viewCountPeriod: Text = fact("Period of the views, in words")
    profileViews: Flow = count("Visits of the profile")
    addressClicks: Flow = count("Clicks on the address")
    appDownloadClicks: Flow = count("Clicks on the app")
    bioLinkClicks: Flow = count("Clicks on the profile's link")
    emailClicks: Flow = count("Clicks on the e-mail address")
    phoneNumberClicks: Flow = count("Clicks on the phone number")
    leadSubmissions: Flow = count("Forms sent")
    audienceAges: list[TiktokAge] | None = fact("Ages of the audience")
    audienceCountries: list[TiktokCountry] | None = fact("Countries of the audience")
    audienceGenders: list[TiktokGender] | None = fact("Genders of the audience")
