"""What is generated from the protocol's declarations."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chat.protocol import PROTOCOL
from chat.protocol.codes import RETRYABLE, Code
from web.cli import application
from web.wire import files, model, reference, typescript
from web.wire.model import Field


@pytest.fixture(scope="module")
def wire() -> model.Wire:
    return model.read()


@pytest.fixture(scope="module")
def types(wire: model.Wire) -> str:
    return typescript.write(wire)


def interface(types: str, name: str) -> str:
    found = re.search(rf"export interface {name} {{\n(.*?)\n}}", types, re.DOTALL)
    assert found, name
    return found[1]


def test_every_member_of_a_union_has_its_interface_with_its_tag(wire: model.Wire, types: str) -> None:
    """A union that names what is not declared does not compile; one without tags does not discriminate."""
    for members in wire.unions.values():
        for member in members:
            assert re.match(r'  type: "[a-z_]+";', interface(types, member))


def test_a_client_may_leave_out_what_has_a_default(types: str) -> None:
    """Of what it sends; what it gets is whole, but for fields that the server omits."""
    assert "  cursors?: Cursor[];" in interface(types, "VisitorHello")
    assert "  public?: number;" in interface(types, "Cursor")
    assert "  retry_after_ms: number | null;" in interface(types, "Failed")
    assert "  status_path: string;" in interface(types, "TicketView")
    assert "  payload?: JsonObject;" in interface(types, "Entry")


def test_named_literals_keep_their_names(types: str) -> None:
    """`Thread`, not its values again at each field; values where there is no name."""
    assert "  thread: Thread;" in interface(types, "Acked")
    assert '  alerts: ("depth" | "wait")[];' in interface(types, "TeamRow")


def test_words_of_the_declarations_come_along(types: str) -> None:
    """Docstrings of classes, fields and aliases, as comments."""
    assert "/** The message is durable. The same client id again gets the same answer. */" in types
    assert "/** Ids of teams. */" in interface(types, "StaffView")
    assert "/** How the live exchange stands:" in types


def test_a_comment_cannot_be_ended_by_its_words() -> None:
    """Else a docstring could break the file."""
    assert typescript.comment("a */ b") == ["/** a * / b */"]


def test_codes_and_constants_are_there(types: str) -> None:
    """All codes, those to send again, the close codes and the version."""
    assert f"export const PROTOCOL = {PROTOCOL};" in types
    for code in Code:
        assert f'  {code.value}: "' in types
    retried = re.search(r"new Set<Code>\(\[\n(.*?)\]\)", types, re.DOTALL)
    assert retried
    assert {Code(code) for code in re.findall(r'"(\w+)"', retried[1])} == RETRYABLE
    assert "  HELLO_TIMEOUT: 4000," in types


def test_a_type_that_is_not_known_is_told(types: str) -> None:
    """Rather than written as `any`."""
    with pytest.raises(TypeError, match="no TypeScript is known"):
        typescript.member(Field("x", dict[int, str], False, ""), {})


def test_an_object_of_any_keys_has_its_type_and_bounds(wire: model.Wire, types: str) -> None:
    """Skills to agents, attributes from pages."""
    assert "  skills: Record<string, number>;" in interface(types, "ConversationSummary")
    assert "  attributes?: Record<string, string>;" in interface(types, "StartConversation")
    told = "| `attributes` | object (at most 20): string → string (at most 300) | may be left out."
    assert told in reference.write(wire)


def test_the_reference_says_bounds_and_who_may_send(wire: model.Wire) -> None:
    """What a writer of a client has to know."""
    text = reference.write(wire)
    assert "| `body` | string (1–8000) |" in text
    tags = {shape.name: shape.tag for shape in wire.commands}
    allowed = ", ".join(f"`{tags[name]}`" for name in wire.unions["StatusCommand"])
    assert f"| a status page | {allowed} |" in text
    assert "| `order` |" in text


def test_stale_files_are_found_written_and_then_current(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--check` changes nothing and fails; without it the files are written; then the check passes."""
    monkeypatch.setattr(files, "ROOT", tmp_path)
    run = CliRunner()
    stale = run.invoke(application(), ["protocol", "--check"])
    assert (stale.exit_code, "stale: web/front/src/client/wire.gen.ts" in stale.output) == (1, True)
    assert list(tmp_path.iterdir()) == []
    assert run.invoke(application(), ["protocol"]).exit_code == 0
    assert run.invoke(application(), ["protocol", "--check"]).exit_code == 0
    (tmp_path / "chat/protocol/REFERENCE.md").write_text("by hand")
    changed = run.invoke(application(), ["protocol", "--check"])
    assert changed.exit_code == 1
    assert "REFERENCE.md" in changed.output
    assert "wire.gen.ts" not in changed.output


def test_the_files_in_the_tree_are_current() -> None:
    """Whoever changes the protocol runs `frontdesk protocol`."""
    assert files.stale(files.generated()) == []
