"""The desk's HTTP interface, as far as a replay needs it: sign-in, agents, visitors, records."""

import asyncio
import random
import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, Self, TypeVar
from urllib.parse import urlencode

import httpx2
import msgspec
from msgspec import Struct

from chat.protocol.views import ConversationSummary
from web.replay.play import Hold

Body = TypeVar("Body")
TRIES: Final = 20
FIRST_BACKOFF_SECONDS: Final = 0.1
LONGEST_BACKOFF_SECONDS: Final = 5.0
LATER: Final = frozenset({429, 502, 503, 504})
"""HTTP statuses that a polite client tries again after."""


class DeskError(Exception):
    """The desk does not do what the replay needs; the text is for the person who runs it."""


class Login(Struct, frozen=True):
    email: str
    password: str


class Colleague(Struct, frozen=True):
    """An agent whom the replay has made, and the cookie of the session."""

    id: str
    cookie: str


class _Visitor(Struct, frozen=True):
    token: str


class _Staff(Struct, frozen=True):
    id: str


class _Site(Struct, frozen=True):
    key: str


class _Sites(Struct, frozen=True):
    sites: list[_Site]


class _Interval(Struct, frozen=True):
    staff: _Staff
    started_at: datetime
    ended_at: datetime | None = None


class CustomerDetails(Struct, frozen=True):
    name: str
    email: str


class Details(Struct, frozen=True):
    """What the desk keeps beside a conversation's thread."""

    customer: CustomerDetails
    assignments: list[_Interval]


class _Page(Struct, frozen=True):
    items: list[ConversationSummary]


class _Refusal(Struct, frozen=True):
    message: str = ""
    retry_after_ms: int | None = None


class Desk:
    """A desk behind one or more web processes; requests go to the next one where one does not answer.

    Use as an async context manager.
    """

    def __init__(self, urls: list[str]) -> None:
        self.urls = [url.rstrip("/") for url in urls]
        self._cookie = ""
        self.told_to_wait_until = 0.0
        """Loop time until which the desk has asked this address to hold back."""
        self._http = httpx2.AsyncClient(timeout=httpx2.Timeout(30), trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    def sockets(self, path: str, first: int) -> list[str]:
        """The WebSocket URLs of `path` at every web process, beginning with number `first`."""
        start = first % len(self.urls)
        urls = self.urls[start:] + self.urls[:start]
        return ["ws" + url.removeprefix("http") + path for url in urls]

    async def sign_in(self, login: Login) -> None:
        """Act as that member of staff from now on. Raises `DeskError`."""
        self._cookie, _ = await self._session(login)

    async def hire(self, count: int, capacity: int) -> list[Colleague]:
        """Make that many agents, in all teams, and sign each in. `capacity` in hundredths of a chat."""
        run = secrets.token_hex(3)
        hired = []
        for number in range(1, count + 1):
            login = Login(f"replay-{run}-{number}@example.invalid", secrets.token_urlsafe(18))
            hired.append(await self.employ(login, f"Replay {run}-{number}", capacity))
        return hired

    async def dismiss(self, colleague: Colleague) -> None:
        """Disable an agent that `hire` made, so that runs leave no accounts open."""
        await self._request("DELETE", f"/api/staff/{colleague.id}")

    async def site(self) -> str:
        """The key of the desk's first site. Raises `DeskError` where there is none."""
        sites = (await self._get("/api/sites", _Sites)).sites
        if not sites:
            raise DeskError("the desk has no site: make one, or give --site")
        return sites[0].key

    async def visitor(self, site: str) -> str:
        """The token of a new visitor of the site."""
        return (await self._post("/api/visitors", {"site": site}, _Visitor)).token

    async def holds(self, conversation_id: str) -> list[Hold]:
        """Who held a conversation from when to when, by the desk's own record."""
        held = (await self.details(conversation_id)).assignments
        return [Hold(one.staff.id, one.started_at, one.ended_at) for one in held]

    async def details(self, conversation_id: str) -> Details:
        return await self._get(f"/api/conversations/{conversation_id}", Details)

    async def search(self, query: str) -> list[ConversationSummary]:
        """The newest conversations that a search finds."""
        asked = urlencode({"q": query, "limit": 100})
        return (await self._get(f"/api/conversations?{asked}", _Page)).items

    async def employ(self, login: Login, name: str, capacity: int) -> Colleague:
        """Make an agent, in all teams, and sign in. `capacity` in hundredths. Raises `DeskError`."""
        wish = {
            "email": login.email,
            "name": name,
            "role": "agent",
            "password": login.password,
            "capacity": capacity,
        }
        await self._post("/api/staff", wish, _Staff)
        cookie, staff = await self._session(login)
        return Colleague(staff.id, cookie)

    async def _session(self, login: Login) -> tuple[str, _Staff]:
        answer = await self._request("POST", "/api/session", login)
        cookies = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
        self._http.cookies.clear()
        return cookies, msgspec.json.decode(answer.content, type=_Staff)

    async def _get(self, path: str, kind: type[Body]) -> Body:
        return msgspec.json.decode((await self._request("GET", path)).content, type=kind)

    async def _post(self, path: str, body: Mapping[str, object], kind: type[Body]) -> Body:
        return msgspec.json.decode((await self._request("POST", path, body)).content, type=kind)

    async def _request(self, method: str, path: str, body: object = None) -> httpx2.Response:
        """Ask, and ask again while the desk says "later" or a web process is away. Raises `DeskError`."""
        wrong = ""
        for attempt in range(TRIES):
            url = self.urls[attempt % len(self.urls)]
            try:
                answer = await self._http.request(
                    method,
                    url + path,
                    content=None if body is None else msgspec.json.encode(body),
                    headers=self._headers(url),
                )
            except httpx2.TransportError as error:
                wrong = f"{url} does not answer ({error})"
                await asyncio.sleep(_backoff(attempt))
                continue
            if answer.is_success:
                return answer
            refusal = _refusal(answer)
            wrong = f"{method} {path}: {answer.status_code} {refusal.message}"
            if answer.status_code not in LATER:
                break
            await asyncio.sleep(self._hold_back(attempt, refusal.retry_after_ms))
        raise DeskError(wrong)

    def _hold_back(self, attempt: int, after_ms: int | None) -> float:
        """Seconds until the next try; the desk's word counts, where it gave one."""
        if after_ms is None:
            return _backoff(attempt)
        until = asyncio.get_running_loop().time() + after_ms / 1000
        self.told_to_wait_until = max(self.told_to_wait_until, until)
        return after_ms / 1000

    def _headers(self, url: str) -> dict[str, str]:
        headers = {"origin": url, "content-type": "application/json"}
        if self._cookie:
            headers["cookie"] = self._cookie
        return headers


def demo_login(path: Path) -> Login:
    """The admin of a demo desk, from the file that the demo writes. Raises `DeskError`."""
    try:
        accounts = msgspec.json.decode(path.read_bytes(), type=_Demo)
    except FileNotFoundError:
        raise DeskError(
            f"there is no {path}: give --admin-email and --admin-password, or --data for a demo desk"
        ) from None
    except (OSError, msgspec.MsgspecError) as error:
        raise DeskError(f"{path} cannot be read: {error}") from error
    for account in accounts.logins:
        if account.role == "admin":
            return Login(account.email, account.password)
    raise DeskError(f"{path} names no admin")


class _DemoLogin(Struct, frozen=True):
    email: str
    password: str
    role: str


class _Demo(Struct, frozen=True):
    logins: list[_DemoLogin]


def _refusal(answer: httpx2.Response) -> _Refusal:
    try:
        return msgspec.json.decode(answer.content, type=_Refusal)
    except msgspec.MsgspecError:
        return _Refusal(message=answer.text[:200])


def _backoff(attempt: int) -> float:
    return random.uniform(0, min(LONGEST_BACKOFF_SECONDS, FIRST_BACKOFF_SECONDS * 2.0**attempt))
