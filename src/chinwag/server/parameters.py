"""The settings as each part wants them: it is given its own few, and knows nothing of the rest."""

from chinwag.server.config import Settings
from chinwag.server.delivery.ladder import Steps
from chinwag.server.delivery.pushing import Tries
from chinwag.server.gateway.http import Site
from chinwag.server.gateway.pace import Pace
from chinwag.server.ports.meters import Rate
from chinwag.server.services.devices import Lifetimes
from chinwag.server.services.entrance import Policy
from chinwag.server.services.passwords import Passwords
from chinwag.server.services.uploads import UploadLimits


def lifetimes(settings: Settings) -> Lifetimes:
    return Lifetimes(settings.device_idle_days, settings.device_days, settings.devices_per_account)


def passwords(settings: Settings) -> Passwords:
    return Passwords(
        memory_kib=settings.password_memory_kib,
        passes=settings.password_passes,
        threads=settings.password_threads,
        queued=settings.password_queue,
    )


def policy(settings: Settings) -> Policy:
    return Policy(
        settings.sign_up,
        sign_ups_per_address=Rate(settings.sign_ups_burst, settings.sign_ups_every),
        sign_ins_per_address=Rate(settings.sign_ins_burst, settings.sign_ins_every),
        sign_ins_per_account=Rate(settings.tries_burst, settings.tries_every),
    )


def steps(settings: Settings) -> Steps:
    return Steps(
        acknowledge_seconds=settings.ack_timeout,
        limit=settings.retry_limit,
        backoff_seconds=settings.retry_backoff,
        factor=settings.retry_factor,
    )


def tries(settings: Settings) -> Tries:
    return Tries(settings.retry_limit, steps(settings).pause_ms)


def contact(settings: Settings) -> str:
    secure = settings.public_url.startswith("https://")
    return settings.push_contact or (settings.public_url if secure else "")


def pace(settings: Settings) -> Pace:
    return Pace(
        sends=Rate(settings.sends_burst, settings.sends_every),
        commands=Rate(settings.commands_burst, settings.commands_every),
        frames=Rate(settings.frames_burst, settings.frames_every),
    )


def site(settings: Settings) -> Site:
    return Site(
        name=settings.name,
        public_url=settings.public_url,
        public_docs=settings.public_docs,
        metrics_token=settings.metrics_token,
        cookie_seconds=settings.device_days * 24 * 3600,
    )


def uploads(settings: Settings) -> UploadLimits:
    return UploadLimits(
        settings.file_limit,
        settings.file_quota,
        settings.uploads_open,
        Rate(settings.uploads_burst, settings.uploads_every),
    )
