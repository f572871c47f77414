"""Random commands on one group, against a model of it that fits on a page: the answers, who is a
member and as what, what each sees and is shown, and what the log alone tells."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from chinwag.protocol import events, results
from chinwag.protocol.errors import ChinwagError
from unit.server.services.world import World

NAMES = ("ada", "bob", "cat", "dan", "eve")
CODE = "a-code-that-always-works"
names = st.sampled_from(NAMES)


class Model:
    """The group as these rules make it."""

    def __init__(self) -> None:
        self.roles = {"ada": "admin"}  # in the order of joining
        self.stays: dict[str, list[list[int]]] = {"ada": [[1, 0]]}
        self.shown: dict[str, list[int]] = {name: [] for name in NAMES} | {"ada": [1]}
        self.removed: set[str] = set()
        self.waiting: set[str] = set()
        self.switches: dict[str, Any] = {
            "send": "everyone",
            "add_members": "everyone",
            "approval": False,
            "history": "joined",
        }
        self.last = 1

    def may(self, name: str, *, admin: bool = False) -> str:
        """The code that a command by ``name`` is refused with, or nothing."""
        if name not in self.stays:
            return "not_found"
        if name not in self.roles:
            return "not_a_member"
        return "not_allowed" if admin and self.roles[name] != "admin" else ""

    def line(self, besides: str = "") -> str:
        self.last += 1
        for name in self.roles:
            if name != besides:
                self.shown[name].append(self.last)
        return "line"

    def come(self, name: str) -> str:
        self.roles[name] = "member"
        self.line()
        self.removed.discard(name)
        self.waiting.discard(name)
        if self.switches["history"] == "all":
            self.stays[name] = [[1, 0]]
        else:
            self.stays.setdefault(name, []).append([self.last, 0])
        return "line"

    def ask(self, name: str) -> str:
        self.waiting.add(name)
        return "pending"

    def go(self, name: str) -> str:
        self.line()
        del self.roles[name]
        self.stays[name][-1][1] = self.last + 1
        return "line"

    def visible(self, name: str) -> list[int]:
        ends = [(first, end or self.last + 1) for first, end in self.stays[name]]
        return [seq for first, end in ends for seq in range(first, end)]


class Group(RuleBasedStateMachine):
    """Commands by anybody, allowed or not."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.Runner()
        self.world = World(Path(self.folder.name) / "db")
        self.loop.run(self.world.__aenter__())
        self.who = {p.user: p for p in self.loop.run(self.world.people(" ".join(NAMES)))}
        self.chat = self.loop.run(self.world.group(self.who["ada"]))
        self.loop.run(
            self.world.sql(
                "INSERT INTO invites (code, chat, created_by, expires_at) VALUES ($1, $2, $3, $4)",
                CODE,
                self.chat,
                "ada",
                1 << 52,
            )
        )
        self.model = Model()

    def teardown(self) -> None:
        self.loop.run(self.world.__aexit__())
        self.loop.close()
        self.folder.cleanup()

    def expect(self, expected: str, doing: Any) -> None:
        async def run() -> str:
            try:
                answer = await doing
            except ChinwagError as error:
                return error.kind.code
            if isinstance(answer, results.Placed) and answer.pending:
                return "pending"
            return "line" if answer.seq else "nothing"

        assert self.loop.run(run()) == expected

    @rule(by=names, whom=names)
    def add(self, by: str, whom: str) -> None:
        model = self.model
        expected = model.may(by, admin=model.switches["add_members"] == "admins")
        if not expected:
            admin = model.roles[by] == "admin"
            if whom in model.roles:
                expected = "nothing"
            elif not admin and (model.switches["approval"] or whom in model.removed):
                expected = model.ask(whom)
            else:
                expected = model.come(whom)
        self.expect(expected, self.world.add(self.who[by], self.chat, self.who[whom]))

    @rule(whom=names)
    def join(self, whom: str) -> None:
        model = self.model
        if whom in model.roles:
            expected = "nothing"
        elif model.switches["approval"] or whom in model.removed:
            expected = model.ask(whom)
        else:
            expected = model.come(whom)
        self.expect(expected, self.world.join(self.who[whom], CODE))

    @rule(by=names, whom=names, accept=st.booleans())
    def decide(self, by: str, whom: str, accept: bool) -> None:
        model = self.model
        expected = model.may(by, admin=True)
        if not expected:
            if whom in model.waiting:
                model.waiting.discard(whom)
                expected = model.come(whom) if accept else "nothing"
            else:
                expected = "not_found" if accept and whom not in model.roles else "nothing"
        deciding = self.world.decide(self.who[by], self.chat, self.who[whom], accept=accept)
        self.expect(expected, deciding)

    @rule(by=names, whom=names)
    def remove(self, by: str, whom: str) -> None:
        model = self.model
        expected = model.may(by, admin=True) or ("not_allowed" if by == whom else "")
        if not expected:
            expected = model.may(whom)
            if not expected:
                expected = model.go(whom)
                model.removed.add(whom)
            elif expected == "not_a_member":
                expected = "nothing"
        self.expect(expected, self.world.remove(self.who[by], self.chat, self.who[whom]))

    @rule(by=names)
    def leave(self, by: str) -> None:
        model = self.model
        expected = model.may(by)
        if not expected:
            expected = model.go(by)
            if model.roles and "admin" not in model.roles.values():
                model.roles[next(iter(model.roles))] = "admin"
                model.line()
        self.expect(expected, self.world.leave(self.who[by], self.chat))

    @rule(by=names, whom=names, role=st.sampled_from(["admin", "member"]))
    def set_role(self, by: str, whom: str, role: str) -> None:
        model = self.model
        expected = model.may(by, admin=True)
        if not expected:
            admins = [name for name, held in model.roles.items() if held == "admin"]
            if whom not in model.roles:
                expected = "not_found"
            elif model.roles[whom] == role:
                expected = "nothing"
            elif admins == [whom]:
                expected = "last_admin"
            else:
                model.roles[whom] = role
                expected = model.line()
        self.expect(expected, self.world.set_role(self.who[by], self.chat, self.who[whom], role))

    @rule(
        by=names,
        switch=st.sampled_from(
            [
                ("send", "everyone"),
                ("send", "admins"),
                ("add_members", "everyone"),
                ("add_members", "admins"),
                ("approval", True),
                ("approval", False),
                ("history", "joined"),
                ("history", "all"),
            ]
        ),
    )
    def change(self, by: str, switch: tuple[str, Any]) -> None:
        model = self.model
        expected = model.may(by, admin=True)
        if not expected:
            same = model.switches[switch[0]] == switch[1]
            expected = "nothing" if same else model.line()
            model.switches[switch[0]] = switch[1]
        changing = self.world.change(self.who[by], self.chat, settings=dict([switch]))
        self.expect(expected, changing)

    @rule(by=names)
    def say(self, by: str) -> None:
        model = self.model
        expected = model.may(by, admin=model.switches["send"] == "admins")
        expected = expected or model.line(besides=by)
        self.expect(expected, self.world.say(self.who[by], self.chat))

    @rule()
    def time_passes(self) -> None:
        """So that who came first is plain: seats of one millisecond are in order of their ids."""
        self.loop.run(self.world.later())

    @invariant()
    def members_agree(self) -> None:
        assert self.loop.run(self.world.members(self.chat)) == self.model.roles
        cached = self.loop.run(self.world.chats.roster(self.chat))
        assert {name: cached.seats[name].role for name in cached.active} == self.model.roles
        assert set(cached.seats) == set(self.model.stays)

    @invariant()
    def the_log_alone_tells_who_is_there(self) -> None:
        roles: dict[str, str] = {}
        for sender, body in self.loop.run(self.world.lines(self.chat)):
            match body:
                case events.Created(members=people):
                    roles = dict.fromkeys(people, "member") | {sender: "admin"}
                case events.Added(users=people):
                    roles |= dict.fromkeys(people, "member")
                case events.Joined():
                    roles[sender] = "member"
                case events.Left():
                    del roles[sender]
                case events.Removed(user=user):
                    del roles[user]
                case events.RoleChanged(user=user, role=role):
                    roles[user] = role
        assert roles == self.model.roles

    @invariant()
    def everybody_sees_their_stays(self) -> None:
        for name in self.model.stays:
            seen = self.loop.run(self.world.visible(self.who[name], self.chat))
            assert seen == self.model.visible(name)

    @invariant()
    def everybody_was_shown_what_was_theirs(self) -> None:
        for name, person in self.who.items():
            assert person.screen.seqs(self.chat) == self.model.shown[name]

    @invariant()
    def nothing_seen_in_another_stay_is_unread(self) -> None:
        roster = self.loop.run(self.world.roster(self.chat))
        for name in self.model.roles:
            seat = roster.seats[name]
            assert roster.count - seat.read_count >= 0
            assert seat.shown <= seat.read <= seat.delivered <= roster.last


def test_random_commands_agree_with_the_model() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Group, settings=settings(max_examples=25, stateful_step_count=40, deadline=None)
    )
