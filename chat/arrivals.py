"""What a conversation starts with: its team, what it asks of an agent, how it ranks and what it weighs."""

from typing import Final

from msgspec import structs
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils import uuid7

from chat import languages, priorities
from chat.doors import Door
from chat.priorities import Arrival
from chat.protocol.commands import StartConversation
from store import customers, organisations, rules, teams
from store.conversations import Conversation, New
from store.customers import Customer
from store.drafts import Channel
from store.sites import Site

SUBJECT_LENGTH: Final = 80


def team_of(site: Site, topic: str) -> str:
    """The team that a topic goes to."""
    chosen = next((entry.team_id for entry in site.topics if entry.key == topic), None)
    return chosen or site.default_team_id


async def new(
    tx: AsyncConnection, customer: Customer, site: Site, door: Door, wish: StartConversation
) -> New:
    """A conversation as it will be; a message to be answered later where the door is shut."""
    topic = next((entry for entry in site.topics if entry.key == wish.topic), None)
    waits = not wish.leave and not door.shut
    channel: Channel = "chat" if waits else "message"
    language = languages.primary(wish.language)
    arrival = Arrival(
        page_url=wish.page_url,
        page_title=wish.page_title,
        topic=wish.topic,
        language=language,
        channel=channel,
        page_attributes=wish.attributes,
    )
    return New(
        id=str(uuid7()),
        site_id=site.id,
        customer_id=customer.id,
        team_id=door.team_id,
        client_id=wish.client_id,
        subject=_subject(wish.body),
        live="waiting" if waits else "message",
        topic=wish.topic,
        page_url=wish.page_url,
        page_title=wish.page_title,
        priority=await _priority(tx, customer, arrival),
        weight=await weight(tx, door.team_id, channel),
        language=language,
        skills=topic.skills if topic else {},
        channel=channel,
        attributes=wish.attributes,
    )


async def priority(tx: AsyncConnection, row: Conversation, channel: Channel) -> int:
    """How a conversation ranks by what is known now; what a person has set stays."""
    customer = await customers.get(tx, row.customer_id)
    if row.priority_set or customer is None:
        return row.priority
    arrival = Arrival(
        page_url=row.page_url,
        page_title=row.page_title,
        topic=row.topic,
        language=row.language,
        channel=channel,
        page_attributes=row.attributes,
    )
    return await _priority(tx, customer, arrival)


async def weight(tx: AsyncConnection, team_id: str, channel: Channel) -> int:
    """What a conversation of this channel takes of an agent's capacity in a team, in hundredths of a chat."""
    team = await teams.get(tx, team_id)
    return team.weights[channel] if team else 100


async def _priority(tx: AsyncConnection, customer: Customer, arrival: Arrival) -> int:
    known: Customer | None = customer
    if customer.organisation_id:
        # Whoever makes it a VIP now waits for us, and then finds this conversation; who did so just before
        # is seen by reading again.
        await organisations.hold(tx, customer.organisation_id)
        known = await customers.get(tx, customer.id)
    return priorities.of(await rules.read(tx), _of(known or customer, arrival))


def _of(customer: Customer, arrival: Arrival) -> Arrival:
    return structs.replace(
        arrival,
        customer_name=customer.name,
        customer_email=customer.email,
        customer_vip=customer.vip,
        organisation_name=customer.organisation_name or "",
        organisation_vip=customer.organisation_vip,
        attributes={key: str(value) for key, value in customer.attributes.items()},
    )


def _subject(text: str) -> str:
    lines = text.strip().splitlines() or [text]
    subject = lines[0]
    if len(subject) > SUBJECT_LENGTH:
        subject = subject[: SUBJECT_LENGTH - 1].rstrip() + "…"
    return subject
