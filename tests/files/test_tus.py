"""Uploads by tus 1.0, request by request."""

import asyncio
import hashlib
import os
from email.utils import parsedate_to_datetime

import pytest

from files.sender import Sender, checksum, metadata
from house import Site, until


async def test_what_the_server_can(site: Site) -> None:
    status, _, headers = await site.ask("OPTIONS", "/api/uploads")
    assert status == 204
    assert headers["Tus-Resumable"] == "1.0.0"
    assert headers["Tus-Version"] == "1.0.0"
    assert set(headers["Tus-Extension"].split(",")) == {
        "creation",
        "creation-with-upload",
        "expiration",
        "checksum",
        "termination",
    }
    assert headers["Tus-Checksum-Algorithm"] == "sha1,sha256"
    assert int(headers["Tus-Max-Size"]) == 2 * 2**30


async def test_an_upload_in_two_requests(ann: Sender) -> None:
    body = os.urandom(300_000)
    path = await ann.create(len(body), filename="report.bin", filetype="application/x-tar")
    status, _, headers = await ann.patch(path, 0, body[:100_000])
    assert (status, headers["Upload-Offset"]) == (204, "100000")
    assert parsedate_to_datetime(headers["Upload-Expires"])
    assert await ann.offset(path) == 100_000
    status, _, headers = await ann.patch(path, 100_000, body[100_000:])
    assert (status, headers["Upload-Offset"]) == (204, "300000")
    done = await ann.settled(path)
    assert done["state"] == "ready"
    file = done["file"]
    assert path.endswith(file["id"])
    assert (file["kind"], file["name"], file["type"], file["size"]) == (
        "document",
        "report.bin",
        "application/x-tar",
        300_000,
    )
    assert await ann.content(file["id"]) == body


async def test_the_body_may_come_with_the_creation(ann: Sender) -> None:
    body = os.urandom(1000)
    status, answer, headers = await ann.ask(
        "POST",
        body=body,
        Upload_Length="1000",
        Content_Type="application/offset+octet-stream",
        Upload_Metadata=metadata(
            kind="document", filename="x", sha256=hashlib.sha256(body).hexdigest()
        ),
    )
    assert (status, headers["Upload-Offset"]) == (201, "1000"), answer
    done = await ann.settled(headers["Location"])
    assert done["state"] == "ready"
    assert await ann.content(done["id"]) == body


async def test_an_empty_file(ann: Sender) -> None:
    done = await ann.send(b"", filename="empty.txt")
    assert (done["state"], done["file"]["size"]) == ("ready", 0)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
async def test_a_body_that_is_not_what_was_sent_changes_nothing(
    ann: Sender, algorithm: str
) -> None:
    body = os.urandom(50_000)
    path = await ann.create(len(body))
    status, answer, _ = await ann.patch(
        path, 0, body, Upload_Checksum=checksum(b"another", algorithm)
    )
    assert (status, answer["code"]) == (460, "checksum_mismatch")
    assert await ann.offset(path) == 0
    status, _, _ = await ann.patch(path, 0, body, Upload_Checksum=checksum(body, algorithm))
    assert status == 204
    done = await ann.settled(path)
    assert await ann.content(done["id"]) == body


async def test_a_whole_that_is_not_what_was_promised_is_refused(ann: Sender) -> None:
    done = await ann.send(b"these", sha256=hashlib.sha256(b"those").hexdigest())
    assert done["state"] == "refused"
    assert done["error"]["code"] == "checksum_mismatch"


async def test_a_wrong_offset_changes_nothing(ann: Sender) -> None:
    path = await ann.create(10)
    for offset in (1, 9, 10, 11):
        status, answer, _ = await ann.patch(path, offset, b"x")
        assert (status, answer["code"]) == (409, "upload_offset")
    assert await ann.offset(path) == 0


@pytest.mark.parametrize("chunked", [True, False])
async def test_more_than_was_announced_is_refused(ann: Sender, chunked: bool) -> None:
    path = await ann.create(10)

    async def chunks():
        yield b"x" * 11

    body = chunks() if chunked else b"x" * 11
    status, answer, _ = await ann.patch(path, 0, body)
    assert (status, answer["code"]) == (413, "file_too_large")
    assert await ann.offset(path) == 0


async def test_given_up_it_is_gone(ann: Sender, site: Site) -> None:
    path = await ann.create(10)
    await ann.patch(path, 0, b"12345")
    assert (await ann.ask("DELETE", path))[0] == 204
    for method in ("HEAD", "DELETE", "GET"):
        assert (await ann.ask(method, path))[0] == 404
    assert [kept async for kept in site.app.filing.blobs.list()] == []


async def test_nobody_else_has_anything_of_it(ann: Sender, site: Site) -> None:
    other = Sender(site, (await site.sign_up("bob"))["token"])
    path = await ann.create(10)
    nowhere = "/api/uploads/00000000-0000-7000-8000-000000000000"
    for method in ("HEAD", "GET", "DELETE", "PATCH"):
        headers = (
            {"Content_Type": "application/offset+octet-stream", "Upload_Offset": "0"}
            if method == "PATCH"
            else {}
        )
        seen = await other.ask(method, path, **headers)
        unseen = await other.ask(method, nowhere, **headers)
        assert seen[:2] == unseen[:2]
        assert seen[0] == 404
    assert await ann.offset(path) == 0


async def test_strangers_and_other_pages_are_refused(ann: Sender, site: Site) -> None:
    path = await ann.create(10)
    for method, target in (("POST", "/api/uploads"), ("HEAD", path), ("GET", path)):
        status, _, _ = await site.ask(
            method, target, headers={"Tus-Resumable": "1.0.0", "Upload-Length": "1"}
        )
        assert status == 401
    for method, target in (("POST", "/api/uploads"), ("DELETE", path), ("PATCH", path)):
        status, answer, _ = await ann.ask(
            method, target, Origin="https://evil.example", Upload_Length="1"
        )
        assert (status, answer["code"]) == (403, "forbidden_origin")


async def test_the_version_is_asked_for(ann: Sender) -> None:
    status, _, headers = await ann.ask("POST", Tus_Resumable="0.2.2", Upload_Length="1")
    assert (status, headers["Tus-Version"]) == (412, "1.0.0")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"Upload_Length": "-1"}, 400),
        ({"Upload_Length": "ten"}, 400),
        ({"Upload_Length": "9" * 30}, 400),
        ({"Upload_Defer_Length": "1"}, 400),
        ({"Upload_Length": "1", "Upload_Metadata": "kind !!!"}, 400),
        ({"Upload_Length": "1", "Upload_Metadata": "x " + "A" * 9000}, 413),
        ({"Upload_Length": "1", "Upload_Metadata": metadata(kind="program")}, 422),
        ({"Upload_Length": "1", "Upload_Metadata": metadata(sha256="abc")}, 422),
        ({"Upload_Length": str(2 * 2**30 + 1)}, 413),
    ],
)
async def test_what_cannot_be_created(ann: Sender, headers: dict[str, str], status: int) -> None:
    found, answer, _ = await ann.ask("POST", **headers)
    assert found == status, answer
    assert answer["code"]


async def test_what_cannot_be_patched(ann: Sender) -> None:
    path = await ann.create(1)
    assert (await ann.ask("PATCH", path, b"x", Content_Type="text/plain", Upload_Offset="0"))[
        0
    ] == 415
    assert (await ann.patch(path, 0, b"x", Upload_Checksum="md5 AAAA"))[0] == 400
    assert (await ann.patch(path, 0, b"x", Upload_Checksum="sha1 ???"))[0] == 400
    assert (await ann.ask("PUT", path))[0] == 405
    assert (await ann.ask("GET"))[0] == 405


async def test_what_came_before_a_cut_is_kept(ann: Sender, site: Site) -> None:
    body = os.urandom(200_000)
    path = await ann.create(len(body))
    writer = await ann.begin_patch(path, 0, body[:150_000], len(body))
    intake = site.app.filing.uploads
    await until(lambda: intake.active)
    writer.close()
    await until(lambda: not intake.active)
    offset = await ann.offset(path)
    assert 0 < offset <= 150_000
    assert (await ann.patch(path, offset, body[offset:]))[0] == 204
    done = await ann.settled(path)
    assert await ann.content(done["id"]) == body


async def test_asking_breaks_a_request_that_stalls(ann: Sender, site: Site) -> None:
    body = os.urandom(200_000)
    path = await ann.create(len(body))
    writer = await ann.begin_patch(path, 0, body[:150_000], len(body))
    await until(lambda: site.app.filing.uploads.active)
    async with asyncio.timeout(5):
        offset = await ann.offset(path)
    assert (await ann.patch(path, offset, body[offset:]))[0] == 204
    writer.close()
    done = await ann.settled(path)
    assert await ann.content(done["id"]) == body


async def test_of_two_at_once_one_wins_and_nothing_is_mixed(ann: Sender) -> None:
    body = os.urandom(3_000_000)
    path = await ann.create(len(body))

    async def slowly():
        for start in range(0, len(body), 100_000):
            yield body[start : start + 100_000]
            await asyncio.sleep(0)

    answers = await asyncio.gather(
        *[ann.patch(path, 0, slowly()) for _ in range(5)], return_exceptions=True
    )
    assert all(isinstance(a, Exception) or a[0] in (204, 409, 423) for a in answers)
    offset = await ann.offset(path)
    if offset < len(body):
        assert (await ann.patch(path, offset, body[offset:]))[0] == 204
    done = await ann.settled(path)
    assert await ann.content(done["id"]) == body


async def test_the_same_bytes_are_kept_once(ann: Sender, site: Site) -> None:
    body = os.urandom(100_000)
    one, other = await ann.send(body), await ann.send(body)
    assert one["file"]["id"] != other["file"]["id"]
    kept = [kept async for kept in site.app.filing.blobs.list()]
    assert [each.size for each in kept] == [len(body)]
    assert await ann.content(other["id"]) == body
