import { expect, it } from "vitest";
import { mayPass, tellingOf } from "./connection";

const NOW = 1_000_000;

it("is silent while all is well", () => {
  expect(tellingOf({ status: "online" }, NOW)).toBeNull();
});

it("tells a missing network from a server that does not answer", () => {
  const retryAt = NOW + 5000;
  expect(tellingOf({ status: "waiting", retryAt, offline: true }, NOW)).toEqual({
    say: "waitingForNetwork",
  });
  expect(tellingOf({ status: "waiting", retryAt, offline: false }, NOW)).toEqual({
    say: "retryIn",
    wait: 5000,
  });
});

it("does not count down from nothing", () => {
  const link = { status: "waiting", retryAt: NOW + 400, offline: false } as const;
  expect(tellingOf(link, NOW)).toEqual({ say: "connecting" });
});

it("waits before it tells of trouble, but not where the browser says that there is no network", () => {
  const waiting = { status: "waiting", retryAt: NOW, offline: false } as const;
  expect(mayPass({ status: "connecting" })).toBe(true);
  expect(mayPass(waiting)).toBe(true);
  expect(mayPass({ ...waiting, offline: true })).toBe(false);
});
