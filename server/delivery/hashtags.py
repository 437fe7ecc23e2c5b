"""The sandbox's hashtags: how often a tag was viewed, who posted with it, which are hidden. From the tag alone."""

import hashlib
import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from server.delivery.ids import Seed
from server.delivery.people import stranger

_ENDINGS = ("", "tok", "life", "love", "tips", "community", "lover", "daily", "inspo", "ideas", "challenge", "diy")
_MOST_RECOMMENDED = 10
_RESULTS = 12
# Tags that Instagram was reported to hide, a part of the lists that go around; a sandbox can know no more.
# fmt: off
HIDDEN = frozenset({
    "adulting", "alone", "always", "armparty", "asiangirl", "assday", "besties", "bikinibody", "boho", "brain",
    "costumes", "curvygirls", "date", "dating", "desk", "direct", "dm", "dogsofinstagram", "eggplant", "elevator",
    "followforfollow", "girlsonly", "gloves", "graffitiigers", "hardworkpaysoff", "hotweather", "humpday",
    "hustler", "ilovemyinstagram", "instababy", "instasport", "iphonegraphy", "italiano", "kansas", "kickoff",
    "killingit", "lean", "like4like", "loseweight", "master", "models", "mustfollow", "nasty", "newyearsday",
    "nudity", "overnight", "parties", "petite", "pornfood", "prettygirl", "pushups", "rate", "saltwater", "shower",
    "single", "singlelife", "skateboarding", "skype", "snap", "snapchat", "snowstorm", "sopretty", "stranger",
    "streetphoto", "sunbathing", "swole", "tag4like", "tagsforlikes", "tanlines", "tgif", "todayimwearing",
    "treadmill", "undies", "valentinesday", "weed", "woman", "women", "workflow",
})
# fmt: on


def recommended(keyword: str) -> list[tuple[str, int]]:
    """Tags around a keyword with how often their videos were viewed, the most viewed first."""
    tags = {f"{keyword}{ending}" for ending in _ENDINGS}
    return sorted(((tag, _views(tag)) for tag in tags), key=lambda one: (-one[1], one[0]))[:_MOST_RECOMMENDED]


def tag_id(tag: str) -> str:
    """Instagram's id of a tag."""
    return Seed("hashtag", tag).digits(17)


def tagged(tag: str, now: datetime, base: str, *, recent: bool) -> Iterator[dict[str, Any]]:
    """Posts of strangers with a tag: the liked ones of all time, or those of the last hours; `base`: our address."""
    hour = f"{now:%Y%m%d%H}" if recent else "top"
    for place in range(_RESULTS):
        digest = hashlib.sha256(f"tagged:{tag}:{hour}:{place}".encode()).digest()
        likes = int((20 if recent else 2000) * (1 + digest[0] / 16) / (1 + place))
        seed = Seed("tagged", tag, hour, str(place))
        author, key = stranger("instagram", digest), digest[8:16].hex()
        yield {
            "id": seed.digits(17),
            "caption": f"{author.name} about #{tag}",
            "mediaType": "IMAGE",
            "mediaUrl": f"{base}/sandbox/pictures/posts/{key}.jpg",
            "likeCount": likes,
            "commentsCount": likes // 20,
            "timestamp": (now - timedelta(minutes=7 * place)).strftime("%Y-%m-%dT%H:%M:%S+0000") if recent else None,
        }


def _views(tag: str) -> int:
    drawn = int.from_bytes(hashlib.sha256(f"views:{tag}".encode()).digest()[:8]) / 2**64
    return int(1000 * math.exp(11 * drawn))
