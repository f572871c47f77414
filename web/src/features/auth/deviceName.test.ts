import { expect, it } from "vitest";
import { deviceOf } from "./deviceName";

const CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0";

it.each([
  [`Mozilla/5.0 (X11; Linux x86_64) ${CHROME} Safari/537.36`, "Chrome", "Linux"],
  [`Mozilla/5.0 (Linux; Android 16) ${CHROME} Mobile Safari/537.36`, "Chrome", "Android"],
  [`Mozilla/5.0 (Windows NT 10.0) ${CHROME} Safari/537.36 Edg/148.0`, "Edge", "Windows"],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15) Gecko/20100101 Firefox/150", "Firefox", "Mac"],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1 Safari/604.1",
    "Safari",
    "iPhone",
  ],
])("reads %s", (agent, browser, system) => {
  expect(deviceOf(agent)).toEqual({ browser, system });
});

it("says nothing of what it does not know", () => {
  expect(deviceOf("curl/8.0")).toBeNull();
});
