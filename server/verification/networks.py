"""What the networks themselves would refuse: check 7 of posts.md 12.7, as far as no other post matters."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from server.services import Services
from server.verification.files import Looked, look_at
from server.verification.findings import Finding
from server.verification.submission import Part
from social.contract.posts import FirstComment
from social.networks import NETWORKS
from social.networks.base import Content, MediaFacts, Problem
from social.networks.checks import check

NOTHING: Mapping[str, MediaFacts] = MappingProxyType({})


async def judge(
    services: Services,
    parts: Sequence[Part],
    *,
    linked: frozenset[str],
    scheduled: bool,
    is_video: bool = False,
    made: Mapping[str, MediaFacts] = NOTHING,
    x_problem: int | None = None,
    comment: FirstComment | None = None,
) -> list[Finding]:
    """Everything wrong with the parts, network by network. A network that is not linked is not looked at further.

    `made` are the facts of media that need no look.
    """
    foreign = (url for part in parts for url in part.media_urls if url not in made)
    looked: Looked = {**made, **await look_at(services, foreign, is_video=is_video)}
    found: list[Finding] = []
    for part in parts:
        if part.platform not in linked:
            found.append(Finding.known(part.platform, 156))
        elif x_problem and part.platform == "twitter":
            found.append(Finding.known(part.platform, x_problem))
        else:
            found += [Finding.of(part.platform, one) for one in _problems(part, looked, comment, scheduled=scheduled)]
    return found


def _problems(part: Part, looked: Looked, comment: FirstComment | None, *, scheduled: bool) -> Iterator[Problem]:
    network = NETWORKS[part.platform]
    files = [looked[url] for url in part.media_urls]
    unusable = [file for file in files if isinstance(file, Problem)]
    yield from unusable
    if not unusable:
        media = tuple(file for file in files if isinstance(file, MediaFacts))
        yield from check(network, Content(text=part.text, media=media, options=part.options, scheduled=scheduled))
    limit = network.comment_limit
    if comment is not None and limit is not None and len(comment.comment) > limit:
        message = f"{network.title}: firstComment.comment has {len(comment.comment):,} characters, limit {limit:,}"
        yield Problem(code=network.code, message=message, field="firstComment")
