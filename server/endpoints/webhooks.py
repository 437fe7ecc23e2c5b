"""`/hook/webhook`: registering, listing, removing, a new secret (analytics.md 10.1); and the sandbox's controls."""

from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from pipeline.fetching import Blocked
from pipeline.fetching.addresses import check_url, literal, refusal
from server.answers import ApiError
from server.auth import Caller
from server.routing import handles
from server.store import webhooks as store
from server.store.webhooks import Webhook
from social.contract.routes import DELETE_WEBHOOK, LIST_WEBHOOKS, REGISTER_WEBHOOK, ROTATE_SECRET
from social.contract.webhooks import SecretRequest, WebhookDelete, WebhookRequest, WebhooksQuery
from social.instants import wire_ms

ACTION = "webhook"


@handles(REGISTER_WEBHOOK)
async def register(caller: Caller, body: WebhookRequest) -> dict[str, Any]:
    """Register an address for an action, in place of an earlier one; a secret becomes that of the whole profile."""
    _check_url(body.url, allow_private=caller.settings.allow_private_addresses)
    async with caller.database.begin() as connection:
        await store.register(connection, caller.profile_id, body.action, body.url, source=body.source, now=caller.now)
        if body.secret:
            await store.set_secret(connection, caller.profile_id, body.secret, caller.now)
    return {"status": "success", "action": body.action, "url": body.url, "refId": caller.ref_id}


@handles(LIST_WEBHOOKS)
async def listed(caller: Caller, query: WebhooksQuery) -> dict[str, Any]:
    """The profile's addresses under one tag; with `allWebhooks` of every tag, and as primary of every profile."""
    everyone = query.all_webhooks and not caller.via_profile_key
    async with caller.database.read() as connection:
        hooks = await store.listed(connection, None if everyone else [caller.profile_id])
    if not query.all_webhooks:
        return {"status": "success"} | _shown([hook for hook in hooks if hook.source == query.source])
    parted = groupby(hooks, key=lambda hook: (hook.ref_id, hook.source))
    found = [{"refId": ref_id, "source": source} | _shown(list(some)) for (ref_id, source), some in parted]
    return {"status": "success", "webhooks": [{name: one[name] for name in one if one[name] != ""} for one in found]}


@handles(DELETE_WEBHOOK)
async def unregister(caller: Caller, body: WebhookDelete) -> dict[str, Any]:
    """Forget an address, if there was one."""
    async with caller.database.begin() as connection:
        await store.unregister(connection, caller.profile_id, body.action, source=body.source)
    return {"status": "success", "action": body.action}


@handles(ROTATE_SECRET)
async def rotate(caller: Caller, body: SecretRequest) -> dict[str, Any]:
    """Give the profile's webhooks a new secret."""
    async with caller.database.begin() as connection:
        await store.set_secret(connection, caller.profile_id, body.secret, caller.now)
    return {"status": "success", "action": ACTION, "refId": caller.ref_id}


def _shown(hooks: list[Webhook]) -> dict[str, Any]:
    if not hooks:
        return {}
    return {hook.action: hook.url for hook in hooks} | {"updated": wire_ms(max(hook.updated for hook in hooks))}


def _check_url(url: str, *, allow_private: bool) -> None:
    """Refuse what would never be sent to. Names are looked up when an event is sent, not now. Raises ApiError 101."""
    try:
        check_url(url)
    except Blocked as error:
        raise ApiError(101, f"url: {error}", action=ACTION) from error
    parts = urlsplit(url)
    if parts.scheme != "https" and not allow_private:
        raise ApiError(101, f"url: {url[:200]} is not an https address.", action=ACTION)
    address = literal(parts.hostname or "")
    if address is not None and (reason := refusal(address, allow_private=allow_private)):
        raise ApiError(101, f"url: {reason}: give the public address of your server.", action=ACTION)
