"""History from what is held: a local page is exactly the server's, or there is none."""

from hypothesis import given
from hypothesis import strategies as st

from chinwag.protocol import results
from chinwag.protocol.commands import History
from chinwag.sdk.chats import ChatState
from chinwag.sdk.pages import local_page, span
from chinwag.sdk.store import MemoryStore
from unit.sdk.peer import head, message

LAST = 30


def server_page(command: History, first: int) -> results.Page:
    """What the server says of a log of which [first, LAST] may be seen."""
    seqs = list(range(first, LAST + 1))
    if command.after is not None:
        seqs = [seq for seq in seqs if seq > command.after][: command.limit]
    else:
        top = LAST if command.before is None else command.before - 1
        seqs = [seq for seq in seqs if seq <= top][-command.limit :]
    return results.Page(
        chat="c",
        events=tuple(message(seq) for seq in seqs),
        older=bool(seqs) and seqs[0] > first,
        newer=bool(seqs) and seqs[-1] < LAST,
    )


def chat_from(first: int) -> ChatState:
    start = head(LAST)
    start.mine.stays = ((first, 0),)
    return ChatState(start, "me", stored=LAST)


COMMANDS = st.one_of(
    st.builds(History, chat=st.just("c"), limit=st.integers(1, 9)),
    st.builds(History, chat=st.just("c"), before=st.integers(2, LAST), limit=st.integers(1, 9)),
    st.builds(History, chat=st.just("c"), after=st.integers(0, LAST), limit=st.integers(1, 9)),
)


@given(st.sets(st.integers(1, LAST)), st.sampled_from((1, 7)), COMMANDS)
def test_a_local_page_has_the_events_of_the_server(
    held: set[int], first: int, command: History
) -> None:
    chat = chat_from(first)
    chat.log.extend(message(seq) for seq in held if seq >= first)
    page = local_page(chat, command, MemoryStore())
    if page is not None:
        want = server_page(command, first)
        assert page.events == want.events
        if page.events:
            assert (page.older, page.newer) == (want.older, want.newer)


@given(st.sets(st.integers(1, LAST)), st.sampled_from((1, 7)), COMMANDS)
def test_a_page_of_the_server_speaks_for_no_more_than_it_shows(
    held: set[int], first: int, command: History
) -> None:
    chat = chat_from(first)
    page = server_page(command, first)
    low, high = span(chat, command, page)
    shown = {event.seq for event in page.events}
    assert {seq for seq in range(low, high + 1) if first <= seq} == shown


@given(st.sampled_from((1, 7)), COMMANDS)
def test_after_a_page_has_come_the_same_is_answered_here(first: int, command: History) -> None:
    chat = chat_from(first)
    page = server_page(command, first)
    if page.events:
        chat.merge_page(page, *span(chat, command, page))
        again = local_page(chat, command, MemoryStore())
        assert again is not None
        assert again.events == page.events
