"""Metrics of Pinterest (analytics.md 5.6)."""

from social.contract.metrics.base import Int, Metrics, Num, Part, Text, Texts, count, fact, instant, milliseconds, ratio


class PinterestPost(Metrics):
    """A pin. Impressions come one to three days late."""

    description: Text = fact("Text")
    media: dict[str, object] | None = fact("Facts of the pin's media")
    totalComments: Int = count("Comments")
    totalReactions: Int = count("Reactions")
    impression: Int = count("Times shown")
    save: Int = count("Saves to a board")
    outboundClick: Int = count("Clicks to the website")
    saveRate: Num = ratio("Saves per impression")
    pinClick: Int = count("Clicks on the pin")
    profileVisit: Int = count("Visits of the profile it brought")
    userFollow: Int = count("Follows it brought")
    videoStart: Int = count("Video starts")
    videoMrcView: Int = count("Views of 2 seconds with half of the video in sight")
    video10sView: Int = count("Views of 10 seconds and more")
    videoAvgWatchTime: Num = milliseconds("Mean time watched")
    videoV50WatchTime: Num = milliseconds("Time watched with half of the video in sight")
    quartile95PercentView: Int = count("Views of 95 % of the video")


class PinterestBoardMedia(Part):
    """Pictures of a board."""

    imageCoverUrl: Text = fact("Address of the cover")
    pinThumbnailUrls: Texts = fact("Addresses of some pins' pictures")


class PinterestBoard(Part):
    """A board."""

    name: Text = fact("Name")
    followerCount: Int = count("Followers")
    pinCount: Int = count("Pins")
    privacy: Text = fact("PUBLIC, PROTECTED or SECRET")
    createdAt: Text = instant("When it was made")
    media: PinterestBoardMedia | None = fact("Its pictures")


class PinterestNumbers(Part):
    """Numbers of an account over a day or a period."""

    impression: Int = count("Times pins were shown")
    engagement: Int = count("Saves, clicks and reactions")
    save: Int = count("Saves to a board")
    pinClick: Int = count("Clicks on pins")
    outboundClick: Int = count("Clicks to the website")
    clickthrough: Int = count("Clicks to the website, the older name")
    closeup: Int = count("Close-ups, the older name of clicks on pins")
    fullScreenPlay: Int = count("Full screen plays")
    engagementRate: Num = ratio("Engagements per impression")
    saveRate: Num = ratio("Saves per impression")
    pinClickRate: Num = ratio("Clicks on pins per impression")
    outboundClickRate: Num = ratio("Clicks to the website per impression")
    clickthroughRate: Num = ratio("Clicks to the website per impression, the older name")
    closeupRate: Num = ratio("Close-ups per impression")
    fullScreenPlaytime: Num = milliseconds("Time played on the full screen")
    videoAvgWatchTime: Num = milliseconds("Mean time watched")
    videoV50WatchTime: Num = milliseconds("Time watched with half of the video in sight")
    videoStart: Int = count("Video starts")
    videoMrcView: Int = count("Views of 2 seconds with half of the video in sight")
    video10sView: Int = count("Views of 10 seconds and more")
    quartile95PercentView: Int = count("Views of 95 % of a video")


class PinterestDay(Part):
    """One day of an account; its numbers are named as the period's."""

    date: Text = fact("The day, as 2026-10-01")
    dataStatus: Text = fact("READY, or PROCESSING while numbers still come")
    metrics: PinterestNumbers | None = fact("Numbers of the day")


class PinterestAccount(Metrics, PinterestNumbers):
    """An account on Pinterest. The days stand beside the totals without asking."""

    board: PinterestBoard | list[PinterestBoard] | None = fact("Its board or boards")
    daily: list[PinterestDay] | None = fact("The same day by day")
