"""What is known of files that were sent; their bytes are kept elsewhere."""

from datetime import datetime

import uuid_utils
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables


class Attachment(Struct, frozen=True, kw_only=True):
    """`size` in bytes; `sha256` in hexadecimal."""

    id: str
    conversation_id: str
    name: str
    media_type: str
    size: int
    sha256: str
    created_at: datetime


async def add(
    tx: AsyncConnection,
    conversation_id: str,
    name: str,
    media_type: str,
    size: int,
    sha256: str,
    at: datetime,
) -> Attachment:
    """Note a file of a conversation."""
    made = Attachment(
        id=str(uuid_utils.uuid7()),
        conversation_id=conversation_id,
        name=name,
        media_type=media_type,
        size=size,
        sha256=sha256,
        created_at=at,
    )
    fields = {field: getattr(made, field) for field in Attachment.__struct_fields__}
    await tx.execute(tables.attachment.insert().values(**fields))
    return made


async def get(tx: AsyncConnection, id: str) -> Attachment | None:
    """One attachment, or None."""
    row = (await tx.execute(select(tables.attachment).where(tables.attachment.c.id == id))).first()
    return None if row is None else Attachment(**row._asdict())
