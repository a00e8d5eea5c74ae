"""The desk's rules, judged on what is known of an arrival."""

import pytest

from chat import languages, priorities
from chat.priorities import Arrival, holds
from store.rules import Condition, Rule

ARRIVAL = Arrival(
    customer_name="Zoë Ångström",
    customer_email="Zoe@Bank.Example",
    organisation_name="Big Bank",
    page_url="https://shop.example/checkout?step=2",
    page_title="Pay",
    topic="billing",
    language="fr",
    channel="message",
    attributes={"plan": "Gold"},
    page_attributes={"cart": "120"},
)


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("customer.name", "contains", "ÅNG"),
        ("customer.email", "ends_with", "@bank.example"),
        ("organisation.name", "is", " big bank "),
        ("organisation.name", "is_not", "Acme"),
        ("page.url", "contains", "/checkout"),
        ("page.title", "starts_with", "p"),
        ("topic", "is", "billing"),
        ("language", "is", "FR"),
        ("channel", "is", "message"),
        ("attribute:plan", "is", "gold"),
        ("attribute:plan", "exists", ""),
        ("attribute:page.cart", "is", "120"),
        ("attribute:unknown", "is_not", "x"),
        ("customer.vip", "is", "false"),
        ("customer.vip", "is_not", "true"),
    ],
)
def test_a_condition_is_met_in_any_letter_case(field: str, op: str, value: str) -> None:
    """By each field and each way to compare."""
    assert holds(Condition(field, op, value), ARRIVAL)


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("customer.name", "is", "Zoë"),
        ("customer.email", "starts_with", "bank"),
        ("attribute:unknown", "exists", ""),
        ("attribute:unknown", "is", "x"),
        ("customer.vip", "exists", ""),
        ("organisation.vip", "is", "true"),
        ("page.weather", "is_not", "sunny"),
        ("topic", "matches", "billing"),
    ],
)
def test_a_condition_that_is_not_met_is_not(field: str, op: str, value: str) -> None:
    """Nor one that this version does not know, whatever it says."""
    assert not holds(Condition(field, op, value), ARRIVAL)


def test_what_a_page_says_never_passes_for_what_the_site_has_signed() -> None:
    """They have names of their own."""
    forged = Arrival(page_attributes={"plan": "gold"})
    assert not holds(Condition("attribute:plan", "is", "gold"), forged)
    signed = Arrival(attributes={"page.plan": "gold"})
    assert not holds(Condition("attribute:page.plan", "exists"), signed)


def test_the_first_rule_that_applies_decides() -> None:
    """All of its conditions hold; later rules and being a VIP do not count then."""
    rules = [
        Rule("no", 3, [Condition("topic", "is", "billing"), Condition("language", "is", "de")]),
        Rule("yes", 0, [Condition("topic", "is", "billing"), Condition("language", "is", "fr")]),
        Rule("late", 3, [Condition("topic", "is", "billing")]),
    ]
    assert priorities.of(rules, ARRIVAL) == 0
    assert priorities.of(rules, Arrival(topic="billing", language="fr", customer_vip=True)) == 0


@pytest.mark.parametrize(
    ("arrival", "priority"),
    [(Arrival(), 1), (Arrival(customer_vip=True), 2), (Arrival(organisation_vip=True), 2)],
)
def test_without_a_rule_a_vip_is_high_and_others_normal(arrival: Arrival, priority: int) -> None:
    """By the customer or their organisation."""
    assert priorities.of([], arrival) == priority


@pytest.mark.parametrize(
    ("tag", "primary"),
    [
        ("fr", "fr"),
        ("fr-CH", "fr"),
        ("PT_br", "pt"),
        ("gsw", "gsw"),
        ("", ""),
        ("x-a", ""),
        ("1f", ""),
        ("ñu", ""),
    ],
)
def test_a_language_is_its_primary_subtag(tag: str, primary: str) -> None:
    """What is none is not asked for."""
    assert languages.primary(tag) == primary
