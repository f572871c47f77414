"""Accounts kept on a machine."""

import pytest

from chinwag.cli.chat.drafts import Draft, Drafts
from chinwag.cli.profiles import Profile, chosen, names, normal_url, same_server
from chinwag.protocol.http import SignedIn
from chinwag.protocol.results import User


def signed_in(handle: str) -> SignedIn:
    return SignedIn(user=User(id=f"id-{handle}", handle=handle, name=handle), device="d", token="t")


def test_addresses() -> None:
    assert normal_url("chat.example/") == "https://chat.example"
    assert normal_url("localhost:8420") == "http://localhost:8420"
    assert normal_url("127.0.0.1:8420") == "http://127.0.0.1:8420"
    assert normal_url(" http://a.example/sub/ ") == "http://a.example/sub"
    for wrong in ("", "ftp://a", "http://", "a:b:c", "http://a:99999999"):
        with pytest.raises(ValueError, match=r".+"):
            normal_url(wrong)
    assert same_server("https://a.example", "wss://a.example:443/")
    assert not same_server("http://a.example", "https://a.example")


def test_a_profile_for_each_server() -> None:
    assert chosen(None, None).name == "default"
    chosen(None, "http://a.example").keep("http://a.example", signed_in("ann"))
    assert names() == ["default"]
    other = chosen(None, "http://b.example:81")
    assert other.name == "b.example-81"
    other.keep("http://b.example:81", signed_in("bob"))
    assert chosen(None, "b.example").name == "b.example"
    assert chosen(None, "http://a.example").name == "default"
    assert chosen("work", "http://a.example").name == "work"
    assert chosen(None, None).name == "default"


@pytest.mark.parametrize("name", ["../x", "", ".", "a/b", "-x", "a" * 65, "a\n"])
def test_names_stay_in_their_folder(name: str) -> None:
    with pytest.raises(ValueError, match="no name for a profile"):
        Profile(name)


def test_signed_out_keeps_who_it_was() -> None:
    place = Profile("ann")
    assert place.account is None
    place.keep("http://a.example", signed_in("ann"))
    place.signed_out()
    assert place.account.token == ""
    assert place.account.handle == "ann"
    for path in (place.folder, place.folder / "account.json"):
        assert path.stat().st_mode & 0o077 == 0
    (place.folder / "account.json").write_text("{broken")
    assert place.account is None


def test_drafts() -> None:
    place = Profile("ann")
    account = place.keep("http://a.example", signed_in("ann"))
    drafts = Drafts(place.drafts(account))
    assert drafts.put("c1", Draft("half", 3))
    assert not drafts.put("c1", Draft("half a", 3))
    drafts.put("c2", Draft("  "))
    drafts.save()
    again = Drafts(place.drafts(account))
    assert again.get("c1") == Draft("half a", 3)
    assert again.get("c2") == Draft()
    assert again.put("c1", Draft())
    again.save()
    assert Drafts(place.drafts(account)).get("c1") == Draft()
    place.drafts(account).write_text("]")
    assert Drafts(place.drafts(account)).get("c1") == Draft()
