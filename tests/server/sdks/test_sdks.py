"""Every method of the vendor's two SDKs gets a sensible answer from `python -m server`.

`calls.json` is one story told by both: a step names the method of each SDK, its arguments, what the answer must hold by
path (a value, or the name of a type) and what of it is kept for later steps as `$name`. A step that `awaits` a noun or
a call of the catalogue waits until it is there.
"""

import base64
import io
import json
from pathlib import Path

from PIL import Image

from social.contract.routes import ROUTES

STEPS = json.loads((Path(__file__).parent / "calls.json").read_text(encoding="utf-8"))
TYPES = {"str": str, "int": int, "list": list, "dict": dict, "any": object}
NEVER = {404, 405, 500}


def methods(kind):
    return {step[kind] for step in STEPS if kind in step}


def complaint(answer, wanted, kept):
    """What is wrong with an answer, empty when nothing is."""
    if isinstance(answer, dict) and ("thrown" in answer or answer.get("code") in NEVER):
        return f"answered {answer}"
    for path, expected in kept.filled(wanted).items():
        try:
            found = kept.at(answer, path)
        except (KeyError, IndexError, TypeError):
            return f"has no {path}: {str(answer)[:300]}"
        kind = TYPES.get(expected) if isinstance(expected, str) else None
        if not (isinstance(found, kind) if kind else found == expected):
            return f"has {path} = {found!r}, not {expected!r}: {str(answer)[:300]}"
    return ""


def picture():
    file = io.BytesIO()
    Image.new("RGB", (1080, 1080), "white").save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def run(step, sdk, client, kept):
    """One step; returns what is wrong."""
    if "sandbox" in step:
        answer = client.post(f"/sandbox/{step['sandbox']}", json=step["body"])
        return "" if answer.is_success else f"answered {answer.text}"
    if "fresh" in step:
        sdk.fresh()
        return ""
    try:
        arguments = kept.filled(step["args"])
        answer = sdk.call(step[sdk.name], *arguments)
        wrong = complaint(answer, step.get("get", {}), kept)
    except KeyError as error:
        return f"needs {error} of an earlier step"
    if not wrong:
        kept.keep(answer, step.get("keep", {}))
    return wrong


def test_every_method_gets_a_sensible_answer(make_sdk, start_server, feed_url, kept):
    client, _ = start_server(allow_private_addresses="true", rate_limit="0")
    sdk = make_sdk(str(client.base_url.join("/api")))
    assert sdk.methods == methods(sdk.name)
    kept.known |= {"png": picture(), "feed": feed_url}
    wrong = []
    for step in STEPS:
        concerns = sdk.name in step or step.keys() & {"sandbox", "fresh"}
        if concerns and "awaits" not in step and (found := run(step, sdk, client, kept)):
            wrong.append(f"{step.get(sdk.name, step)} {found}")
    assert not wrong, "\n".join(wrong)


def test_nothing_is_awaited_that_is_there():
    there = {route.name for route in ROUTES} | {route.name.partition(".")[0] for route in ROUTES}
    awaited = {step["awaits"] for step in STEPS if "awaits" in step}
    assert awaited & there == set(), "take `awaits` out of these steps of calls.json"
