"""Times and numbers as people say them. Pure: the moment and its zone are given."""

from datetime import date, datetime, timedelta, tzinfo

from chinwag.protocol.scalars import Millis


def local(at: Millis, zone: tzinfo | None = None) -> datetime:
    """The moment, where the person is (or in ``zone``)."""
    return datetime.fromtimestamp(at / 1000, tz=zone).astimezone(zone)


def clock(at: Millis, zone: tzinfo | None = None) -> str:
    """14:05"""
    return local(at, zone).strftime("%H:%M")


def day(at: Millis, now: Millis, zone: tzinfo | None = None) -> str:
    """Today, Yesterday, Monday, 3 March, 3 March 2024."""
    then, today = local(at, zone).date(), local(now, zone).date()
    if then == today:
        return "Today"
    if then == today - timedelta(days=1):
        return "Yesterday"
    if today - timedelta(days=7) < then < today:
        return f"{then:%A}"
    return _date(then, today)


def listed(at: Millis, now: Millis, zone: tzinfo | None = None) -> str:
    """For the chat list: 14:05, Yesterday, Mon, 3 Mar, 03/2024."""
    then, today = local(at, zone).date(), local(now, zone).date()
    if then == today:
        return clock(at, zone)
    if then == today - timedelta(days=1):
        return "Yesterday"
    if today - timedelta(days=7) < then < today:
        return f"{then:%a}"
    return f"{then.day} {then:%b}" if then.year == today.year else f"{then:%m/%Y}"


def moment(at: Millis, now: Millis, zone: tzinfo | None = None) -> str:
    """Today at 14:05, yesterday at 14:05, Monday at 14:05, 3 March at 14:05."""
    name = day(at, now, zone)
    return f"{name.lower() if name in ('Today', 'Yesterday') else name} at {clock(at, zone)}"


def last_seen(at: Millis, now: Millis, zone: tzinfo | None = None) -> str:
    """Last seen today at 14:05, yesterday at 14:05, on 3 March at 14:05."""
    said = moment(at, now, zone)
    return (
        f"last seen {said}" if said.startswith(("today", "yesterday")) else f"last seen on {said}"
    )


def count(number: int, noun: str, plural: str = "") -> str:
    """1 message, 2 messages."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listing(names: list[str], most: int = 4) -> str:
    """Ann; Ann and Bob; Ann, Bob and 3 others."""
    if len(names) > most:
        names = [*names[: most - 1], count(len(names) - most + 1, "other")]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def span(seconds: float) -> str:
    """8 hours, 7 days: a duration in its largest unit."""
    for size, noun in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return count(round(seconds / size), noun)
    return count(max(1, round(seconds)), "second")


def _date(then: date, today: date) -> str:
    said = f"{then.day} {then:%B}"
    return said if then.year == today.year else f"{said} {then.year}"
