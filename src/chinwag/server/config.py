"""The settings: one frozen value, built at the start from a file, the environment and flags.

The class below is the only table of them: name, type, bounds, help and default. The settings page
is made from it (``python -m chinwag.server.config``). Later sources win: ``chinwag.toml``, then
``CHINWAG_…``, then flags. What nobody knows is refused, since a setting that is misspelt and
silently ignored is worse than a server that does not start.
"""

import difflib
import ipaddress
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

import msgspec
import platformdirs
from msgspec import Meta, Struct

FILE = "chinwag.toml"
PREFIX = "CHINWAG_"
_SHORTEST_SECRET = 16
# Of the clients, not of the server; they may well be set in the same shell.
_CLIENTS = frozenset({"URL", "TOKEN", "PASSWORD", "PROFILE", "HOME"})


class ConfigError(Exception):
    """The settings cannot be used; the text is for the person who wrote them."""


def _help(text: str, **bounds: Any) -> Meta:
    return Meta(description=text, **bounds)


def _seconds(text: str) -> Meta:
    return _help(text, gt=0, le=365 * 24 * 3600)


def _bytes(text: str) -> Meta:
    return _help(text, ge=1, le=2**53)


def _count(text: str, least: int = 0) -> Meta:
    return _help(text, ge=least, le=10**9)


Port = Annotated[int, _help("Port to listen on; 0 takes a free one.", ge=0, le=65535)]


class Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything that can be set. Times are in seconds unless the name says otherwise."""

    # The server
    host: Annotated[
        str, _help("Address to listen on. `0.0.0.0` for all of IPv4, `::` for both.")
    ] = "127.0.0.1"
    port: Port = 8420
    data: Annotated[
        str, _help("Folder of the database and the files. Empty: the user's data folder.")
    ] = ""
    name: Annotated[
        str, _help("The server's name, as people see it.", min_length=1, max_length=64)
    ] = "chinwag"
    public_url: Annotated[
        str,
        _help(
            "The URL under which people reach the server, as `https://chat.example.org`. Needed"
            " behind a proxy: pages of other origins are refused, and cookies and HSTS go by it."
        ),
    ] = ""
    allowed_origins: Annotated[
        tuple[str, ...], _help("Further origins whose pages may use the server. Compared whole.")
    ] = ()
    trusted_proxies: Annotated[
        tuple[str, ...],
        _help("Addresses or networks of proxies in front, whose `X-Forwarded-…` headers count."),
    ] = ()

    # Accounts
    sign_up: Annotated[
        Literal["open", "invite", "closed"],
        _help(
            "Who may make an account: everybody, those with a code from `chinwag admin invites"
            " create`, or nobody (`chinwag user create` still can)."
        ),
    ] = "invite"
    devices_per_account: Annotated[
        int, _count("Devices an account may be signed in on. One more signs the idlest out.", 1)
    ] = 20
    bots_per_account: Annotated[int, _count("Bots an account may own.")] = 10
    device_idle_days: Annotated[int, _count("Unused for so long, a device is signed out.", 1)] = 90
    device_days: Annotated[int, _count("A device is signed out after so long anyway.", 1)] = 365
    password_memory_kib: Annotated[
        int, _count("Memory a password hash takes (argon2id, KiB).", 19_456)
    ] = 19_456
    password_passes: Annotated[int, _count("Passes of a password hash (argon2id).", 2)] = 2
    password_threads: Annotated[int, _count("Password hashes at once.", 1)] = 2
    password_queue: Annotated[int, _count("Password hashes waiting; more are told `busy`.")] = 32

    # Many machines
    database_url: Annotated[
        str,
        _help(
            "PostgreSQL to keep the data in, as `postgresql://user:password@host/name`. Empty:"
            " SQLite, in the data folder."
        ),
    ] = ""
    broker_url: Annotated[
        str,
        _help("RabbitMQ between the nodes, as `amqp://user:password@host/vhost`. Empty: one node."),
    ] = ""
    registry_url: Annotated[
        str,
        _help(
            "Redis or Valkey, in which nodes find each other's sessions, as `redis://host/0`."
            " Empty: one node."
        ),
    ] = ""
    node: Annotated[
        str,
        _help(
            "This node's name among the others. Empty: the machine's name and the port.",
            pattern=r"^[A-Za-z0-9._:-]{0,64}$",
        ),
    ] = ""
    lease_seconds: Annotated[
        float,
        _help(
            "A node that has not been heard of for so long is gone, and its people offline.",
            ge=1,
            le=300,
        ),
    ] = 10

    # Delivery
    heartbeat: Annotated[int, _help("How often clients tell they are alive.", ge=5, le=300)] = 25
    ack_timeout: Annotated[float, _seconds("How long a session has to acknowledge an event.")] = 10
    retry_limit: Annotated[
        int, _count("Delivery attempts before the sender is told it failed.", 1)
    ] = 5
    retry_backoff: Annotated[float, _seconds("Pause before the first retry.")] = 1
    retry_factor: Annotated[
        float, _help("Each pause is so many times the one before.", ge=1, le=100)
    ] = 5
    park_days: Annotated[
        int, _count("A message without any device to go to fails after so long.", 1)
    ] = 30
    dead_letter_days: Annotated[
        int, _count("Dead letters are kept so long; 0 keeps them for ever.")
    ] = 90

    # Files
    files_url: Annotated[
        str,
        _help(
            "Where the bytes of files are: a folder, which several nodes must share, or"
            " `s3://bucket/prefix`, with key and region in the usual `AWS_…` variables. Empty:"
            " `files` in the data folder."
        ),
    ] = ""
    files_endpoint: Annotated[
        str, _help("The URL of a storage that speaks S3. Empty: Amazon's, or `AWS_ENDPOINT_URL`.")
    ] = ""
    file_limit: Annotated[int, _bytes("The largest file that is taken, in bytes.")] = 2 * 2**30
    file_quota: Annotated[
        int, _bytes("What the files of one person may take together, in bytes.")
    ] = 10 * 2**30
    uploads_open: Annotated[int, _count("Uploads of one person under way at once.", 1)] = 100
    media_workers: Annotated[
        int,
        _help("Processes of this node that look at pictures and videos.", ge=1, le=64),
    ] = 1

    # Alerts
    push: Annotated[
        bool,
        _help(
            "Alert devices that are not connected, by Web Push. The server then connects to the"
            " push services of browsers' makers."
        ),
    ] = True
    push_contact: Annotated[
        str,
        _help(
            "Where operators of push services find you: `mailto:…` or an https URL. Empty:"
            " `public_url`. Some refuse alerts of servers without either."
        ),
    ] = ""
    push_loopback: Annotated[
        bool, _help("For tests: push services on this machine are allowed, too.")
    ] = False

    # Limits: so many at once (0: no limit), then one more every so many seconds.
    sends_burst: Annotated[int, _count("Messages of one person at once.")] = 200
    sends_every: Annotated[float, _seconds("Then one more every so long.")] = 0.02
    commands_burst: Annotated[int, _count("Other commands of one person at once.")] = 200
    commands_every: Annotated[float, _seconds("Then one more every so long.")] = 0.02
    frames_burst: Annotated[int, _count("Frames of one socket at once; beyond, it is closed.")] = (
        4000
    )
    frames_every: Annotated[float, _seconds("Then one more every so long.")] = 0.001
    look_ups_burst: Annotated[int, _count("Searches for people by one person at once.")] = 100
    look_ups_every: Annotated[float, _seconds("Then one more every so long.")] = 15
    uploads_burst: Annotated[int, _count("Files of one person begun at once.")] = 200
    uploads_every: Annotated[float, _seconds("Then one more every so long.")] = 1
    sign_ups_burst: Annotated[int, _count("Sign-ups from one address at once.")] = 20
    sign_ups_every: Annotated[float, _seconds("Then one more every so long.")] = 60
    sign_ins_burst: Annotated[
        int, _count("Failed sign-ins from one address at once. Behind it may be a whole office.")
    ] = 100
    sign_ins_every: Annotated[float, _seconds("Then one more every so long.")] = 2
    tries_burst: Annotated[int, _count("Failed sign-ins to one account at once.")] = 10
    tries_every: Annotated[float, _seconds("Then one more every so long.")] = 20
    handshakes_burst: Annotated[int, _count("Sockets opened from one address at once.")] = 300
    handshakes_every: Annotated[float, _seconds("Then one more every so long.")] = 0.1
    connections: Annotated[int, _count("Connections of all kinds at once.", 16)] = 20_000

    # Operation
    metrics_token: Annotated[
        str,
        _help(
            "With this token as bearer, `/metrics` answers from elsewhere, too. At least"
            f" {_SHORTEST_SECRET} characters. Empty: only to this machine."
        ),
    ] = ""
    public_docs: Annotated[
        bool, _help("Show the description of the HTTP API to everybody, not only to this machine.")
    ] = False
    log_format: Annotated[
        Literal["auto", "console", "json"],
        _help("`auto` is `console` on a terminal, else `json`."),
    ] = "auto"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], _help("The least that is logged.")
    ] = "info"
    shutdown_seconds: Annotated[
        float, _seconds("How long clients and requests have to finish when the server stops.")
    ] = 10

    @property
    def folder(self) -> Path:
        """Where the data is."""
        if not self.data:
            return platformdirs.user_data_path("chinwag")
        return Path(self.data).expanduser().absolute()

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.folder / "chinwag.db"

    @property
    def files(self) -> str:
        """Where the bytes of files are: a folder, or an ``s3://`` URL."""
        return self.files_url or str(self.folder / "files")

    @property
    def url(self) -> str:
        """Where people on this machine, or everybody, reach the server."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = "localhost" if self.host in ("0.0.0.0", "::", "127.0.0.1", "::1") else self.host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the table."""

    name: str
    type: Any
    help: str
    default: Any

    @property
    def variable(self) -> str:
        """Its environment variable."""
        return PREFIX + self.name.upper()

    @property
    def flag(self) -> str:
        """Its command-line flag."""
        return "--" + self.name.replace("_", "-")


def table() -> Iterator[Setting]:
    """All settings, in the order of the class."""
    hints = get_type_hints(Settings, include_extras=True)
    for field in msgspec.structs.fields(Settings):
        kind, *metas = get_args(hints[field.name])
        text = next(str(meta.description) for meta in metas if isinstance(meta, Meta))
        yield Setting(field.name, kind, text, field.default)


def load(
    flags: Mapping[str, Any] | None = None,
    *,
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """The settings of this run. ``file``: else ``CHINWAG_CONFIG``, else ``chinwag.toml`` of the
    working directory if there is one. Flags that are None count as not given.

    Raises:
        ConfigError: with a sentence that says what to change.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    values |= _from_file(file, environment)
    values |= _from_environment(environment)
    values |= _from_flags(flags or {})
    try:
        settings = msgspec.convert(values, Settings)
    except msgspec.ValidationError as error:
        raise ConfigError(_explained(error)) from None
    _check(settings)
    return settings


def _from_file(file: Path | None, environment: Mapping[str, str]) -> dict[str, Any]:
    named = file or (Path(given) if (given := environment.get(PREFIX + "CONFIG")) else None)
    path = named or Path(FILE)
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        if named is None:
            return {}
        raise ConfigError(f"There is no file {path}.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from None
    _refuse_unknown(values, f"setting in {path}")
    return values


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in {"CONFIG", *_CLIENTS}
    }
    _refuse_unknown(given, "variable", lambda name: PREFIX + name.upper())
    settings = {setting.name: setting for setting in table()}
    return {
        name: _parsed(settings[name].type, value, settings[name].variable)
        for name, value in given.items()
    }


def _from_flags(flags: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in flags.items() if value is not None}
    _refuse_unknown(given, "flag")
    settings = {setting.name: setting for setting in table()}
    return {
        name: _parsed(settings[name].type, value, settings[name].flag)
        if isinstance(value, str)
        else value
        for name, value in given.items()
    }


def _parsed(kind: Any, text: str, shown: str) -> Any:
    """A value out of text, as its type wants it. Lists are separated by commas."""
    if get_origin(kind) is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    if get_origin(kind) is Literal and text not in get_args(kind):
        raise ConfigError(f"{shown}: one of {', '.join(get_args(kind))}.")
    if kind is bool and text.lower() in ("1", "true", "yes", "on", "0", "false", "no", "off", ""):
        return text.lower() in ("1", "true", "yes", "on")
    try:
        return msgspec.convert(text, kind, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{shown}: {error}.") from None


def _refuse_unknown(values: Mapping[str, Any], what: str, shown: Any = lambda name: name) -> None:
    names = Settings.__struct_fields__
    for name in values:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            hint = f" Did you mean {shown(near[0])}?" if near else ""
            raise ConfigError(f"Unknown {what}: {shown(name)}.{hint}")


def _explained(error: msgspec.ValidationError) -> str:
    text, _, path = str(error).rpartition(" - at `$.")
    return f"{path.rstrip('`')}: {text[0].lower()}{text[1:]}." if text else f"{error}."


def _check(settings: Settings) -> None:
    """What the types cannot say."""
    if 0 < len(settings.metrics_token) < _SHORTEST_SECRET:
        raise ConfigError(f"metrics_token is shorter than {_SHORTEST_SECRET} characters.")
    if settings.push_contact and not settings.push_contact.startswith(("mailto:", "https://")):
        raise ConfigError("push_contact begins with mailto: or https://.")
    _check_urls(settings)
    for proxy in settings.trusted_proxies:
        try:
            ipaddress.ip_network(proxy, strict=False)
        except ValueError:
            raise ConfigError(f"trusted_proxies: {proxy!r} is no address or network.") from None
    for name, urls in (
        ("public_url", [settings.public_url] if settings.public_url else []),
        ("allowed_origins", settings.allowed_origins),
    ):
        for url in urls:
            if not url.startswith(("http://", "https://")) or "*" in url:
                raise ConfigError(f"{name}: {url!r} is not an http or https URL.")


def _check_urls(settings: Settings) -> None:
    for name, schemes in (
        ("database_url", ("postgresql", "postgres")),
        ("broker_url", ("amqp", "amqps")),
        ("registry_url", ("redis", "rediss", "unix")),
    ):
        # The URL itself is not shown: it may hold a password.
        if (url := getattr(settings, name)) and urlsplit(url).scheme not in schemes:
            raise ConfigError(f"{name} begins with {schemes[0]}://.")
    if "://" in settings.files_url and not settings.files_url.startswith("s3://"):
        raise ConfigError("files_url is a folder, or begins with s3://.")
    if bool(settings.broker_url) != bool(settings.registry_url):
        raise ConfigError("Several nodes need both: broker_url and registry_url.")
    if settings.broker_url and not settings.database_url:
        raise ConfigError("Several nodes share a database: set database_url.")


_INTRODUCTION = (
    "Every setting may stand in `chinwag.toml` (or the file that `CHINWAG_CONFIG` names), in the"
    " environment, or be given to `chinwag serve` as a flag; the later wins. Times are in seconds"
    " unless the name says otherwise; lists are TOML lists, and separated by commas elsewhere."
    " Unknown names are refused. Made from `src/chinwag/server/config.py` by `make docs`."
)


def page() -> str:
    """The settings page, in Markdown."""
    lines = [
        "# Settings",
        _INTRODUCTION,
        "",
        "| setting | variable | default | what it does |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{each.name}` | `{each.variable}` | {_shown(each.default)} | {_described(each)} |"
        for each in table()
    ]
    return "\n".join(lines) + "\n"


def _shown(default: Any) -> str:
    if default in ("", ()):
        return "none"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _described(setting: Setting) -> str:
    if get_origin(setting.type) is Literal:
        return f"{setting.help} One of {', '.join(f'`{each}`' for each in get_args(setting.type))}."
    return setting.help


if __name__ == "__main__":
    Path("docs/settings.md").write_text(page(), "utf-8")
