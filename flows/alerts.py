"""Alerts: with a notification block named `dovecote-alerts`, runs that fail, are late or have troubles tell of it.

Which kind of block (Slack, Teams, mail, a webhook, …) is the user's choice; its name makes it ours.
"""

from dataclasses import dataclass
from uuid import UUID

import anyio
from prefect.automations import Automation
from prefect.client.orchestration import get_client
from prefect.events.actions import SendNotification
from prefect.events.schemas.automations import EventTrigger
from prefect.events.schemas.events import ResourceSpecification

from tasks.states import TROUBLED

BLOCK = "dovecote-alerts"
TAG = "dovecote"
PAGE = 100
_BODY = """{{ flow.name }}/{{ deployment.name }}, run {{ flow_run.name }}: {{ flow_run.state.name }}
{{ flow_run.state.message }}
{{ flow_run|ui_url }}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One automation: which states of a run of ours are told, and how."""

    name: str
    states: tuple[str, ...]
    subject: str
    description: str


ALERTS = (
    Alert(
        name="dovecote-alert-failed",
        states=("Failed", "Crashed", "TimedOut"),
        subject="Dovecote: {{ flow_run.name }} {{ flow_run.state.name }}",
        description="A run failed, crashed, or was ended as a zombie.",
    ),
    Alert(
        name="dovecote-alert-late",
        states=("Late",),
        subject="Dovecote: {{ flow_run.name }} is late",
        description="A scheduled run was not started: is a worker of the pool running?",
    ),
    Alert(
        name="dovecote-alert-troubles",
        states=(TROUBLED,),
        subject="Dovecote: {{ flow_run.name }} ended with troubles",
        description="A run did its work, but some feed, post or number needs attention.",
    ),
)


async def furnish() -> list[str]:
    """Make the alerts, or bring them up to date; returns their names, none where nobody made the block."""
    block = await _block()
    if block is None:
        return []
    for alert in ALERTS:
        action = SendNotification(block_document_id=block, subject=alert.subject, body=_BODY)
        await _put(_automation(alert, action))
    return [alert.name for alert in ALERTS]


async def _block() -> UUID | None:
    """The id of the block that tells people, whatever its type."""
    async with get_client() as client:
        offset = 0
        while page := await client.read_block_documents(offset=offset, limit=PAGE, include_secrets=False):
            for block in page:
                if block.name == BLOCK and block.block_schema and "notify" in block.block_schema.capabilities:
                    return block.id
            offset += PAGE
    return None


def _automation(alert: Alert, action: SendNotification) -> Automation:
    return Automation(
        name=alert.name,
        description=alert.description,
        trigger=EventTrigger(
            match=ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"}),
            match_related=ResourceSpecification(
                {"prefect.resource.id": f"prefect.tag.{TAG}", "prefect.resource.role": "tag"}
            ),
            for_each={"prefect.resource.id"},
            expect={f"prefect.flow-run.{state}" for state in alert.states},
            threshold=1,
        ),
        actions=[action],
    )


async def _put(automation: Automation) -> None:
    try:
        automation.id = (await Automation.aread(name=automation.name)).id
    except ValueError:
        await automation.acreate()
    else:
        await automation.aupdate()


def main() -> None:
    """Say what was made."""
    names = anyio.run(furnish)
    print(f"alerts: {', '.join(names)}" if names else f"no alerts: make a notification block {BLOCK!r} first")  # noqa: T201


if __name__ == "__main__":
    main()
