"""The tables, declared with SQLModel, and each as a Core table for queries.

The classes are the schema; queries use Core, since the ORM is too slow for the message path and a
second way of reading the same rows would be a second thing to know.
"""

from typing import cast

from sqlalchemy import Table
from sqlmodel import SQLModel

from store.tables.conversations import (
    AttachmentTable,
    ConversationTable,
    EntryTable,
    SearchDocumentTable,
    TicketTable,
)
from store.tables.desks import DeskTable, SiteTable, TeamTable
from store.tables.people import (
    CustomerTable,
    OrganisationTable,
    StaffSessionTable,
    StaffTable,
    TeamMemberTable,
)
from store.tables.work import (
    AssignmentTable,
    BackupTable,
    JobTable,
    MendingTable,
    OfferTable,
    QueueVisitTable,
)

metadata = SQLModel.metadata


def _core(model: type[SQLModel]) -> Table:
    return cast(Table, model.__table__)  # type: ignore[attr-defined]


desk = _core(DeskTable)
site = _core(SiteTable)
team = _core(TeamTable)
staff = _core(StaffTable)
team_member = _core(TeamMemberTable)
staff_session = _core(StaffSessionTable)
organisation = _core(OrganisationTable)
customer = _core(CustomerTable)
conversation = _core(ConversationTable)
ticket = _core(TicketTable)
entry = _core(EntryTable)
attachment = _core(AttachmentTable)
search_document = _core(SearchDocumentTable)
assignment = _core(AssignmentTable)
queue_visit = _core(QueueVisitTable)
offer = _core(OfferTable)
job = _core(JobTable)
mending = _core(MendingTable)
backup = _core(BackupTable)
