import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it } from "vitest";
import { Gone, Unreadable } from "@/net/carrier";
import { Lost, Refused } from "@/net/socket";
import { dropDatabase } from "../store/database";
import { MemoryStore } from "../store/memory";
import { openStore } from "../store/opening";
import { settled, TestClock, until } from "../testing/clock";
import { TestDevice } from "../testing/device";
import { uploadOf } from "../testing/files";
import { ME, TestServer } from "../testing/server";

let clock: TestClock;
let server: TestServer;

beforeEach(async () => {
  await dropDatabase(ME);
  clock = new TestClock();
  server = new TestServer(clock);
  server.addChat("a");
  server.addChat("b");
});

const begin = () => TestDevice.begin(new MemoryStore(ME), server, clock);
const sent = () =>
  server.sent("send").map((it) => ("body" in it && "text" in it.body ? it.body.text : ""));
const finish = async (name: string) => {
  await until(() => server.files.names.includes(name));
  server.files.finish(name);
  await clock.pass(50);
};

describe("a message with a file", () => {
  it("goes out when the server has the file, by the file's id", async () => {
    const device = await begin();
    const { clientId } = await device.attach("a", "cat.jpg", "my cat");
    expect(sent()).toEqual([]);
    expect(device.state.outbox[0]).toMatchObject({ status: "waiting", body: { text: "my cat" } });
    server.files.of("cat.jpg").duties.sent(4);
    await clock.pass(20);
    expect(device.state.uploads.get(clientId)).toMatchObject({
      status: "uploading",
      sent: 4,
      size: 10,
    });
    await finish("cat.jpg");
    const [command] = server.sent("send");
    expect(command).toMatchObject({ file: uploadOf("cat.jpg"), client_id: clientId });
    expect(command).not.toHaveProperty("body.file");
    expect([device.state.outbox, device.state.uploads.size]).toEqual([[], 0]);
  });

  it("shows the file in the log at once", async () => {
    const device = await begin();
    const shown: unknown[] = [];
    device.watch(({ events = [] }) => shown.push(...events));
    await device.attach("a", "cat.jpg");
    await finish("cat.jpg");
    expect(shown).toMatchObject([{ body: { file: { name: "cat.jpg", kind: "photo" } } }]);
  });

  it("lets a remark on it wait for a moment, and no longer", async () => {
    const device = await begin();
    await device.attach("a", "film.mp4", "film");
    await device.write("a", "look");
    await device.write("b", "elsewhere");
    await clock.pass(9_000);
    expect(sent()).toEqual(["elsewhere"]);
    await clock.pass(2_000);
    expect(sent()).toEqual(["elsewhere", "look"]);
    await device.write("a", "and");
    await clock.pass(11_000);
    expect(sent()).toEqual(["elsewhere", "look", "and"]);
    await finish("film.mp4");
    expect(sent()).toEqual(["elsewhere", "look", "and", "film"]);
  });

  it("is followed in order by what was written while it took no time", async () => {
    const device = await begin();
    await device.attach("a", "cat.jpg", "cat");
    await device.write("a", "look");
    await finish("cat.jpg");
    expect(sent()).toEqual(["cat", "look"]);
  });

  it("arrives in the order of its batch, whichever file is up first", async () => {
    const device = await begin();
    for (const name of ["1", "2", "3"]) await device.attach("a", name, name, "album");
    await until(() => server.files.names.length === 2);
    await finish("2");
    await clock.pass(60_000);
    await finish("3");
    expect(sent()).toEqual([]);
    await finish("1");
    await clock.pass(100);
    expect(sent()).toEqual(["1", "2", "3"]);
  });

  it("is tried again, with the same upload, for as long as there is no answer", async () => {
    const device = await begin();
    await device.attach("a", "cat.jpg");
    for (const error of [new Lost("cut"), new Lost("cut")]) {
      server.files.of("cat.jpg").settle(error);
      await clock.pass(20);
      const [[, progress] = []] = device.state.uploads;
      expect(progress).toMatchObject({ status: "waiting" });
      await clock.pass(31_000);
    }
    expect(server.files.attempts.map(({ known }) => known)).toEqual([
      undefined,
      uploadOf("cat.jpg"),
      uploadOf("cat.jpg"),
    ]);
    await finish("cat.jpg");
    expect(sent()).toHaveLength(1);
  });

  it("is given up when one is a member no more", async () => {
    const device = await begin();
    await device.attach("a", "cat.jpg");
    await device.attach("b", "dog.jpg");
    server.remove("a");
    await clock.pass(50);
    expect(device.state.outbox).toMatchObject([
      { status: "failed", error: { code: "not_a_member" } },
      { status: "waiting" },
    ]);
    expect(server.files.names).toEqual(["dog.jpg"]);
  });

  it("is given up when one blocks the other, and goes again once one does not", async () => {
    const device = await begin();
    await device.attach("a", "cat.jpg");
    await device.attach("b", "dog.jpg");
    const blocks = async (...blocked: string[]) => {
      const user = { id: ME, handle: "me", name: "Me" };
      server.push({ type: "account", account: { user, privacy: {}, blocked } });
      await clock.pass(50);
    };
    const closed = { status: "failed", error: { code: "blocked_by_you" } };
    await blocks("a-peer");
    expect(device.state.outbox).toMatchObject([closed, { status: "waiting" }]);
    expect(server.files.names).toEqual(["dog.jpg"]);
    const [cat] = device.state.outbox;
    device.engine.retry(cat!.clientId);
    await clock.pass(50);
    expect(device.state.outbox[0]).toMatchObject(closed);
    expect(server.files.names).toEqual(["dog.jpg"]);
    await blocks();
    device.engine.retry(cat!.clientId);
    await finish("cat.jpg");
    expect(server.files.names).toEqual(["dog.jpg"]);
    expect(server.sent("send")).toHaveLength(1);
  });

  it("begins anew where the server forgot the upload", async () => {
    const device = await begin();
    await device.attach("a", "cat.jpg");
    server.files.of("cat.jpg").settle(new Gone());
    await clock.pass(31_000);
    expect(server.files.of("cat.jpg").known).toBeUndefined();
    expect(device.state.outbox).toHaveLength(1);
  });

  it("goes on at once when the server is back", async () => {
    const device = await begin();
    await device.attach("a", "cat.jpg");
    for (let i = 0; i < 8; i++) {
      server.files.of("cat.jpg").settle(new Lost("cut"));
      await clock.pass(31_000);
    }
    server.files.of("cat.jpg").settle(new Lost("cut"));
    await settled();
    server.cut();
    await clock.pass(1_000);
    expect([server.files.names, device.state.outbox.length]).toEqual([["cat.jpg"], 1]);
  });

  it("waits as the server says, and while nobody is signed in", async () => {
    const device = await begin();
    await device.attach("a", "cat.jpg");
    const passing = { code: "storage_full", text: "", retry: true, retry_after: 5_000 } as const;
    server.files.of("cat.jpg").settle(new Refused(passing));
    await clock.pass(4_900);
    expect(server.files.names).toEqual([]);
    await clock.pass(200);
    server.files.of("cat.jpg").settle(new Refused({ code: "unauthenticated", text: "" }));
    await clock.pass(31_000);
    expect(device.state.outbox).toMatchObject([{ status: "waiting" }]);
  });
});

describe("a file that will not do", () => {
  it("fails its message with the reason, and lets the next one pass", async () => {
    const device = await begin();
    const { clientId } = await device.attach("a", "cat.jpg");
    await device.write("a", "next");
    server.files.refuse("cat.jpg", { code: "not_a_picture", text: "" });
    await clock.pass(50);
    expect(device.state.outbox).toMatchObject([
      { clientId, status: "failed", error: { code: "not_a_picture" } },
    ]);
    expect(sent()).toEqual(["next"]);
    expect(device.state.uploads.size).toBe(0);
  });

  it("goes as a document if that is wanted, as an upload of its own", async () => {
    const device = await begin();
    const { clientId } = await device.attach("a", "cat.jpg");
    server.files.refuse("cat.jpg", { code: "not_a_picture", text: "" });
    await settled();
    device.engine.retry(clientId, "document");
    await until(() => server.files.names.length === 1);
    expect(server.files.of("cat.jpg")).toMatchObject({
      known: undefined,
      parcel: { kind: "document" },
    });
    await finish("cat.jpg");
    expect(device.state.outbox).toEqual([]);
  });

  it("is told of where it cannot be read any more", async () => {
    const device = await begin();
    await device.attach("a", "cat.jpg");
    server.files.of("cat.jpg").settle(new Unreadable());
    await clock.pass(20);
    expect(device.state.outbox).toMatchObject([{ error: { code: "file_gone" } }]);
  });

  it("is uploaded once more when the server threw it away before it was sent", async () => {
    const device = await begin();
    server.refusals.push({ type: "send", error: { code: "no_such_file", text: "" } });
    const { clientId } = await device.attach("a", "cat.jpg");
    await finish("cat.jpg");
    expect(device.state.outbox).toMatchObject([{ error: { code: "no_such_file" } }]);
    device.engine.retry(clientId);
    await finish("cat.jpg");
    expect(server.files.attempts.map(({ known }) => known)).toEqual([undefined, undefined]);
    expect(device.state.outbox).toEqual([]);
  });
});

describe("a file that is taken back", () => {
  it("ends its upload, here and on the server", async () => {
    const device = await begin();
    const { clientId } = await device.attach("a", "cat.jpg");
    device.engine.discard(clientId);
    await clock.pass(20);
    expect([server.files.names, server.files.terminated]).toEqual([[], [uploadOf("cat.jpg")]]);
    expect([device.state.outbox, device.state.uploads.size]).toEqual([[], 0]);
  });

  it("makes room for the next one: two go up at once", async () => {
    const device = await begin();
    const [first] = [await device.attach("a", "1"), await device.attach("a", "2")];
    await device.attach("b", "3");
    await until(() => server.files.names.length === 2);
    expect(server.files.names).toEqual(["1", "2"]);
    device.engine.discard(first.clientId);
    await until(() => server.files.names.includes("3"));
    expect(server.files.names).toEqual(["2", "3"]);
  });
});

describe("a device that is closed in the middle", () => {
  const opened = async () => {
    const { store } = await openStore(ME);
    return { store, device: await TestDevice.begin(store, server, clock) };
  };

  it("goes on with the same upload, and keeps the file until the message is out", async () => {
    const first = await opened();
    const { clientId } = await first.device.attach("a", "cat.jpg", "cat");
    await clock.pass(50);
    await first.device.close();
    expect(server.files.names).toEqual([]);
    const { store, device } = await opened();
    await until(() => server.files.names.length === 1);
    const { known, content } = server.files.of("cat.jpg");
    expect([known, await content.text()]).toEqual([uploadOf("cat.jpg"), "xxxxxxxxxx"]);
    await finish("cat.jpg");
    expect([sent(), device.state.outbox]).toEqual([["cat"], []]);
    await until(async () => (await store.file(clientId)) === null);
    await device.close();
  });

  it("sends what was uploaded, and does not upload it again", async () => {
    const first = await opened();
    server.mute = true;
    await first.device.attach("a", "cat.jpg", "cat");
    await finish("cat.jpg");
    await first.device.close();
    server.mute = false;
    const { device } = await opened();
    await clock.pass(1_000);
    expect(device.state.outbox).toEqual([]);
    expect(server.files.attempts).toHaveLength(1);
    expect(server.texts("a")).toEqual(["cat"]);
    await device.close();
  });

  it("says so if the content was not kept", async () => {
    const first = await opened();
    const { clientId } = await first.device.attach("a", "cat.jpg");
    await first.device.close();
    const { store } = await openStore(ME);
    await store.drop(clientId);
    store.close();
    const { device } = await opened();
    await until(() => device.state.outbox[0]?.status === "failed");
    expect(device.state.outbox[0]!.error?.code).toBe("file_gone");
    await device.close();
  });

  it("goes on all the same if a tab still has the content", async () => {
    const first = await opened();
    const entry = await first.device.attach("a", "cat.jpg");
    await first.device.close();
    const { store } = await openStore(ME);
    await store.drop(entry.clientId);
    store.close();
    const { device } = await opened();
    await until(() => device.state.outbox[0]?.status === "failed");
    device.engine.queue(entry, new Blob(["x"]));
    await finish("cat.jpg");
    expect(device.state.outbox).toEqual([]);
    await device.close();
  });

  it("throws away contents whose messages are gone", async () => {
    const { store } = await openStore(ME);
    await store.keep("nobody", new Blob(["x"]));
    await store.claim();
    await until(async () => (await store.file("nobody")) === null);
    store.close();
  });
});
