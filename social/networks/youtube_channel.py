"""What a YouTube channel has beside its videos' options (posts.md 7.8)."""

from social.networks.base import FileRule
from social.networks.limits import MB, at_most, between

WATERMARK = FileRule(
    formats=frozenset({"jpeg", "png"}),
    converted=frozenset(),
    size=at_most(1 * MB),
    width=between(150, 1_920),
    ratio=between(1, 1),
)
"""The picture at the corner of all videos of a channel."""
CATEGORIES = {
    1: "Film & Animation",
    2: "Autos & Vehicles",
    10: "Music",
    15: "Pets & Animals",
    17: "Sports",
    19: "Travel & Events",
    20: "Gaming",
    22: "People & Blogs",
    23: "Comedy",
    24: "Entertainment",
    25: "News & Politics",
    26: "Howto & Style",
    27: "Education",
    28: "Science & Technology",
    29: "Nonprofits & Activism",
}
"""YouTube's categories that a video may have, by `categoryId`."""
