"""Whose account a command acts for, and how it gets a job done: from the environment, or from a
profile that is kept.
"""

import asyncio
import os
from collections.abc import AsyncGenerator
from pathlib import Path

from msgspec import Struct

from chinwag.cli import jobs, relay
from chinwag.cli.account import Ways, fail, profile_of
from chinwag.cli.jobs import UNREACHABLE, USAGE, Failed, Job, Line
from chinwag.cli.profiles import DEFAULT_URL, normal_url
from chinwag.cli.relay import Relay
from chinwag.sdk import Client, StoreError

_TRIES = 20


class Session(Struct, frozen=True):
    """An account to act for. ``store``: where its chats are kept, if they are."""

    url: str
    token: str
    store: Path | None = None


def session(profile: str | None) -> Session:
    """From CHINWAG_TOKEN (and CHINWAG_URL), else from a profile. Ends the program if there is
    neither.
    """
    url, token = os.environ.get("CHINWAG_URL"), os.environ.get("CHINWAG_TOKEN")
    with Ways():
        if token and profile is None:
            return Session(normal_url(url or DEFAULT_URL), token)
    place = profile_of(profile, url)
    account = place.account
    if account is None or not account.token:
        fail(
            USAGE,
            f"nobody is signed in as profile {place.name}: use chinwag sign-in, or CHINWAG_TOKEN",
        )
    return Session(account.url, account.token, place.store(account))


async def done(session: Session, job: Job) -> AsyncGenerator[Line, None]:
    """What the job tells. Raises Failed."""
    for _ in range(_TRIES):
        answers = await relay.ask(session.token, job)
        if answers is not None:
            async for line in answers:
                yield line
            return
        try:
            client = Client(session.url, token=session.token, store=session.store)
        except StoreError as error:
            if "locked" not in str(error):
                raise Failed(UNREACHABLE, str(error)) from None
            await asyncio.sleep(0.2)  # somebody opens or closes it just now
            continue
        async with client, Relay(client):
            async for line in jobs.run(client, job):
                yield line
        return
    raise Failed(UNREACHABLE, "another program uses this account's messages; use --profile")


def finish(error: Failed) -> None:
    """End the program as a failed job does."""
    fail(error.code, str(error))
