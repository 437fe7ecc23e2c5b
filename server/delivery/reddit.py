"""The sandbox's Reddit: which subreddits there are, and their flairs. The same for everybody, from the name alone."""

import re
from typing import Any

from server.delivery.ids import Seed

# Reddit's own rule for names.
_NAME = re.compile(r"(?!_)\w{3,21}", re.ASCII)
MISSING = "nosuch"
"""How a subreddit begins that the sandbox does not have, so that callers can see what happens then."""
_TEXTS = ("Discussion", "Question", "News", "Guide", "Show and tell", "Announcement")
_COLOURS = ("#0079d3", "#46d160", "#ff4500", "#ffb000", "#7193ff", "#dadada")


def exists(subreddit: str) -> bool:
    """Whether there is such a subreddit; `subreddit` without `/r/`."""
    return _NAME.fullmatch(subreddit) is not None and not subreddit.lower().startswith(MISSING)


def flairs(subreddit: str) -> list[dict[str, Any]]:
    """Two to six flairs as Reddit describes them; of an announcement only moderators make use."""
    name = subreddit.lower()
    count = 2 + int(Seed(name, "flairs").digits(3)) % (len(_TEXTS) - 1)
    return [_flair(name, place) for place in range(count)]


def _flair(subreddit: str, place: int) -> dict[str, Any]:
    text, seed = _TEXTS[place], Seed(subreddit, "flair", str(place))
    groups = [seed.letters(length, "0123456789abcdef") for length in (8, 4, 4, 4, 12)]
    return {
        "type": "richtext",
        "textEditable": place == 0,
        "allowableContent": "all",
        "text": text,
        "maxEmojis": 10,
        "textColor": "dark",
        "modOnly": text == "Announcement",
        "cssClass": "",
        "richtext": [{"e": "text", "t": text}],
        "backgroundColor": _COLOURS[place],
        "id": "-".join(groups),
    }
