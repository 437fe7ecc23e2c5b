"""The sandbox's public: accounts of any name, pages and members that a search finds, what X says of a word."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from server.delivery.accounts import Account, account_of
from server.delivery.arrivals import newest
from server.delivery.ids import Seed
from server.delivery.people import stranger

FOUND = 5
HEARD_FOR = timedelta(days=7)
HEARD_PER_DAY = 12
_SAID = (
    "Has anybody tried {word}?",
    "{word} again. I like it.",
    "Why does everybody talk about {word}?",
    "Long read on {word}, worth it",
    "Unpopular opinion: {word} is overrated",
    "My weekend: {word} and nothing else",
    "Where do you get good {word}?",
)
_KINDS = ("", " Official", " Community", " Fans", " & Friends")


def account_named(platform: str, name: str, base: str) -> Account:
    """The account somebody has under this name; the same for the same name in any spelling of case."""
    made = account_of(f"stranger:{name.lower()}", platform)
    return replace(made, username=name, name=name.replace(".", " ").replace("_", " ").title(), base=base)


def profile(account: Account, now: datetime) -> dict[str, Any]:
    """What is public of an account, in the keys of its network (content.md 10)."""
    common = {"id": account.id, "username": account.username, "name": account.name}
    followers = account.followers(now)
    website = f"https://{account.username.lower()}.example.org"
    if account.network == "instagram":
        counts = {"followersCount": followers, "followsCount": 40 + followers % 300, "mediaCount": 20 + followers % 180}
        said = {"igId": Seed("ig", account.id).digits(11), "biography": account.description, "website": website}
        return common | said | counts | {"profilePictureUrl": account.picture}
    if account.network == "facebook":
        said = {"about": account.description, "description": account.description, "website": website}
        counts = {"followersCount": followers, "fanCount": followers * 9 // 10}
        place = {"verificationStatus": "not_verified", "location": {"city": "Paris"}}
        return common | said | counts | place | {"picture": {"data": {"url": account.picture}}}
    known = {"description": account.description, "followersCount": followers, "profilePictureUrl": account.picture}
    return common | known | ({"url": account.url} if account.url else {})


def pages(search: str, base: str) -> Iterator[dict[str, Any]]:
    """Facebook pages whose name holds the search text."""
    for kind in _KINDS:
        page = account_of(f"page:{search.lower()}{kind}", "facebook")
        shown = {"id": page.id, "name": f"{search.title()}{kind}", "link": f"https://www.facebook.com/{page.id}"}
        yield shown | {"verificationStatus": "not_verified", "picture": replace(page, base=base).picture}


def members(search: str, base: str) -> Iterator[dict[str, Any]]:
    """LinkedIn members; the sandbox knows first names to go with any search text."""
    for place in range(FOUND):
        digest = hashlib.sha256(f"member:{search.lower()}:{place}".encode()).digest()
        person = stranger("linkedin", digest)
        first = person.name.partition(" ")[0]
        shown = {"id": person.id, "name": f"{first} {search.title()}", "vanityName": person.username}
        yield shown | {"headline": "Sandbox member", "picture": base + person.picture}


def heard(word: str, now: datetime, base: str, most: int) -> list[dict[str, Any]]:
    """What X says of a word within the last seven days, newest first."""
    arrived = newest(f"listen:{word.lower()}", now - HEARD_FOR, now, per_day=HEARD_PER_DAY)
    found = []
    for arrival in islice(arrived, most):
        person = stranger("twitter", arrival.digest)
        likes = arrival.digest[20]
        author = {"id": person.id, "name": person.name, "screenName": person.username}
        found.append(
            {
                "id": Seed("listen", word.lower(), arrival.key).digits(19),
                "text": _SAID[arrival.digest[21] % len(_SAID)].format(word=word),
                "createdAt": arrival.at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                "user": author | {"profileImageUrl": base + person.picture},
                "metrics": {"retweetCount": likes // 9, "favoriteCount": likes},
                "entities": {"hashtags": []},
            }
        )
    return found
