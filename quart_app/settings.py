"""Every setting, in one table: environment variables, or lines of ``.env``."""

import difflib
import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from quart_app.errors import SettingRefused, ValueRefused
from quart_app.observing.form import LogFormat
from quart_app.values.calendar import MinuteOfDay, parse_time_of_day, zone_named
from quart_app.values.money import Currency
from quart_app.values.sites import Hostnames, Origins

PREFIX = "SALES_"
LogLevel = Literal["debug", "info", "warning", "error"]


class Secret:
    """A text that is never shown."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        """That there is one, at most."""
        return "(set)" if self.text else ""

    __repr__ = __str__


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the service is told from outside; a field is ``SALES_`` and its name in capitals."""

    database: Annotated[Path, Meta(description="The database file.")] = Path("data/sales.db")
    host: Annotated[str, Meta(description="The address to listen on.")] = "127.0.0.1"
    port: Annotated[
        int, Meta(ge=0, le=65_535, description="The port; 0 takes a free one and prints it.")
    ] = 8000
    currency: Annotated[Currency, Meta(description="The chain's one currency (ISO 4217).")] = (
        Currency("RUB")
    )
    timezone: Annotated[
        ZoneInfo, Meta(description='Zone of a store that names none, and of "this month".')
    ] = ZoneInfo("Europe/Moscow")
    day_start: Annotated[
        MinuteOfDay, Meta(description="When a business day begins, by the store's clock.")
    ] = MinuteOfDay(0)
    log: Annotated[LogLevel, Meta(description="How much to log.")] = "info"
    log_format: Annotated[
        LogFormat, Meta(description="Lines of text or JSON; auto: text where it is a terminal.")
    ] = "auto"
    readers: Annotated[
        int, Meta(ge=1, le=32, description="Connections that read beside the one that writes.")
    ] = 3
    report_timeout_s: Annotated[
        int, Meta(ge=1, le=600, description="Seconds until a reading is stopped.")
    ] = 20
    queue_size: Annotated[
        int, Meta(ge=1, le=100_000, description="Receipts posted one by one that may wait.")
    ] = 4_096
    graceful_timeout_s: Annotated[
        int, Meta(ge=0, le=600, description="Seconds that open requests are given at shutdown.")
    ] = 10
    connections: Annotated[
        int, Meta(ge=1, le=100_000, description="Connections at once, of all clients.")
    ] = 800
    connections_per_client: Annotated[
        int, Meta(ge=1, le=100_000, description="Connections at once from one address.")
    ] = 256
    hostnames: Annotated[
        Hostnames, Meta(description="Names it is reached by, such as sales.example.com, by commas.")
    ] = Hostnames()
    cors_origins: Annotated[
        Origins, Meta(description="Other sites whose pages may call it, https://…, by commas.")
    ] = Origins()
    drain_s: Annotated[
        int, Meta(ge=0, le=600, description="Seconds of saying so before shutdown, for a proxy.")
    ] = 0
    backup_dir: Annotated[
        Path | None, Meta(description="The folder that `serve` makes dated backups in.")
    ] = None
    backup_every_minutes: Annotated[
        int, Meta(ge=1, le=527_040, description="Minutes from one such backup to the next.")
    ] = 1_440
    backup_keep: Annotated[
        int, Meta(ge=1, le=100_000, description="How many such backups are kept.")
    ] = 7

    smtp_host: Annotated[
        str, Meta(description="The mail server that digests are sent by; none: none is sent.")
    ] = ""
    smtp_port: Annotated[
        int, Meta(ge=1, le=65_535, description="Its port: 465 by TLS, any other by STARTTLS.")
    ] = 587
    smtp_user: Annotated[str, Meta(description="Who signs in there; none: nobody does.")] = ""
    smtp_password: Annotated[Secret, Meta(description="With which password.")] = Secret("")
    smtp_from: Annotated[str, Meta(description="The address that digests come from.")] = ""
    digest_at: Annotated[
        MinuteOfDay, Meta(description="When yesterday's digest is sent, by the chain's clock.")
    ] = MinuteOfDay(7 * 60)

    key: Annotated[
        Secret, Meta(description="The access key of commands that go through a service.")
    ] = Secret("")

    @property
    def is_loopback(self) -> bool:
        """Whether nobody outside of this machine can reach the address to listen on."""
        return is_loopback(self.host)


class Source(msgspec.Struct, frozen=True):
    """A setting as ``config`` prints it: its value and where it came from."""

    name: str
    value: str
    origin: str
    meaning: str


def load(environment: Mapping[str, str], env_file: Path = Path(".env")) -> Settings:
    """Read the settings; SettingRefused names an unknown one, the nearest name, or a bad value."""
    given = _given(environment, env_file)
    try:
        settings = msgspec.convert(
            {name: text for name, (text, _) in given.items() if not _is_off(name, text)},
            Settings,
            strict=False,
            dec_hook=_decode,
        )
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at `$.")
        name = PREFIX + place.rstrip("`").upper()
        raise SettingRefused(f"{name}: {reason}") from error
    if settings.smtp_host and not re.fullmatch(r"[^\s@]+@[^\s@]+", settings.smtp_from):
        raise SettingRefused("SALES_SMTP_FROM: name the address that digests come from")
    return settings


def sources(environment: Mapping[str, str], env_file: Path = Path(".env")) -> list[Source]:
    """Each setting with its value and origin, in the order of the table."""
    settings, given = load(environment, env_file), _given(environment, env_file)
    return [
        Source(
            name=PREFIX + field.name.upper(),
            value=str(getattr(settings, field.name)),
            origin=given[field.name][1] if field.name in given else "default",
            meaning=str(field.type.__metadata__[0].description),
        )
        for field in msgspec.structs.fields(Settings)
    ]


def _given(environment: Mapping[str, str], env_file: Path) -> dict[str, tuple[str, str]]:
    """The settings that are set, as field name to text and origin; the environment wins."""
    given: dict[str, tuple[str, str]] = {}
    for origin, pairs in ((str(env_file), _lines(env_file)), ("environment", environment)):
        for name, text in pairs.items():
            if name.startswith(PREFIX):
                given[_field(name)] = (text, origin)
    return given


def _is_off(name: str, text: str) -> bool:
    """Whether a setting that is off by default is said to be off."""
    return name == "backup_dir" and text.lower() in {"", "none"}


def _field(name: str) -> str:
    known = {PREFIX + field.upper(): field for field in Settings.__struct_fields__}
    if name in known:
        return known[name]
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0)
    raise SettingRefused(f"{name} is not a setting; the nearest is {nearest[0]}")


def _lines(env_file: Path) -> dict[str, str]:
    """The ``NAME=value`` lines of an env file; blank lines and ``#`` comments are passed over."""
    if not env_file.is_file():
        return {}
    pairs: dict[str, str] = {}
    try:
        lines = env_file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise SettingRefused(f"{env_file} is not UTF-8") from error
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text and not text.startswith("#"):
            name, separator, value = text.removeprefix("export ").partition("=")
            if not separator:
                raise SettingRefused(f"{env_file}, line {number}: write NAME=value")
            pairs[name.strip()] = value.strip().strip("\"'")
    return pairs


def _decode(kind: type, text: Any) -> Any:
    if kind is Path:
        if not text:
            raise ValueRefused("empty", "give a file")
        return Path(text).expanduser()
    if kind is Currency:
        return Currency(text)
    if kind in (Hostnames, Origins):
        return kind.parse(text)
    if kind is MinuteOfDay:
        return parse_time_of_day(text)
    if kind is Secret:
        return Secret(text)
    return zone_named(text)


def is_loopback(host: str) -> bool:
    """Whether an address is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
