"""The reducer: what pushes add up to."""

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chinwag.protocol import pushes, results
from chinwag.protocol.events import Added, Created, Event, Message, Removed, RoleChanged
from chinwag.sdk.changes import Change, ChatChanged, Grew, NeedChat, NeedRange, TypingChanged
from chinwag.sdk.state import State
from chinwag.sdk.ticks import Tick, tick
from unit.sdk.model import CHAT, ME, Model

HELLO = pushes.Hello(
    protocol=1, features=(), server="test", user=ME, device="dev", heartbeat=25, now=0
)


def message(seq: int, *, sender: str = "ann", chat: str = "c", count: int = 0) -> pushes.Event:
    event = Event(
        chat=chat, seq=seq, at=seq, sender=sender, count=count or seq, body=Message(text=f"m{seq}")
    )
    return pushes.Event(event=event)


def head(last: int = 0, **other: object) -> results.Head:
    fields: dict[str, object] = {
        "chat": "c", "kind": "direct", "last": last, "count": last, "peer": "ann",
        "mine": results.Mine(chat="c", version=1, stays=((1, 0),)),
        "ticks": results.Ticks(chat="c"),
    }  # fmt: skip
    return results.Head(**(fields | other))  # type: ignore[arg-type]


def started(first: results.Head | None = None) -> State:
    state = State()
    state.apply(HELLO)
    state.since = "somewhere"
    state.merge_head(first or head())
    return state


def of(changes: list[Change], kind: type) -> list[Change]:
    return [change for change in changes if isinstance(change, kind)]


def facts(state: State) -> dict[str, object]:
    """All of a state that does not depend on the way there."""
    chat = state.chats[CHAT]
    return {
        "last": chat.last, "count": chat.count, "group": chat.group, "ticks": chat.ticks,
        "mine": chat.mine, "unread": chat.unread, "ranges": chat.log.ranges,
        "stored": chat.stored, "tip": chat.tip, "failures": chat.failures,
    }  # fmt: skip


class TestEvents:
    def test_the_next_one_applies_and_is_ready(self) -> None:
        state = started()
        changes = state.apply(message(1))
        assert Grew("c", 1, 1) in changes
        assert ChatChanged("c", "log") in changes
        assert state.chats["c"].last == 1
        assert state.chats["c"].unread == 1

    def test_a_repeat_changes_nothing(self) -> None:
        state = started()
        state.apply(message(1))
        assert not of(state.apply(message(1)), ChatChanged)
        assert not of(state.apply(message(1)), Grew)

    def test_a_gap_is_named_and_nothing_beyond_it_is_ready(self) -> None:
        state = started()
        state.apply(message(1))
        changes = state.apply(message(4))
        assert of(changes, NeedRange) == [NeedRange("c", 2, 3)]
        assert not of(changes, Grew)
        assert state.chats["c"].stored == 1
        assert state.chats["c"].last == 4

    def test_a_gap_that_closes_makes_all_of_it_ready_in_order(self) -> None:
        state = started()
        for seq in (1, 4, 3):
            state.apply(message(seq))
        assert of(state.apply(message(2)), Grew) == [Grew("c", 2, 4)]

    def test_a_page_covers_what_does_not_exist_for_the_reader(self) -> None:
        state = started()
        state.apply(message(4))
        page = results.Page(chat="c", events=(message(1).event, message(3).event))
        assert of(state.merge_page(page, 1, 3), Grew) == [Grew("c", 1, 4)]

    def test_an_unknown_chat_is_asked_for_and_keeps_what_came(self) -> None:
        state = State()
        state.apply(HELLO)
        state.since = "somewhere"
        assert state.apply(message(2)) == [NeedChat("c")]
        changes = state.merge_head(head(1, events=(message(1).event,)))
        assert state.chats["c"].stored == 2
        assert Grew("c", 1, 1) in changes
        assert Grew("c", 2, 2) in changes

    @pytest.mark.parametrize("inline", [1, 3])
    def test_of_a_chat_new_to_the_device_every_stay_is_news(self, inline: int) -> None:
        """Let in, out and in again before the device heard of the chat at all."""
        state = State()
        state.apply(HELLO)
        state.since = "somewhere"
        log = (
            Event("c", 1, 1, "ann", 0, Created(chat_kind="group", members=("ann", ME))),
            Event("c", 2, 2, "ann", 0, Removed(user=ME)),
            Event("c", 3, 3, "ann", 0, Added(users=(ME,))),
        )
        mine = results.Mine(chat="c", version=1, stays=((1, 3), (3, 0)))
        newest = log[-inline:]
        changes = state.merge_head(head(3, kind="group", peer=None, mine=mine, events=newest))
        changes += state.merge_page(results.Page(chat="c", events=log), 1, 3)
        assert Grew("c", 1, 3) in changes

    def test_own_answers_stand_for_the_push(self) -> None:
        state = started()
        accepted = results.Accepted(chat="c", seq=1, at=5, count=1, read_count=1)
        state.accept(accepted, Message(text="mine"), "client-id-1")
        event = state.chats["c"].log.get(1)
        assert event is not None
        assert (event.sender, event.client_id) == (ME, "client-id-1")
        assert state.chats["c"].unread == 0
        assert state.chats["c"].here == {1}

    @pytest.mark.parametrize("last", [0, 1], ids=["a head from before", "a head that has it"])
    def test_an_own_answer_in_an_unknown_chat_stays_this_devices_own(self, last: int) -> None:
        state = State()
        state.apply(HELLO)
        accepted = results.Accepted(chat="c", seq=1, at=5, count=1, read_count=1)
        assert state.accept(accepted, Message(text="mine"), "client-id-1") == [NeedChat("c")]
        stored = message(1, sender=ME).event
        state.merge_head(head(last, events=(stored,) if last else ()))
        assert state.chats["c"].here == {1}


class TestMembership:
    def test_being_removed_closes_the_stay_after_the_event(self) -> None:
        model = Model()
        state = started(model.head(inline=5))
        model.i_go_or_come()
        for push in model.told[1:]:
            state.apply(push)
        assert state.chats[CHAT].mine.stays == ((1, 3),)
        assert not state.chats[CHAT].present

    def test_coming_back_needs_a_head(self) -> None:
        model = Model()
        state = started(model.head(inline=5))
        model.i_go_or_come()
        model.others_write()
        model.i_go_or_come()
        *before, heads = model.told
        changes = [change for push in before for change in state.apply(push)]
        assert NeedChat(CHAT) in changes
        state.apply(heads)
        assert state.chats[CHAT].mine.stays == ((1, 3), (4, 0))
        assert state.chats[CHAT].stored == 4
        fresh = started(model.head(inline=99))
        assert fresh.chats[CHAT].missing() == (1, 2)
        fresh.merge_page(results.Page(chat=CHAT, events=tuple(model.visible())), 1, 4)
        assert facts(state) == facts(fresh) | {"ranges": ((1, 2), (4, 4))}

    def test_a_member_list_is_brought_up_to_date_by_what_was_told_meanwhile(self) -> None:
        model = Model()
        state = started(model.head(inline=5))
        asked_at = state.chats[CHAT].tip
        old = results.MemberList(
            chat=CHAT,
            members=(results.Member(user=ME, role="admin"), results.Member(user="ann")),
        )
        for body in (Added(users=("bob",)), RoleChanged(user="ann", role="admin"),
                     Removed(user="bob")):  # fmt: skip
            model.append(ME, body)
        for push in model.told:
            state.apply(push)
        state.merge_members(old, asked_at)
        members = state.chats[CHAT].members
        assert members is not None
        assert members["ann"].role == "admin"
        assert members["bob"].left

    def test_a_created_chat_knows_its_members(self) -> None:
        created = Event(
            chat="c", seq=1, at=1, sender=ME, count=0,
            body=Created(chat_kind="group", members=(ME, "ann"), title="t"),
        )  # fmt: skip
        state = started(head(0, kind="group", group=results.GroupInfo(title="t", members=2)))
        state.apply(pushes.Event(event=created))
        members = state.chats["c"].members
        assert members is not None
        assert {it.user: it.role for it in members.values()} == {ME: "admin", "ann": "member"}
        assert state.chats["c"].group == results.GroupInfo(title="t", members=2)


class TestMarks:
    def test_settings_go_by_version_and_marks_by_maximum(self) -> None:
        state = started(head(9))
        new = results.Mine(chat="c", version=3, stays=(), muted_until=7, read=2, read_count=2)
        old = results.Mine(chat="c", version=2, stays=(), muted_until=1, read=5, read_count=5)
        state.apply(pushes.Mine(mine=new))
        state.apply(pushes.Mine(mine=old))
        mine = state.chats["c"].mine
        assert (mine.muted_until, mine.read, mine.read_count) == (7, 5, 5)
        assert mine.stays == ((1, 0),)

    def test_reading_is_seen_at_once_and_never_undone(self) -> None:
        state = started()
        for seq in (1, 2, 3):
            state.apply(message(seq))
        state.read("c", 2)
        assert state.chats["c"].unread == 1
        late = results.Mine(chat="c", version=2, stays=(), read=1, read_count=1)
        state.apply(pushes.Mine(mine=late))
        assert state.chats["c"].unread == 1

    def test_unread_is_never_negative(self) -> None:
        state = started(head(0, mine=results.Mine(
            chat="c", version=1, stays=((1, 0),), read_count=4)))  # fmt: skip
        assert state.chats["c"].unread == 0

    @pytest.mark.parametrize(
        ("given", "seq", "expected"),
        [
            ({}, 5, Tick.SENT),
            ({"delivered": 5}, 5, Tick.DELIVERED),
            ({"delivered": 5, "read": 5}, 5, Tick.READ),
            ({"delivered": 5, "read": 5, "withheld": (4,)}, 4, Tick.SENT),
            ({"delivered": 5, "read": 5, "withheld": (4,)}, 6, Tick.SENT),
        ],
    )
    def test_ticks(self, given: dict[str, object], seq: int, expected: Tick) -> None:
        state = started(head(9))
        state.apply(pushes.Ticks(ticks=results.Ticks(chat="c", **given)))  # type: ignore[arg-type]
        assert tick(state.chats["c"], seq) is expected

    def test_a_failure_shows_until_it_ends_and_does_not_come_back(self) -> None:
        state = started(head(9))
        failed = results.Failure(
            chat="c", user="ann", first=3, last=4, reason="unreachable", attempts=5, at=100
        )
        state.apply(pushes.Failed(failure=failed))
        assert tick(state.chats["c"], 4) is Tick.FAILED
        assert tick(state.chats["c"], 5) is Tick.SENT
        state.apply(pushes.Failed(failure=msgspec.structs.replace(failed, ended=True)))
        state.apply(pushes.Failed(failure=failed))
        assert tick(state.chats["c"], 4) is Tick.SENT

    def test_delivery_heals_a_failure(self) -> None:
        state = started(head(9))
        failed = results.Failure(
            chat="c", user="ann", first=3, last=4, reason="unreachable", attempts=5, at=100
        )
        state.apply(pushes.Failed(failure=failed))
        state.apply(pushes.Ticks(ticks=results.Ticks(chat="c", delivered=4)))
        assert tick(state.chats["c"], 4) is Tick.DELIVERED
        assert state.chats["c"].failures == ()


class TestTyping:
    def test_it_lapses_by_itself_and_ends_with_a_message(self) -> None:
        state = started()
        typing = pushes.Typing(chat="c", user="ann")
        state.apply(typing, now=10.0)
        assert state.typing("c", 15.9) == ("ann",)
        assert state.typing("c", 16.1) == ()
        state.apply(message(1), now=11.0)
        assert state.typing("c", 11.0) == ()

    def test_one_does_one_thing_at_a_time(self) -> None:
        state = started()
        state.apply(pushes.Typing(chat="c", user="ann"), now=10.0)
        recording = pushes.Typing(chat="c", user="ann", doing="recording")
        assert state.apply(recording, now=11.0) == [TypingChanged("c")]
        assert state.apply(recording, now=15.0) == []
        assert state.typing("c", 20.9, "recording") == ("ann",)
        assert state.typing("c", 11.0) == state.typing("c", 21.1, "recording") == ()
        state.apply(message(1), now=16.0)
        assert state.typing("c", 16.0, "recording") == ()


class TestBeginning:
    def test_a_new_device_takes_up_where_the_person_has_read(self) -> None:
        state = State()
        state.apply(HELLO)
        mine = results.Mine(chat="c", version=1, stays=((1, 0),), read=6)
        changes = state.merge_head(head(9, mine=mine, events=(message(9).event,)))
        assert of(changes, NeedRange) == [NeedRange("c", 7, 8)]

    def test_a_known_device_gets_all_of_a_chat_it_has_not_heard_of(self) -> None:
        mine = results.Mine(chat="c", version=1, stays=((3, 0),), read=6)
        state = State()
        state.apply(HELLO)
        state.since = "somewhere"
        changes = state.merge_head(head(9, mine=mine, events=(message(9).event,)))
        assert of(changes, NeedRange) == [NeedRange("c", 3, 8)]


@given(
    actions=st.lists(st.sampled_from(Model.ACTIONS), max_size=25),
    begin=st.integers(0, 25),
    seed=st.integers(),
    repeats=st.integers(0, 10),
)
def test_state_and_pushes_equal_a_fresh_fetch(
    actions: list[object], begin: int, seed: int, repeats: int
) -> None:
    """From any moment on, all pushes, in any order and some of them twice, end in what a head
    says that is fetched at the end."""
    model = Model()
    first = model.head(inline=99)
    told_before = len(model.told)
    for step, action in enumerate(actions):
        action(model)  # type: ignore[operator]
        if step == begin:
            first, told_before = model.head(inline=99), len(model.told)
    told = model.told[told_before:]
    chance = random.Random(seed)
    pushed = told + (chance.choices(told, k=repeats) if told else [])
    chance.shuffle(pushed)

    state = started(first)
    for push in pushed:
        state.apply(push)
    fresh = started(model.head(inline=99))
    got, want = facts(state), facts(fresh)
    names = ["last", "count", "ticks", "mine", "unread", "tip"]
    if model.present:
        names.append("group")  # what becomes of a group is not told to past members
    for name in names:
        assert got[name] == want[name], name

    whole = [event.seq for event in model.visible()]
    page = results.Page(chat=CHAT, events=tuple(model.visible()))
    state.merge_page(page, 1, whole[-1])
    assert state.chats[CHAT].stored == whole[-1]
    assert [event.seq for event in state.chats[CHAT].log.between(1, whole[-1])] == whole
