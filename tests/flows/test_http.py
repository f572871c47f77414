"""The HTTP side and the door to the socket, on a running server."""

import asyncio
import io
import itertools
import json

import aiohttp
import pytest

from chinwag.protocol.errors import CATALOGUE
from chinwag.server.services import codes
from house import PASSWORD, served, until

FOREIGN = ("https://evil.example", "null", "http://127.0.0.1.evil.example", "http://127.0.0.1:1")
REQUIRED_POLICY = (
    "default-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
)
SIGN_IN = {"handle": "alice", "password": PASSWORD}


async def test_signing_up_in_and_out(tmp_path) -> None:
    async with served(tmp_path) as site:
        alice = await site.sign_up("alice")
        assert alice["user"]["handle"] == "alice"
        status, again, _ = await site.ask("POST", "/api/sign-in", json=SIGN_IN)
        assert status == 200
        assert again["user"] == alice["user"]
        assert again["token"] != alice["token"]
        bearer = {"Authorization": f"Bearer {alice['token']}"}
        status, body, headers = await site.ask("POST", "/api/sign-out", json={}, headers=bearer)
        assert (status, body) == (200, {})
        assert headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
        status, body, _ = await site.ask("POST", "/api/sign-out", json={}, headers=bearer)
        assert (status, body["code"]) == (401, "unauthenticated")


async def test_the_server_says_what_it_is(tmp_path) -> None:
    async with served(tmp_path, name="Kitchen", sign_up="closed") as site:
        _, before, _ = await site.ask("GET", "/api/server")
        assert (before["name"], before["sign_up"], before["claimed"]) == (
            "Kitchen",
            "closed",
            False,
        )
        claim = await codes.new_claim(site.app.store)
        await site.sign_up("alice", claim=claim)
        _, after, _ = await site.ask("GET", "/api/server")
        assert after["claimed"]


async def test_every_refusal_is_of_the_catalogue(tmp_path) -> None:
    async with served(tmp_path) as site:
        await site.sign_up("alice")
        asked = [
            ("GET", "/nowhere", {}, 404, "not_found"),
            ("DELETE", "/api/server", {}, 405, "not_found"),
            ("GET", "/api/sign-up", {}, 405, "not_found"),
            ("POST", "/api/sign-in", {"data": b"{"}, 400, "malformed"),
            ("POST", "/api/sign-in", {"json": {"handle": "alice"}}, 422, "invalid"),
            ("POST", "/api/sign-in", {"json": []}, 422, "invalid"),
            ("POST", "/api/sign-up", {"json": SIGN_IN | {"name": "A"}}, 409, "handle_taken"),
            (
                "POST", "/api/sign-up",
                {"json": {"handle": "bobby", "name": "B", "password": "password1"}},
                422, "weak_password",
            ),
        ]  # fmt: skip
        for method, path, request, status, code in asked:
            json_type = (
                {"headers": {"Content-Type": "application/json"}} if "data" in request else {}
            )
            got, body, _ = await site.ask(method, path, **request, **json_type)
            assert (got, body["code"]) == (status, code), path
            assert body["text"] == CATALOGUE[code].text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"admin": True}, "$"),
        ({"name": 5}, "$.name"),
        ({"name": "x" * 65}, "$.name"),
        ({"name": "a\x00b"}, "$.name"),
        ({"handle": "Alice Smith"}, "$.handle"),
        ({"password": "short"}, "$.password"),
        ({"device": None}, "$.device"),
        ({"invite": "' OR 1=1"}, "$.invite"),
    ],
)
async def test_a_bad_field_is_named_but_not_repeated(tmp_path, change, field) -> None:
    async with served(tmp_path) as site:
        body = {"handle": "alice", "name": "A", "password": PASSWORD} | change
        status, answer, _ = await site.ask("POST", "/api/sign-up", json=body)
        assert (status, answer["code"], answer["field"]) == (422, "invalid", field)
        assert PASSWORD not in json.dumps(answer)


async def test_bodies_are_bounded_while_they_come(tmp_path) -> None:
    async with served(tmp_path) as site:
        huge = {"handle": "alice", "name": "x" * 10_000_000, "password": PASSWORD}
        kind = {"Content-Type": "application/json"}
        body = io.BytesIO(json.dumps(huge).encode())
        status, body, _ = await site.ask("POST", "/api/sign-up", data=body, headers=kind)
        assert (status, body["code"]) == (413, "too_large")

        async def endless():
            for _ in range(1000):
                yield b"x" * 65536

        try:
            status, body, _ = await site.ask("POST", "/api/sign-up", data=endless(), headers=kind)
            assert status == 413
        except aiohttp.ClientError:
            pass  # hung up on before it had sent everything


async def test_known_and_unknown_handles_are_answered_alike(tmp_path) -> None:
    async with served(tmp_path) as site:
        await site.sign_up("alice")
        answers = [
            await site.ask("POST", "/api/sign-in", json={"handle": handle, "password": "wrong-one"})
            for handle in ("alice", "nobody", "", "A" * 64)
        ]
        assert len({(status, json.dumps(body)) for status, body, _ in answers}) == 1
        dates = ("Date",)
        heads = [{k: v for k, v in headers.items() if k not in dates} for _, _, headers in answers]
        assert all(head == heads[0] for head in heads)


async def test_guessing_is_answered_with_a_time_to_wait(tmp_path) -> None:
    async with served(tmp_path, tries_burst=3) as site:
        await site.sign_up("alice")
        wrong = {"handle": "alice", "password": "wrong-one"}
        for _ in range(3):
            await site.ask("POST", "/api/sign-in", json=wrong)
        status, body, headers = await site.ask("POST", "/api/sign-in", json=wrong)
        assert (status, body["code"], body["retry"]) == (429, "rate_limited", True)
        assert int(headers["Retry-After"]) == -(-body["retry_after"] // 1000)


# --- browsers ------------------------------------------------------------------------------------


async def test_the_cookie_opens_the_door_for_own_pages_only(tmp_path) -> None:
    async with served(tmp_path) as site:
        await site.sign_up("alice")
        status, body, headers = await site.ask(
            "POST", "/api/sign-in", json=SIGN_IN, origin=site.url
        )
        assert status == 200
        cookie = headers["Set-Cookie"]
        assert cookie.startswith(f"chinwag={body['token']};")
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/" in cookie
        with_cookie = {"Cookie": f"chinwag={body['token']}"}
        for origin in (*FOREIGN, None):
            status, answer, _ = await site.ask(
                "POST", "/api/sign-out", json={}, headers=with_cookie, origin=origin
            )
            assert (status, answer["code"]) == (403, "forbidden_origin"), origin
        status, _, headers = await site.ask(
            "POST", "/api/sign-out", json={}, headers=with_cookie, origin=site.url
        )
        assert status == 200
        assert "Max-Age=0" in headers["Set-Cookie"]


async def test_behind_tls_the_cookie_is_bound_to_the_host(tmp_path) -> None:
    public = "https://chat.example.org"
    async with served(tmp_path, public_url=public) as site:
        await site.sign_up("alice")
        status, _, headers = await site.ask("POST", "/api/sign-in", json=SIGN_IN, origin=public)
        assert status == 200
        cookie = headers["Set-Cookie"]
        assert cookie.startswith("__Host-chinwag=")
        assert "Secure" in cookie
        assert "Domain" not in cookie
        assert headers["Strict-Transport-Security"].startswith("max-age=63072000")
        status, _, _ = await site.ask("POST", "/api/sign-in", json=SIGN_IN, origin=site.url)
        assert status == 403


@pytest.mark.parametrize("origin", FOREIGN)
async def test_foreign_pages_cannot_even_sign_in(tmp_path, origin) -> None:
    async with served(tmp_path) as site:
        await site.sign_up("alice")
        status, body, headers = await site.ask("POST", "/api/sign-in", json=SIGN_IN, origin=origin)
        assert (status, body["code"]) == (403, "forbidden_origin")
        assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
async def test_forms_change_nothing(tmp_path, kind) -> None:
    async with served(tmp_path) as site:
        await site.sign_up("alice")
        body = json.dumps(SIGN_IN).encode()
        status, _, headers = await site.ask(
            "POST", "/api/sign-in", data=body, headers={"Content-Type": kind}
        )
        assert status in (400, 422)
        assert "Set-Cookie" not in headers


async def test_headers_of_every_answer(tmp_path) -> None:
    async with served(tmp_path) as site:
        for method, path in itertools.product(
            ("GET", "POST", "TRACE"), ("/", "/api/server", "/nowhere", "/api/sign-in", "/claim/x")
        ):
            _, _, headers = await site.ask(method, path)
            policy = headers["Content-Security-Policy"]
            assert "unsafe" not in policy
            for part in REQUIRED_POLICY:
                assert part in policy
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert headers["Cache-Control"] == "no-store"
            assert "Server" not in headers


async def test_pages_hold_no_script_and_escape_what_they_show(tmp_path) -> None:
    async with served(tmp_path, name="<script>alert(1)</script>") as site:
        for path in ("/", "/claim/abcdefgh12345678", "/invite/abcdefgh12345678"):
            status, page, headers = await site.ask("GET", path, headers={"Host": '"><b>x:1'})
            if status == 400:  # refused as a Host before it came to a page
                status, page, headers = await site.ask("GET", path)
            assert status == 200
            assert headers["Content-Type"].startswith("text/html")
            assert "<script" not in page
            assert "style=" not in page
            assert "<b>" not in page
        assert "abcdefgh12345678" in page
        for path in ("/claim/<b>", "/claim/x", "/invite/a%0d%0ab"):
            status, _, _ = await site.ask("GET", path)
            assert status == 404


# --- operators -----------------------------------------------------------------------------------


async def test_health_is_public_and_figures_are_not(tmp_path) -> None:
    token = "a-token-of-some-length"
    async with served(tmp_path, metrics_token=token) as site:
        assert (await site.ask("GET", "/healthz"))[:2] == (200, "ok\n")
        assert (await site.ask("GET", "/readyz"))[:2] == (200, "ready\n")
        relayed = {"X-Forwarded-For": "127.0.0.1"}
        for path in ("/metrics", "/docs", "/api/openapi.json"):
            assert (await site.ask("GET", path))[0] == 200
            assert (await site.ask("GET", path, headers=relayed))[0] == 404, path
        bearer = relayed | {"Authorization": f"Bearer {token}"}
        status, page, _ = await site.ask("GET", "/metrics", headers=bearer)
        assert status == 200
        assert "chinwag_store_commits_total" in page
        wrong = relayed | {"Authorization": f"Bearer {token}x"}
        assert (await site.ask("GET", "/metrics", headers=wrong))[0] == 404


async def test_the_api_describes_itself(tmp_path) -> None:
    async with served(tmp_path) as site:
        _, api, _ = await site.ask("GET", "/api/openapi.json")
        assert api["openapi"].startswith("3.1")
        assert {"/api/sign-up", "/api/sign-in", "/api/sign-out", "/api/server"} <= set(api["paths"])
        schema = api["components"]["schemas"]["SignUp"]
        assert schema["properties"]["password"]["minLength"] == 8


# --- the door to the socket ----------------------------------------------------------------------


async def knock(site, *, protocols=("chinwag.v1",), path="/ws", **headers) -> tuple[int, dict]:
    """Status and body of an upgrade's answer; 101 if it went."""
    head = {key.replace("_", "-"): value for key, value in headers.items() if value is not None}
    head |= {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
             "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}  # fmt: skip
    if protocols:
        head["Sec-WebSocket-Protocol"] = ", ".join(protocols)
    async with site.client.get(site.url + path, headers=head) as answer:
        body = await answer.json(content_type=None) if answer.status != 101 else {}
        return answer.status, body | {"Retry-After": answer.headers.get("Retry-After")}


async def test_who_may_open_a_socket(tmp_path) -> None:
    async with served(tmp_path) as site:
        token = (await site.sign_up("alice"))["token"]
        bearer, cookie = f"Bearer {token}", f"chinwag={token}"
        for expected, code, request in [
            (101, None, {"Authorization": bearer}),
            (101, None, {"Authorization": bearer, "protocols": ()}),
            (101, None, {"Authorization": bearer, "Origin": site.url}),
            (101, None, {"Cookie": cookie, "Origin": site.url}),
            (101, None, {"Cookie": f"a=b; {cookie}; c=d", "Origin": site.url}),
            (101, None, {"Authorization": bearer, "protocols": ("chat", "chinwag.v1")}),
            (401, "unauthenticated", {}),
            (401, "unauthenticated", {"Authorization": "Bearer wrong"}),
            (401, "unauthenticated", {"Authorization": f"Basic {token}"}),
            (401, "unauthenticated", {"path": f"/ws?token={token}"}),
            (401, "unauthenticated", {"protocols": ("chinwag.v1", f"token.{token}")}),
            (403, "forbidden_origin", {"Cookie": cookie}),
            (403, "forbidden_origin", {"Cookie": cookie, "Origin": "null"}),
            (403, "forbidden_origin", {"Cookie": cookie, "Origin": "https://evil.example"}),
            (403, "forbidden_origin", {"Authorization": bearer, "Origin": "https://evil.example"}),
            (403, "forbidden_origin", {"Cookie": cookie, "Origin": site.url + ".evil.example"}),
            (400, "unsupported", {"Authorization": bearer, "protocols": ("chinwag.v9",)}),
            (404, "not_found", {"Authorization": bearer, "path": "/elsewhere"}),
        ]:
            status, body = await knock(site, **request)
            assert (status, body.get("code")) == (expected, code), request


async def test_handshakes_of_an_address_are_limited(tmp_path) -> None:
    async with served(tmp_path, handshakes_burst=5, handshakes_every=10) as site:
        answers = [await knock(site) for _ in range(7)]
        assert [status for status, _ in answers] == [401] * 5 + [429] * 2
        assert answers[-1][1]["Retry-After"]


async def test_signing_out_closes_the_socket(tmp_path) -> None:
    async with served(tmp_path) as site:
        alice = await site.sign_up("alice")
        bearer = {"Authorization": f"Bearer {alice['token']}"}
        async with site.client.ws_connect(
            site.url + "/ws", headers=bearer, protocols=("chinwag.v1",)
        ) as socket:
            assert socket.protocol == "chinwag.v1"
            hello = json.loads((await socket.receive()).data)["push"]
            assert hello["device"] == alice["device"]
            await site.ask("POST", "/api/sign-out", json={}, headers=bearer)
            async with asyncio.timeout(1):
                message = await socket.receive()
            assert message.type is aiohttp.WSMsgType.CLOSE
            assert message.data == 4401
        assert (await knock(site, Authorization=bearer["Authorization"]))[0] == 401


async def test_a_flood_of_sign_ins_leaves_the_sockets_alive(tmp_path) -> None:
    async with served(tmp_path, trusted_proxies=["127.0.0.1"]) as site:
        alice = await site.sign_up("alice")
        bearer = {"Authorization": f"Bearer {alice['token']}"}
        async with site.client.ws_connect(site.url + "/ws", headers=bearer) as socket:
            await socket.receive()
            flood = [
                asyncio.create_task(
                    site.ask(
                        "POST", "/api/sign-in", json=SIGN_IN | {"handle": f"user{n}"},
                        headers={"X-Forwarded-For": f"198.51.100.{n}"},
                    )
                )
                for n in range(200)
            ]  # fmt: skip
            for n in range(1, 20):
                beat = {"id": n, "do": {"type": "heartbeat", "foreground": True}}
                await socket.send_json(beat)
                async with asyncio.timeout(5):
                    assert json.loads((await socket.receive()).data)["reply"] == n
            statuses = {status for status, _, _ in await asyncio.gather(*flood)}
            assert statuses <= {401, 429, 503}
        await until(lambda: not site.app.passwords.gauges()["passwords_waiting"])


async def test_forwarded_addresses_count_only_from_a_trusted_proxy(tmp_path) -> None:
    wrong = {"handle": "alice", "password": "wrong-one"}
    for trusted, expected in (([], 429), (["127.0.0.1"], 401)):
        folder = tmp_path / str(expected)
        folder.mkdir()
        settings = {"sign_ins_burst": 3, "tries_burst": 0, "trusted_proxies": trusted}
        async with served(folder, **settings) as site:
            for n in range(4):
                headers = {"X-Forwarded-For": f"198.51.100.{n}"}
                status, _, _ = await site.ask("POST", "/api/sign-in", json=wrong, headers=headers)
            assert status == expected
