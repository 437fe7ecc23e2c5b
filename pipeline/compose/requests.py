"""The JSON body of `POST /post` for a draft, as the ledger keeps it and the client sends it (posts.md 3)."""

import json
from collections import Counter

from pipeline.records import Draft
from social.contract.posts import AutoSchedule, FirstComment, PostRequest

# What pipeline.ledger.key finds again in the history; written out because the ledger imports this module.
_NOTE = "dovecote:"


def body(draft: Draft, key: str) -> str:
    """The body as compact JSON: the same draft and key give the same text.

    `key` goes into `idempotencyKey` and `notes`. Text and media are plain where all networks get the same, else objects
    by network (posts.md 3.4). Raises ValueError for a draft without networks, or one that needs several files on
    networks with different media, which the contract cannot say.
    """
    if not draft.texts:
        raise ValueError(f"{draft.campaign} {draft.item.identity}: a draft without networks cannot be sent")
    request = PostRequest(
        post=_texts(draft),
        platforms=draft.platforms,
        media_urls=_media(draft),
        schedule_date=draft.slot.at,
        auto_schedule=AutoSchedule(title=draft.slot.auto_schedule) if draft.slot.auto_schedule else None,
        first_comment=FirstComment(comment=draft.first_comment) if draft.first_comment else None,
        shorten_links=draft.shorten_links,
        requires_approval=draft.requires_approval,
        notes=_NOTE + key,
        idempotency_key=key,
        options=draft.options,
    )
    return json.dumps(request.to_wire(), ensure_ascii=False, separators=(",", ":"))


def _texts(draft: Draft) -> str | dict[str, str]:
    common, times = Counter(draft.texts[network] for network in draft.platforms).most_common(1)[0]
    if times == len(draft.texts):
        return common
    if times == 1:
        return {network: draft.texts[network] for network in draft.platforms}
    own = {network: draft.texts[network] for network in draft.platforms if draft.texts[network] != common}
    return {"default": common, **own}


def _media(draft: Draft) -> list[str] | dict[str, str | list[str]]:
    files = {network: draft.media.get(network, ()) for network in draft.platforms}
    if len(set(files.values())) == 1:
        return list(next(iter(files.values())))
    several = sorted(network for network, urls in files.items() if len(urls) > 1)
    if several:
        raise ValueError(
            f"{draft.campaign} {draft.item.identity}: several files on {', '.join(several)} while other networks get "
            "different media; the contract takes one URL per network then (posts.md 3.4)"
        )
    # No `default`: a network without a key of its own gets nothing.
    return {network: urls[0] for network, urls in files.items() if urls}
