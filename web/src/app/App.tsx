import { DirectionProvider } from "@base-ui/react/direction-provider";
import { Suspense } from "react";
import { Redirect, Route, Switch, useLocation, useSearch } from "wouter";
import { LiveRegion, Toasts, Tooltips } from "@/design";
import { SessionLost, SignIn, SignUp, safeNext } from "@/features/auth";
import { useChinwag } from "@/state";
import { direction, useLanguage } from "@/words";
import { ErrorBoundary } from "./ErrorBoundary";
import { Waiting } from "./Waiting";
import { later } from "./later";
import { useLook } from "./useLook";

// Loaded at once: most who come are signed in.
const Shell = later(async () => (await import("./Shell")).Shell, { soon: true });

/** The whole page. */
export function App() {
  useLook();
  const dir = direction(useLanguage());
  return (
    <ErrorBoundary scope="page">
      <DirectionProvider direction={dir}>
        <Suspense fallback={<Waiting />}>
          <Phases />
        </Suspense>
        <Tooltips />
        <Toasts />
        <LiveRegion />
      </DirectionProvider>
    </ErrorBoundary>
  );
}

/** The address stays what it is while one signs in, so that one comes out at what was asked for. */
function Phases() {
  const phase = useChinwag((state) => state.phase);
  switch (phase) {
    case "starting":
      return <Waiting />;
    case "signed-out":
      return <SignedOut />;
    case "ready":
    case "session-lost":
      return (
        <>
          <SignedIn />
          {phase === "session-lost" && <SessionLost />}
        </>
      );
  }
}

function SignedOut() {
  return (
    <Switch>
      <Route path="/sign-up">
        <SignUp />
      </Route>
      <Route path="/invite/:code">{({ code }) => <SignUp invite={code} />}</Route>
      <Route path="/claim/:code">{({ code }) => <SignUp claim={code} />}</Route>
      <Route path="/join/:code">
        <SignIn joining />
      </Route>
      <Route>
        <SignIn />
      </Route>
    </Switch>
  );
}

/** Doors that one has gone through lead on. */
function SignedIn() {
  const [path] = useLocation();
  const search = useSearch();
  if (/^\/(sign-in|sign-up|invite|claim)(\/|$)/.test(path)) {
    return <Redirect to={safeNext(search)} replace />;
  }
  return <Shell />;
}
