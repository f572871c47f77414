import { Suspense, type ComponentType } from "react";
import { renderToString } from "react-dom/server";
import { expect, it, vi } from "vitest";
import { later } from "./later";

const Here = () => <p>here</p>;

function shown(Screen: ComponentType): string {
  return renderToString(
    <Suspense fallback="waiting">
      <Screen />
    </Suspense>,
  );
}

it("waits for what is not there", async () => {
  const load = vi.fn(() => Promise.resolve(Here));
  const Screen = later(load);
  expect(load).not.toHaveBeenCalled();
  expect(shown(Screen)).toContain("waiting");
  await vi.waitFor(() => expect(shown(Screen)).toContain("<p>here</p>"));
  expect(load).toHaveBeenCalledOnce();
});

it("shows what is there in the first rendering", async () => {
  const loading = Promise.resolve(Here);
  const Screen = later(() => loading, { soon: true });
  await loading;
  await Promise.resolve();
  expect(shown(Screen)).toContain("<p>here</p>");
});
