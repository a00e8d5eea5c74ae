"""Frames to commands and events to frames, the only place where JSON is read or written."""

from typing import Final, TypeVar

import msgspec

from chat.errors import Refused
from chat.protocol.codes import MESSAGES, Code
from chat.protocol.commands import StaffCommand, StatusCommand, VisitorCommand
from chat.protocol.events import Event, Failed

Command = TypeVar("Command")

NUL: Final = "That text has a character that cannot be kept (U+0000)."

visitor_commands: Final = msgspec.json.Decoder(VisitorCommand)
status_commands: Final = msgspec.json.Decoder(StatusCommand)
staff_commands: Final = msgspec.json.Decoder(StaffCommand)

_encoder: Final = msgspec.json.Encoder()


class _Envelope(msgspec.Struct):
    type: str = ""
    ref: str = ""


_envelopes: Final = msgspec.json.Decoder(_Envelope)


def encode(event: Event) -> bytes:
    """One encoding serves everyone who receives the event."""
    return _encoder.encode(event)


def decode(decoder: msgspec.json.Decoder[Command], frame: str | bytes) -> Command:
    """Read one frame. Raises `Refused` with the code that the client gets."""
    try:
        command = decoder.decode(frame)
    except msgspec.ValidationError as error:
        raise _refusal(frame, str(error)) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Refused(Code.BAD_FRAME) from None
    # In text U+0000 can only stand escaped, so that a look at the frame spares looking at the fields.
    if isinstance(frame, str) and "\\u0000" in frame and _has_nul(command):
        raise Refused(Code.INVALID, NUL, ref=getattr(command, "ref", "").replace("\0", ""))
    return command


def _has_nul(part: object) -> bool:
    if isinstance(part, str):
        return "\0" in part
    if isinstance(part, list):
        return any(_has_nul(each) for each in part)
    if isinstance(part, dict):
        return any(_has_nul(each) for pair in part.items() for each in pair)
    if isinstance(part, msgspec.Struct):
        return any(_has_nul(getattr(part, name)) for name in part.__struct_fields__)
    return False


def _refusal(frame: str | bytes, reason: str) -> Refused:
    try:
        envelope = _envelopes.decode(frame)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return Refused(Code.INVALID, reason)
    ref = envelope.ref[:64]
    if "Invalid value" in reason and reason.endswith("`$.type`"):
        return Refused(Code.UNKNOWN_COMMAND, ref=ref)
    if "length <=" in reason:
        return Refused(Code.TOO_LARGE, ref=ref)
    return Refused(Code.INVALID, f"{MESSAGES[Code.INVALID]} ({reason})", ref=ref)


def failed(ref: str, refusal: Refused) -> bytes:
    """The reply to a command that had no effect."""
    return encode(
        Failed(
            ref=ref or refusal.ref,
            code=refusal.code,
            message=refusal.message,
            retry_after_ms=refusal.retry_after_ms,
        )
    )
