"""The desk's HTTP interface, with what only the bench asks of it."""

import msgspec
from msgspec import Struct

from web.replay.desk import Desk


class _Team(Struct):
    id: str


class _Teams(Struct):
    teams: list[_Team]


class BenchDesk(Desk):
    """Signed in as an admin, who may change teams."""

    async def change_teams(self, **settings: object) -> None:
        """The same settings for every team."""
        answer = await self._request("GET", "/api/teams")
        for team in msgspec.json.decode(answer.content, type=_Teams).teams:
            await self._request("PATCH", f"/api/teams/{team.id}", settings)
