"""The first minutes: claiming a server, coming by invitation, signing in and out."""

import pytest

from web.stage import Stage


@pytest.mark.parametrize("own", [{"sign_up": "invite"}], indirect=True)
async def test_a_server_is_claimed_and_somebody_invited(own: Stage) -> None:
    at_ada = await (await own.device("Ada’s browser")).tab(own.server.claim_path())
    await at_ada.signs_up("ada", "Ada", "lodestar kiln 7")
    await at_ada.sees_empty_list()
    code = own.server.run("admin", "invites", "create").strip()
    at_ben = await (await own.device("Ben’s browser")).tab(f"/invite/{code}")
    await at_ben.signs_up("ben", "Ben", "lodestar kiln 8")
    await at_ben.finds("ada", "Ada")
    await at_ben.writes("I am in")
    await at_ada.sees_unread("Ben", 1)


async def test_signing_out_and_in_again(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    await ben.says(chat, "hello")
    at_ada = await ada.comes("/settings")
    await at_ada.signs_out()
    await at_ada.goes_to(f"/c/{chat}")
    await at_ada.is_at_the_door()
    at_ada.device.complaints.expect("401")
    await at_ada.signs_in(ada.handle, "not the password")
    await at_ada.sees_line("Handle or password is wrong. Check both and try again.")
    await at_ada.signs_in(ada.handle, ada.password)
    await at_ada.sees("hello")
