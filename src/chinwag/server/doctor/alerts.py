"""Alerts: whether the key that browsers know the server by is sound."""

from collections.abc import Mapping

from chinwag.server.adapters.push.vapid import Signer, belong_together
from chinwag.server.config import Settings
from chinwag.server.doctor.chart import Ailment, Chart, State
from chinwag.server.ports.push import Keys
from chinwag.server.services.subscriptions import PRIVATE_KEY, PUBLIC_KEY

_ADVICE = "restore the keys from a backup: browsers that have subscribed take no others"


async def examine(chart: Chart, settings: Settings, meta: Mapping[str, str]) -> None:
    """Sign something. ``meta``: what the database says of the server."""
    if not settings.push:
        chart.note(State.OK, "turned off")
        return
    private, public = meta.get(PRIVATE_KEY), meta.get(PUBLIC_KEY)
    if private is None and public is None:
        chart.note(State.OK, "there are no keys yet: the first start makes them")
        return

    async def sign() -> str:
        if private is None or public is None:
            raise Ailment("one of the two keys is missing")
        keys = Keys(private, public)
        if not belong_together(keys):
            raise Ailment("the two keys do not belong together")
        Signer(keys, settings.push_contact or settings.public_url).header("https://push.example")
        return "the keys belong together, and sign"

    await chart.look(sign, _ADVICE)
