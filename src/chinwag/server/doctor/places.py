"""URLs of engines, as they may be shown, and the secrets in them."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

from chinwag.server.config import Settings


def shown(url: str) -> str:
    """Where it leads, without user, password and options."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{host}{parts.path}" if host or parts.path else parts.scheme


def secrets(settings: Settings) -> Iterator[str]:
    """All that must not be shown, as it is written and as it is meant."""
    for url in (settings.database_url, settings.broker_url, settings.registry_url):
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query))
        for secret in (_password(parts.netloc), options.get("password", "")):
            yield secret
            yield unquote(secret)
    yield settings.metrics_token


def _password(netloc: str) -> str:
    login, at, _ = netloc.rpartition("@")
    return login.partition(":")[2] if at else ""
