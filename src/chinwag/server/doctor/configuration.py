"""The settings: what is not wrong enough to be refused, but will not do what was meant."""

import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from chinwag.server.addresses import is_loopback
from chinwag.server.config import Settings
from chinwag.server.doctor.chart import Chart, State
from chinwag.server.doctor.places import secrets


def examine(chart: Chart, settings: Settings, file: Path | None) -> None:
    """Look at what was written, and where."""
    source = str(file.absolute()) if file else "no settings file: environment and defaults"
    nodes = "several nodes" if settings.broker_url else "one node"
    engine = "PostgreSQL" if settings.database_url else "SQLite"
    chart.note(State.OK, f"{nodes}, {engine}; {source}")
    for text, advice in _doubts(settings, file):
        chart.note(State.WARN, text, advice=advice)


def _doubts(settings: Settings, file: Path | None) -> Iterator[tuple[str, str]]:
    if file and any(secrets(settings)) and file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        yield (
            "others on this machine can read the settings file, which holds passwords",
            f"chmod 600 {file}, or give them by CHINWAG_… variables",
        )
    local = settings.host == "localhost" or is_loopback(settings.host)
    if not settings.public_url and (settings.trusted_proxies or settings.broker_url):
        yield (
            "public_url is not set: pages are refused behind a proxy, and cookies are not kept",
            "set public_url to the address people type, as https://chat.example.org",
        )
    elif not settings.public_url and not local:
        yield (
            "the server is reached from elsewhere without TLS",
            "put a proxy with TLS in front (deploy/haproxy.cfg), and set public_url",
        )
    if settings.public_url.startswith("http://") and not _is_here(settings.public_url):
        yield (
            "public_url is http: passwords and messages cross the network in the clear",
            "serve it by https, and write https:// in public_url",
        )
    if settings.public_url.startswith("https://") and not settings.trusted_proxies:
        yield (
            "TLS is ended by a proxy that is not trusted: to the limits, everybody has its address",
            "set trusted_proxies to the address of the proxy",
        )
    if settings.push and not (settings.push_contact or settings.public_url):
        yield (
            "push_contact is not set: some push services refuse alerts without",
            "set push_contact to mailto:you@example.org, or push to false",
        )


def _is_here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host == "localhost" or is_loopback(host)
