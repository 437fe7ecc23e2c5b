"""Metrics of YouTube (analytics.md 5.13)."""

from social.contract.metrics.base import (
    Daily,
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
    minutes,
    percent,
    seconds,
)


class YoutubePost(Metrics):
    """A video or Short. Numbers come one to two days late; of other people's videos all are 0."""

    title: Text = fact("Title")
    description: Text = fact("Description")
    channelTitle: Text = fact("Name of the channel")
    thumbnailUrl: Text = fact("Address of the thumbnail")
    created: Text = instant("When it was published")
    privacyStatus: Text = fact("public, unlisted or private")
    madeForKids: Flag = fact("Whether it is made for children")
    tags: Texts = fact("Tags")
    views: Int = count("Views")
    likes: Int = count("Likes")
    dislikes: Int = count("Dislikes")
    comments: Int = count("Comments")
    shares: Int = count("Shares")
    engagedViews: Int = count("Views that went on for some time")
    averageViewDuration: Int = seconds("Mean time watched")
    averageViewPercentage: Num = percent("Mean part watched")
    estimatedMinutesWatched: Int = minutes("Time watched in all")
    subscribersGained: Int = count("Subscribers it brought")
    subscribersLost: Int = count("Subscribers it cost")
    videosAddedToPlaylists: Int = count("Times added to a playlist")
    videosRemovedFromPlaylists: Int = count("Times removed from a playlist")


class YoutubePlaylist(Part):
    """A playlist of the channel."""

    id: Text = fact("Playlist id")
    title: Text = fact("Title")
    description: Text = fact("Description")
    url: Text = fact("Address")
    channelId: Text = fact("Channel id")
    publishedAt: Text = instant("When it was made")
    views: Int = count("Views")
    estimatedMinutesWatched: Num = minutes("Time watched in all")
    viewsPerPlaylistStart: Num = fact("Mean videos viewed per start of the playlist")
    playlistStarts: Int = count("Starts of the playlist")
    averageTimeInPlaylist: Num = minutes("Mean time spent in the playlist")


class YoutubeAccount(Metrics):
    """A channel. Its three totals are text that holds an integer (analytics.md 16)."""

    id: Text = fact("Channel id")
    title: Text = fact("Name")
    description: Text = fact("What it says about itself")
    handle: Text = fact("Handle, with @")
    url: Text = fact("Address")
    thumbnailUrl: Text = fact("Address of its picture")
    playlistId: Text = fact("Playlist of all uploads")
    privacyStatus: Text = fact("public, unlisted or private")
    longUploadsStatus: Text = fact("Whether videos over 15 minutes are allowed")
    created: Text = instant("When it was opened")
    isLinked: Flag = fact("Whether it is linked to a Google account")
    hiddenSubscriberCount: Flag = fact("Whether it hides its subscribers")
    subscriberCount: Text = count("Subscribers, as text")
    videoCount: Text = count("Videos, as text")
    viewCount: Text = count("Views of all time, as text")
    views: Flow = count("Views of the period")
    likes: Flow = count("Likes")
    dislikes: Flow = count("Dislikes")
    comments: Flow = count("Comments")
    shares: Flow = count("Shares")
    averageViewDuration: Num = seconds("Mean time watched")
    averageViewPercentage: Num = percent("Mean part watched")
    estimatedMinutesWatched: float | Daily | None = minutes("Time watched in all")
    subscribersGained: Flow = count("Subscribers won")
    subscribersLost: Flow = count("Subscribers lost")
    videosAddedToPlaylists: Flow = count("Times added to a playlist")
    lifetimeLikes: Int = count("Likes of all public videos; null for over 1,000 videos")
    playlists: list[YoutubePlaylist] | None = fact("Playlists")
