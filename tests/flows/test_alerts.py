"""Alerts by Web Push, against a push service that judges and decrypts what comes."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from chinwag.protocol.events import Settings
from chinwag.sdk import Client
from flows.cast import PATIENCE, Person, eventually, settled, texts
from flows.conftest import People, Serve
from flows.push import Browser, PushService, push_service
from flows.raw import Raw
from flows.servers import Server

HOUR = 3600 * 1000


@pytest.fixture
async def service() -> AsyncIterator[PushService]:
    async with push_service() as found:
        yield found


@pytest.fixture
def alerting(serve: Serve) -> Server:
    """A server that alerts on this machine, and is quick to give up waiting."""
    return serve(push_loopback=True, ack_timeout=0.5, retry_backoff=0.1, retry_factor=1)


async def alerted(person: Person, service: PushService, **how: bool) -> Browser:
    """The person's phone subscribes, and goes away."""
    browser = service.browser()
    await browser.subscribe(person.phone, **how)
    await person.away()
    return browser


async def test_who_is_away_is_alerted(
    alerting: Server, people: People, service: PushService
) -> None:
    anna, ben = await people(2, at=alerting)
    chat = await anna.direct(ben)
    browser = await alerted(ben, service)
    said = await anna.say(chat, "milk or lemon?")
    assert await browser.next() == {
        "type": "message",
        "chat": chat,
        "chat_kind": "direct",
        "seq": said.seq,
        "at": said.at,
        "sender": anna.id,
        "name": f"Person {anna.handle}",
        "unread": 1,
        "total": 1,
    }
    assert browser.got[0].headers["Urgency"] == "high"
    again = await anna.say(chat, "sugar?")
    second = await browser.next(2)
    assert (second["seq"], second["unread"]) == (again.seq, 2)
    assert len({got.headers["Topic"] for got in browser.got}) == 1
    assert await alerting.metric("alerts_sent_total") == 2


async def test_previews_are_for_those_who_ask(
    alerting: Server, people: People, service: PushService
) -> None:
    anna, ben = await people(2, at=alerting)
    chat = await anna.group("Tea round", ben)
    browser = await alerted(ben, service, previews=True)
    await anna.say(chat, "milk or lemon?")
    first = await browser.next()
    assert (first["title"], first["text"]) == ("Tea round", "milk or lemon?")
    await anna.say(chat, "\x01" * 10_000)
    second = await browser.next(2)
    assert len(second["text"]) <= 240
    assert second["text"].endswith("…")


async def test_an_invitation_alerts(alerting: Server, people: People, service: PushService) -> None:
    anna, ben = await people(2, at=alerting)
    chat = await anna.direct(ben)
    group = await anna.group("Tea round")
    browser = await alerted(ben, service)
    await anna.phone.groups.invite(group, ben.id)
    alert = await browser.next()
    assert (alert["chat"], alert["invite"]) == (chat, True)
    assert "Tea round" not in str(alert)


async def test_nobody_is_alerted_of_what_reaches_them(
    serve: Serve, people: People, service: PushService
) -> None:
    server = serve(push_loopback=True)  # with all the time to acknowledge that people have
    anna, ben = await people(2, at=server)
    chat = await anna.direct(ben)
    browser = service.browser()
    await browser.subscribe(ben.phone)
    own = service.browser()
    await own.subscribe(anna.phone)
    await anna.say(chat, "milk?")
    await eventually(lambda: ben.texts(chat) == ["milk?"])
    tablet = await anna.more()
    await anna.away()
    sending = await tablet.send(chat, "lemon?")
    await asyncio.wait_for(sending.delivered(), PATIENCE)
    await ben.away()
    await (await tablet.send(chat, "the end")).accepted()
    assert (await browser.next())["seq"] == 4
    assert (browser.alerts(), own.alerts()) == ([browser.alerts()[0]], [])


async def test_muted_and_archived_chats_alert_of_mentions_alone(
    alerting: Server, people: People, service: PushService
) -> None:
    anna, ben = await people(2, at=alerting)
    muted, archived, over, loud = [
        await anna.group(title, ben) for title in ("muted", "archived", "over", "loud")
    ]
    now = time.time_ns() // 1_000_000
    await ben.phone.arrange(muted, muted_until=now + HOUR)
    await ben.phone.arrange(archived, archived=True)
    await ben.phone.arrange(over, muted_until=now - HOUR)
    browser = await alerted(ben, service)
    for chat in (muted, archived, over, loud):
        await anna.say(chat, "hello")
    await browser.next(2)
    for chat in (muted, archived):
        await anna.say(chat, "@Ben?", mentions=[ben.id])
    await browser.next(4)
    await anna.say(muted, "never mind")
    await anna.say(loud, "the end")
    last = await browser.next(5)
    assert [(it["chat"], it["seq"], it.get("mentioned")) for it in browser.alerts()[2:4]] in (
        [(muted, 3, True), (archived, 3, True)],
        [(archived, 3, True), (muted, 3, True)],
    )
    assert {it["chat"] for it in browser.alerts()[:2]} == {over, loud}
    assert (last["chat"], last["unread"], last["total"]) == (loud, 2, 3)


async def test_what_is_withheld_alerts_nobody(
    alerting: Server, people: People, service: PushService
) -> None:
    anna, ben, cleo = await people(3, at=alerting)
    blocked, open_chat = await anna.direct(ben), await cleo.direct(ben)
    await ben.phone.people.block(anna.id)
    browser = await alerted(ben, service)
    await anna.say(blocked, "hello?", mentions=[ben.id])
    await cleo.say(open_chat, "the end")
    assert (await browser.next())["chat"] == open_chat
    assert len(browser.got) == 1


async def test_reading_elsewhere_closes_the_alert(
    alerting: Server, people: People, service: PushService
) -> None:
    anna, ben = await people(2, at=alerting)
    chat, other = await anna.direct(ben), await anna.group("Tea round", ben)
    tablet = await ben.more()
    browser = await alerted(ben, service)
    silent = service.browser()
    laptop = await ben.more()
    await silent.subscribe(laptop, closing=False)
    await laptop.close()
    await anna.say(chat, "one")
    said = await anna.say(chat, "two")
    await eventually(lambda: browser.alerts() and browser.alerts()[-1]["seq"] == said.seq)
    await eventually(lambda: silent.alerts() and silent.alerts()[-1]["seq"] == said.seq)
    await eventually(lambda: texts(tablet, chat) == ["one", "two"])
    tablet.read(chat, said.seq - 1)
    tablet.flush_reads()
    await settled(tablet)
    tablet.read(chat, said.seq)
    tablet.flush_reads()
    closed = await browser.next(kind="read")
    assert closed == {"type": "read", "chat": chat, "seq": said.seq}
    assert browser.got[-1].headers["Topic"] == browser.got[0].headers["Topic"]
    await anna.say(other, "the end")
    await browser.next(len(browser.alerts()) + 1)
    await eventually(lambda: silent.alerts()[-1]["chat"] == other)
    assert len(browser.alerts("read")) == 1
    assert silent.alerts("read") == []


async def test_what_was_read_meanwhile_is_not_sent(
    alerting: Server, people: People, service: PushService
) -> None:
    anna, ben = await people(2, at=alerting)
    chat, other = await anna.direct(ben), await anna.group("Tea round", ben)
    tablet = await ben.more()
    browser = await alerted(ben, service)
    browser.answers = [(503, {"Retry-After": "3"})]
    said = await anna.say(chat, "milk?")
    await eventually(lambda: browser.asked == 1)
    tablet.read(chat, said.seq)
    tablet.flush_reads()
    await anna.say(other, "lemon?")
    await browser.next()
    assert [it["chat"] for it in browser.alerts()] == [other]
    assert browser.alerts("read") == []  # nothing of that chat was ever shown


async def test_a_subscription_that_is_gone_is_forgotten(
    alerting: Server, people: People, service: PushService
) -> None:
    anna, ben = await people(2, at=alerting)
    chat = await anna.direct(ben)
    browser = await alerted(ben, service)
    browser.answers = [(410, {})]
    await anna.say(chat, "milk?")

    async def forgotten() -> bool:
        return await alerting.metric("push_subscriptions") == 0

    await eventually(forgotten)
    await anna.say(chat, "lemon?")
    phone = await ben.again()
    await browser.subscribe(phone)
    await phone.close()
    await anna.say(chat, "sugar?")
    assert (await browser.next())["seq"] == 4
    assert (browser.asked, len(browser.got)) == (2, 1)
    assert "dead" not in alerting.run("admin", "dead-letters", "list")


async def test_a_push_service_that_has_no_time_is_asked_again(
    alerting: Server, people: People, service: PushService
) -> None:
    anna, ben = await people(2, at=alerting)
    chat = await anna.direct(ben)
    browser = await alerted(ben, service)
    browser.answers = [(503, {"Retry-After": "1"}), (429, {}), (500, {})]
    began = time.monotonic()
    said = await anna.say(chat, "milk?")
    assert (await browser.next())["seq"] == said.seq
    assert time.monotonic() - began >= 1
    assert browser.asked == 4


async def test_after_all_tries_there_is_a_dead_letter_that_can_be_replayed(
    alerting: Server, people: People, service: PushService
) -> None:
    anna, ben = await people(2, at=alerting)
    chat = await anna.direct(ben)
    browser = await alerted(ben, service)
    browser.answers = [(503, {})] * 5
    said = await anna.say(chat, "milk?")

    async def dead() -> bool:
        return await alerting.metric("jobs_dead_total") == 1

    await eventually(dead)
    assert browser.asked == 5
    listed = alerting.run("admin", "dead-letters", "list")
    assert "alert" in listed
    assert "127.0.0.1: 503" in listed
    assert browser.name not in listed  # who knows the endpoint may write to it
    job = next(line for line in listed.splitlines() if "alert" in line).split()[0].strip("│ ")
    shown = alerting.run("admin", "dead-letters", "show", job)
    assert browser.name not in shown
    alerting.run("admin", "dead-letters", "replay", job)
    assert (await browser.next())["seq"] == said.seq


async def test_what_a_push_service_refuses_is_not_tried_again(
    alerting: Server, people: People, service: PushService
) -> None:
    anna, ben = await people(2, at=alerting)
    chat = await anna.direct(ben)
    browser = await alerted(ben, service)
    browser.answers = [(413, {})]
    await anna.say(chat, "milk?")

    async def dropped() -> bool:
        return await alerting.metric("alerts_dropped_total") == 1

    await eventually(dropped)
    said = await anna.say(chat, "lemon?")
    assert (await browser.next())["seq"] == said.seq
    assert browser.asked == 2


async def test_a_redirect_leads_nowhere(
    alerting: Server, people: People, service: PushService
) -> None:
    anna, ben = await people(2, at=alerting)
    chat = await anna.direct(ben)
    browser, other = await alerted(ben, service), service.browser()
    browser.answers = [(307, {"Location": other.subscription["endpoint"]})]
    await anna.say(chat, "milk?")
    await eventually(lambda: browser.asked == 1)
    await anna.say(chat, "lemon?")
    await browser.next()
    assert other.asked == 0


async def test_a_committed_message_is_alerted_of_after_a_crash(
    alerting: Server, people: People, service: PushService
) -> None:
    anna, ben = await people(2, at=alerting)
    chat = await anna.direct(ben)
    browser = await alerted(ben, service)
    browser.answers = [(503, {"Retry-After": "1"})]
    accepted = [await anna.say(chat, f"milk {n}?") for n in range(3)]
    await asyncio.to_thread(alerting.kill)
    await asyncio.to_thread(alerting.start)
    await eventually(lambda: browser.alerts() and browser.alerts()[-1]["seq"] == accepted[-1].seq)
    assert browser.alerts()[-1]["unread"] == 3


async def test_the_newest_message_is_alerted_of_whatever_was_under_way(
    alerting: Server, people: People, service: PushService
) -> None:
    anna, ben = await people(2, at=alerting)
    chat = await anna.direct(ben)
    browser = await alerted(ben, service)
    for burst in range(12):
        await asyncio.sleep(burst / 200)  # a job is just beginning, sending, ending
        said = [await anna.phone.send(chat, f"{burst} {n}") for n in range(1 + burst % 3)]
        newest = (await asyncio.wait_for(said[-1].accepted(), PATIENCE)).seq
        if burst % 2:
            await eventually(lambda seq=newest: browser.alerts()[-1]["seq"] == seq)
    seqs = [it["seq"] for it in browser.alerts()]
    assert seqs == sorted(set(seqs))


async def test_slow_push_services_hold_up_nobody_else(
    alerting: Server, people: People, service: PushService
) -> None:
    anna, ben, cleo = await people(3, at=alerting)
    to_ben, to_cleo = await anna.direct(ben), await anna.direct(cleo)
    stuck = []
    for _ in range(18):  # more than the broker does at once
        phone = await ben.more()
        stuck.append(service.browser())
        await stuck[-1].subscribe(phone)
        stuck[-1].hangs = True
        await phone.close()
    await ben.away()
    browser = await alerted(cleo, service)
    await anna.say(to_ben, "milk?")
    await eventually(lambda: sum(it.asked for it in stuck) >= 2)
    began = time.monotonic()
    await anna.say(to_cleo, "lemon?")
    await browser.next()
    assert time.monotonic() - began < 5
    assert sum(it.asked for it in stuck) <= 4
    for it in stuck:
        it.hangs = False
    for it in stuck:
        await it.next()


async def test_a_session_that_does_not_acknowledge_counts_as_away(
    alerting: Server, people: People, service: PushService
) -> None:
    anna, ben = await people(2, at=alerting)
    chat = await anna.direct(ben)
    browser = service.browser()
    await browser.subscribe(ben.phone)
    token = ben.phone.token
    await ben.away()
    async with await Raw.open(alerting.url, token) as asleep:
        said = await anna.say(chat, "milk?")
        await eventually(lambda: asleep.seqs(chat) == [said.seq])
        assert (await browser.next())["seq"] == said.seq


async def test_a_session_that_ends_unacknowledged_is_followed_by_an_alert(
    serve: Serve, people: People, service: PushService
) -> None:
    server = serve(push_loopback=True, ack_timeout=600)
    anna, ben = await people(2, at=server)
    chat = await anna.direct(ben)
    browser = service.browser()
    await browser.subscribe(ben.phone)
    token = ben.phone.token
    await ben.away()
    raw = await Raw.open(server.url, token)
    said = await anna.say(chat, "milk?")
    await eventually(lambda: raw.seqs(chat) == [said.seq])
    assert browser.got == []
    await raw.close()
    assert (await browser.next())["seq"] == said.seq


async def test_a_device_has_one_subscription_and_an_endpoint_one_device(
    alerting: Server, people: People, service: PushService
) -> None:
    anna, ben, cleo = await people(3, at=alerting)
    of_ben, of_cleo = await anna.direct(ben), await anna.direct(cleo)
    old, new = service.browser(), service.browser()
    await old.subscribe(ben.phone)
    await new.subscribe(ben.phone)
    await new.subscribe(cleo.phone)  # the same browser, now of another account
    await ben.away()
    await cleo.away()
    await anna.say(of_ben, "not for this browser")
    await anna.say(of_cleo, "for this one")
    assert (await new.next())["chat"] == of_cleo
    assert (len(new.got), old.asked) == (1, 0)
    assert await alerting.metric("push_subscriptions") == 1


@pytest.mark.parametrize("how", ["unsubscribe", "remove", "sign out", "password"])
async def test_a_subscription_ends_with_its_device(
    alerting: Server, people: People, service: PushService, how: str
) -> None:
    anna, ben = await people(2, at=alerting)
    chat = await anna.direct(ben)
    tablet = await ben.more()
    browser, kept = service.browser(), service.browser()
    await browser.subscribe(ben.phone)
    await kept.subscribe(tablet)
    if how == "unsubscribe":
        await ben.phone.devices.unsubscribe_push()
    elif how == "remove":
        await tablet.devices.remove(ben.phone.state.device)
    elif how == "sign out":
        await ben.phone.sign_out()
    else:
        await tablet.people.change_password(ben.password, "another kettle 77")
    await ben.away()
    await tablet.close()
    await anna.say(chat, "milk?")
    await kept.next()
    assert browser.asked == 0
    assert await alerting.metric("push_subscriptions") == 1


async def test_who_left_a_group_is_alerted_no_more(
    alerting: Server, people: People, service: PushService
) -> None:
    anna, ben = await people(2, at=alerting)
    group, direct = await anna.group("Tea round", ben), await anna.direct(ben)
    browser = await alerted(ben, service)
    await anna.phone.groups.remove(group, ben.id)
    await anna.say(group, "we are among ourselves")
    await anna.phone.groups.change(group, settings=Settings(history="all"))
    await anna.say(direct, "the end")
    assert (await browser.next())["chat"] == direct
    assert len(browser.got) == 1


async def test_a_server_may_send_none(serve: Serve, people: People) -> None:
    server = serve(push=False)
    (anna,) = await people(1, at=server)
    assert anna.phone.state.push_key == ""


async def test_the_key_stays_the_same(alerting: Server, people: People) -> None:
    (anna,) = await people(1, at=alerting)
    key = anna.phone.state.push_key
    await asyncio.to_thread(alerting.stop)
    await asyncio.to_thread(alerting.start)
    phone: Client = await anna.again()
    assert (phone.state.push_key, len(key)) == (key, 87)
    assert ((alerting.data / "chinwag.db").stat().st_mode & 0o777) == 0o600
