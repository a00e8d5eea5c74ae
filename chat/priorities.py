"""Who comes first: the desk's rules, judged on what is known of an arrival. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from store.drafts import Channel
from store.rules import Condition, Rule

NORMAL: Final = 1
HIGH: Final = 2
ATTRIBUTE: Final = "attribute:"
PAGE: Final = "page."


class Arrival(Struct, frozen=True, kw_only=True):
    """What rules can look at. `attributes` are those that the site has signed for the customer,
    `page_attributes` what the page says, which anybody can send."""

    customer_name: str = ""
    customer_email: str = ""
    customer_vip: bool = False
    organisation_name: str = ""
    organisation_vip: bool = False
    page_url: str = ""
    page_title: str = ""
    topic: str = ""
    language: str = ""
    channel: Channel = "chat"
    attributes: Mapping[str, str] = {}
    page_attributes: Mapping[str, str] = {}


def of(rules: Sequence[Rule], arrival: Arrival) -> int:
    """The priority, 0 low to 3 urgent: of the first rule that applies, else high for a VIP, else normal."""
    for rule in rules:
        if all(holds(condition, arrival) for condition in rule.when):
            return rule.priority
    return HIGH if arrival.customer_vip or arrival.organisation_vip else NORMAL


def holds(condition: Condition, arrival: Arrival) -> bool:
    """Whether one condition is met, letter case aside. What is not known is empty; one that a later version
    wrote and this one does not know is not met."""
    found, wanted = _found(condition.field, arrival), condition.value.strip().casefold()
    if found is None:
        return False
    said = found.strip().casefold()
    match condition.op:
        case "is":
            return said == wanted
        case "is_not":
            return said != wanted
        case "contains":
            return wanted in said
        case "starts_with":
            return said.startswith(wanted)
        case "ends_with":
            return said.endswith(wanted)
        case "exists":
            return said not in ("", "false")
    return False


def _found(field: str, arrival: Arrival) -> str | None:
    if field.startswith(ATTRIBUTE):
        key = field.removeprefix(ATTRIBUTE)
        if key.startswith(PAGE):
            return arrival.page_attributes.get(key.removeprefix(PAGE), "")
        return arrival.attributes.get(key, "")
    known: Mapping[str, str | bool] = {
        "customer.name": arrival.customer_name,
        "customer.email": arrival.customer_email,
        "customer.vip": arrival.customer_vip,
        "organisation.name": arrival.organisation_name,
        "organisation.vip": arrival.organisation_vip,
        "page.url": arrival.page_url,
        "page.title": arrival.page_title,
        "topic": arrival.topic,
        "language": arrival.language,
        "channel": arrival.channel,
    }
    found = known.get(field)
    return str(found).lower() if isinstance(found, bool) else found
