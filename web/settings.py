"""Settings: the only reader of the environment. Lower rooms are given values, never this object."""

import ipaddress
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from store.backup import retention

MOST_PROCESSES: Final = 64
CLUSTERS: Final = ("redis+cluster://", "rediss+cluster://")


class Settings(BaseSettings):
    """What an operator may set, each by `FRONTDESK_` and the field's name in capitals; `PORT`, `REDIS_URL`
    and `DATABASE_URL` by those names too. Descriptions are what the README's table says."""

    model_config = SettingsConfigDict(
        env_prefix="FRONTDESK_", frozen=True, validate_by_name=True, validate_by_alias=True, extra="ignore"
    )

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(
        default=8000,
        ge=0,
        le=65_535,
        validation_alias=AliasChoices("FRONTDESK_PORT", "PORT"),
        description="Port to listen on; 0 lets the system choose.",
    )
    processes: int = Field(
        default=1,
        ge=1,
        le=MOST_PROCESSES,
        description="Web processes that answer the port; about one a core. Also `--processes`.",
    )
    data: Path = Field(default=Path("data"), description="Folder of what is kept.")
    database_url: str = Field(
        default="",
        validation_alias=AliasChoices("FRONTDESK_DATABASE_URL", "DATABASE_URL"),
        description="`postgresql://…` or `sqlite:///path`. Empty: `frontdesk.db` in the data folder.",
    )
    database_connections: int = Field(
        default=12, ge=4, le=200, description="PostgreSQL: connections of one process at most."
    )
    redis_connections: int = Field(
        default=8,
        ge=2,
        le=64,
        description="Connections of one process to Redis, and one more a node of a Cluster.",
    )
    redis_url: str = Field(
        default="",
        validation_alias=AliasChoices("FRONTDESK_REDIS_URL", "REDIS_URL"),
        description="`redis://…`, `rediss://…`, `unix://…`, `redis+cluster://host,…`. Empty: our own.",
    )
    redis_binary: str = Field(default="", description="Program of that own server. Empty: looked for.")
    redis_prefix: str = Field(
        default="frontdesk", pattern=r"^[a-z0-9_.-]{1,64}$", description="Begins all our keys."
    )
    public_url: str = Field(
        default="",
        description="Address that people use, `https://chat.example.com`. Empty: that of requests.",
    )
    proxies: str = Field(default="127.0.0.1", description="Proxies whose `X-Forwarded-*` counts, by comma.")
    secret: SecretStr = Field(
        default=SecretStr(""),
        description="Signs visitors' tokens; 32 characters or more. Empty: made and kept with the data.",
    )
    mail_url: str = Field(
        default="",
        description="`smtp://user:password@host:587` or `smtps://…`. Empty: into the data folder.",
    )
    mail_from: str = Field(default="Frontdesk <frontdesk@localhost>", description="Sender of our mail.")
    commands_per_second: float = Field(
        default=20, gt=0, description="What one connection may ask for, on average."
    )
    commands_burst: int = Field(default=40, ge=1, description="What one connection may ask for at once.")
    sign_ins_per_minute: int = Field(default=10, ge=1, description="Tries to sign in, per address.")
    visitors_per_minute: int = Field(default=60, ge=1, description="New visitors, per address.")
    backup_folder: str = Field(
        default="",
        description="Where backups stand; another disk is best. Empty: `backups` in the data folder.",
    )
    backup_hours: float = Field(
        default=24, ge=0, le=24 * 31, description="A backup so often, by the worker; 0: none by itself."
    )
    backup_ship_seconds: float = Field(
        default=10, ge=0, le=60, description="SQLite: copy what was committed so often; 0: not at all."
    )
    backup_keep: str = Field(
        default="24h 7d 5w 12m", description="Of how many hours, days, weeks and months one stays."
    )
    backup_recipients: str = Field(
        default="", description="Public keys of age, `age1…`, by comma: seal backups to them."
    )
    backup_identity_file: str = Field(default="", description="File with the key that opens sealed backups.")
    backup_passphrase: SecretStr = Field(
        default=SecretStr(""), description="Instead of keys: seals backups, and opens them."
    )
    backup_scratch_url: str = Field(
        default="", description="PostgreSQL on which dumps are tried. Empty: the desk's own server."
    )
    postgresql_bin: str = Field(
        default="", description="Folder of pg_dump, pg_restore, psql. Empty: looked for."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least level logged."
    )
    log_format: Literal["auto", "text", "json"] = Field(
        default="auto", description="`text`, `json`; `auto`: text on a terminal."
    )
    demo: bool = Field(
        default=False, description="Make and admit demo staff, on loopback only. Also `serve --demo`."
    )

    @field_validator("database_url", mode="after")
    @classmethod
    def database_of_a_known_kind(cls, url: str) -> str:
        """`postgres://`, which some platforms set, means postgresql."""
        if url.startswith("postgres://"):
            url = url.replace("postgres://", "postgresql://", 1)
        if url and not url.startswith(("postgresql://", "sqlite:///")):
            raise ValueError("begins with postgresql:// or sqlite:///")
        return url

    @field_validator("backup_keep", mode="after")
    @classmethod
    def a_rule_of_retention(cls, words: str) -> str:
        retention.parse(words)
        return words

    @field_validator("redis_url", mode="after")
    @classmethod
    def redis_of_a_known_kind(cls, url: str) -> str:
        if url and not url.startswith(("redis://", "rediss://", "unix://", *CLUSTERS)):
            raise ValueError("begins with redis://, rediss://, unix:// or redis+cluster://")
        return url

    @field_validator("public_url", mode="after")
    @classmethod
    def address_without_a_path(cls, url: str) -> str:
        if url and not url.startswith(("https://", "http://")):
            raise ValueError("begins with https:// or http://")
        return url.rstrip("/")

    @property
    def database(self) -> str:
        """The database's address, the default filled in."""
        return self.database_url or f"sqlite:///{self.data.resolve() / 'frontdesk.db'}"

    @property
    def embeds_redis(self) -> bool:
        """Whether `serve` starts a Redis of its own."""
        return not self.redis_url

    @property
    def redis_is_cluster(self) -> bool:
        """Whether that is a Cluster, of which a desk uses the node that owns its slot."""
        return self.redis_url.startswith(CLUSTERS)

    @property
    def redis_folder(self) -> Path:
        return self.data / "redis"

    @property
    def mail_folder(self) -> Path:
        """Where mail goes when no server is set."""
        return self.data / "mail"

    @property
    def files_folder(self) -> Path:
        return self.data / "files"

    @property
    def shelf_folder(self) -> Path:
        """Where backups stand."""
        return Path(self.backup_folder) if self.backup_folder else self.data / "backups"

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach us."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def https(self) -> bool:
        """Whether people reach us by HTTPS, so that cookies can insist on it."""
        return self.public_url.startswith("https://")

    def changed(self, **values: object) -> "Settings":
        """These settings with others for some. What is None stays."""
        return self.model_copy(update={name: value for name, value in values.items() if value is not None})


def explain(error: ValidationError) -> str:
    """Which settings are wrong and why, a line each, never with the value: it can be a secret."""
    lines = []
    for problem in error.errors(include_url=False, include_input=False):
        name = str(problem["loc"][0]) if problem["loc"] else "settings"
        variable = name if name.isupper() else f"FRONTDESK_{name.upper()}"
        lines.append(f"{variable}: {problem['msg']}.")
    return "\n".join(lines)


def shown(url: str) -> str:
    """An address without its password."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return url.replace(f":{parts.password}@", ":…@", 1)
