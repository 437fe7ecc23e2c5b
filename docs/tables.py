"""Writes the tables of calls and networks into README.md and docs/api.md, from the catalogue. Run by `make docs`.

A test compares what this makes with what the pages hold, so neither can fall behind.
"""

import re
from itertools import groupby
from pathlib import Path

from social.contract.route import Route
from social.contract.routes import ROUTES
from social.networks import NETWORKS
from social.networks.base import UNLIMITED, Feature, Network

HERE = Path(__file__).parent
PAGES = (HERE.parent / "README.md", HERE / "api.md")

# What our server plays where the hosted service reaches a network, a model or a bank. Empty: nothing is played.
PLAYED = {
    "posts": "delivery: ids and addresses of the network's shape; random and, without a key, Unsplash pictures",
    "validate": "which subreddits exist",
    "utilities": "flairs, answers of collaborators, the watermark",
    "history": "older posts of the accounts, not sent through the API",
    "comments": "comments of strangers on posts, arriving with the numbers of the post",
    "feed": "",
    "reviews": "reviews, one every other week",
    "messages": "strangers who write, read, react and answer; a network's window is kept",
    "media": "",
    "links": "clicks on links in published posts, beside the real ones",
    "hashtags": "views, tagged media; the list of hidden tags is ours",
    "generate": "nothing: a model of yours, else shortening and the mood of a text",
    "brand": "accounts of any name, pages, members, what X says",
    "ads": "everything: nobody pays, spend and results grow with time; interests and places are a few",
    "auto_schedule": "",
    "analytics": "every number: grows with age, from a seed",
    "user": "names and quotas of the accounts",
    "profiles": "the page on which accounts are linked: pressing a button links a made-up account",
    "webhooks": "mentions, X activity and automations happen only when asked to (`POST /sandbox/webhooks/fire`)",
    "errors": "",
}
_MARKED = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_FEATURES = {
    Feature.COMMENTS: "comments",
    Feature.MESSAGES: "messages",
    Feature.REVIEWS: "reviews",
    Feature.THREADS: "threads",
    Feature.STORIES: "stories",
    Feature.POST_ANALYTICS: "post numbers",
    Feature.ACCOUNT_ANALYTICS: "account numbers",
}


def nouns() -> str:
    """One row for each noun of the client, with its verbs and what the sandbox plays."""
    rows = [("client.…", "calls", "what our server plays (sandbox)")]
    for noun, routes in groupby(ROUTES, key=_noun):
        verbs = ", ".join(f"`{route.name.partition('.')[2]}`" for route in routes)
        rows.append((f"`{noun}`", verbs, PLAYED[noun] or "–"))
    return _table(rows)


def calls() -> str:
    """One row for each call of the contract."""
    rows = [("call", "client", "what", "also as", "contract")]
    for route in ROUTES:
        older = ", ".join(f"`{method} {path}`" for method, path in route.aliases)
        rows.append((f"`{route}`", f"`{route.name}`", route.summary, older or "–", route.source))
    return _table(rows)


def networks() -> str:
    """One row for each network: its limits and what it can do."""
    return _table(
        [
            ("network", "`platforms`", "text", "pictures", "videos", "also"),
            *(_network_row(network) for network in NETWORKS.values()),
        ]
    )


def _network_row(network: Network) -> tuple[str, ...]:
    limit = "no limit" if network.text.limit >= UNLIMITED else f"{network.text.limit:,}"
    able = [word for feature, word in _FEATURES.items() if feature in network.features]
    media = network.media
    return (
        network.title,
        f"`{network.name}`",
        limit,
        str(media.max_images or "–"),
        str(media.max_videos or "–"),
        ", ".join(able) or "–",
    )


def _noun(route: Route) -> str:
    return route.name.partition(".")[0]


def _table(rows: list[tuple[str, ...]]) -> str:
    head, *body = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([head, "|" + " --- |" * len(rows[0]), *body]) + "\n"


TABLES = {"nouns": nouns, "calls": calls, "networks": networks}


def filled(page: str) -> str:
    """A page with its tables made anew: what stands between `<!-- table: NAME -->` and `<!-- end -->`."""
    return _MARKED.sub(lambda match: f"{match[1]}{TABLES[match[2]]()}{match[3]}", page)


def main() -> None:
    """Write the pages."""
    for path in PAGES:
        path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
