import { Bookmark, Link2, Share2, UserRoundSearch, UsersRound } from "lucide-react";
import { useEffect, useMemo, useRef, useState, type ReactElement } from "react";
import {
  Avatar,
  EmptyState,
  Highlight,
  ListRow,
  Panel,
  PanelHeader,
  SearchField,
  Spinner,
  arrive,
  toast,
  VirtualList,
  type VirtualListHandle,
  goUp,
} from "@/design";
import { client, useChinwag, useFound } from "@/state";
import type { Id, User } from "@/wire/types";
import { contacts, errorText, lit, people, refusalText, terms, useWords, userName } from "@/words";
import { InvitePerson } from "./InvitePerson";
import { inviteCode } from "./inviteCode";
import styles from "./People.module.css";

type Item =
  | { readonly kind: "group" | "notes" | "invite" }
  | { readonly kind: "join"; readonly code: string }
  | { readonly kind: "heading"; readonly of: "contacts" }
  | { readonly kind: "person"; readonly user: User };

function keyOf(item: Item): string {
  return item.kind === "person" ? item.user.id : `# ${item.kind}`;
}

function stops(item: Item): boolean {
  return item.kind !== "heading";
}

/** Whom to write to: people one knows, others by handle, oneself, a new group. */
export function NewChat() {
  const t = useWords("people");
  const [query, setQuery] = useState("");
  const list = useRef<VirtualListHandle>(null);
  const field = useRef<HTMLDivElement>(null);
  const wanted = useMemo(() => terms(query), [query]);
  const { busy, open } = useOpenDirect();
  const mayInvite = useMayInvite();
  const [inviting, setInviting] = useState(false);
  const found = useFound(query);
  const users = useChinwag((state) => state.users);
  const me = useChinwag((state) => state.user);
  const handle = useChinwag((state) => state.account?.user.handle ?? "");
  const known = useMemo(() => contacts({ user: me, users }), [me, users]);
  const code = inviteCode(query);
  const items = useMemo<readonly Item[]>(() => {
    if (code !== null) return [{ kind: "join", code }];
    const matching = people(known, found.users, wanted).filter((it) => it.id !== me);
    const rows = matching.map((user) => ({ kind: "person", user }) as const);
    if (wanted.length > 0) return rows;
    return [
      { kind: "group" },
      { kind: "notes" },
      ...(mayInvite ? [{ kind: "invite" } as const] : []),
      ...(rows.length ? [{ kind: "heading", of: "contacts" } as const] : []),
      ...rows,
    ];
  }, [code, known, found.users, wanted, me, mayInvite]);

  const render = (item: Item): ReactElement => {
    switch (item.kind) {
      case "group":
        return (
          <ListRow
            leading={<Sign icon={<UsersRound />} />}
            title={t("newGroup")}
            href="/new/group"
          />
        );
      case "notes":
        return (
          <ListRow
            leading={<Sign icon={<Bookmark />} />}
            title={t("notes")}
            subtitle={t("notesHint")}
            trailing={busy === me && <Spinner size={16} />}
            onSelect={() => void open(me)}
          />
        );
      case "invite":
        return (
          <ListRow
            leading={<Sign icon={<Share2 />} />}
            title={t("invite")}
            onSelect={() => setInviting(true)}
          />
        );
      case "join":
        return (
          <ListRow
            leading={<Sign icon={<Link2 />} />}
            title={t("openInvite")}
            href={`/join/${item.code}`}
          />
        );
      case "heading":
        return <h2 className={styles["heading"]}>{t(item.of)}</h2>;
      case "person":
        return (
          <PersonRow
            user={item.user}
            wanted={wanted}
            busy={busy === item.user.id}
            onSelect={() => void open(item.user.id)}
          />
        );
    }
  };

  const asking = found.status === "asking";
  const nobody = wanted.length > 0 && items.length === 0 && !asking;
  return (
    <Panel
      label={t("newChat")}
      fixed
      header={<PanelHeader title={t("newChat")} onBack={() => goUp("/")} />}
    >
      <div ref={field} role="search" aria-label={t("search")} className={styles["search"]}>
        <SearchField
          // The person came here to look for somebody.
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          label={t("search")}
          value={query}
          onChange={setQuery}
          onKeyDown={(event) => {
            if (event.key === "ArrowDown") list.current?.focus();
            else if (event.key === "Enter" && wanted.length > 0) list.current?.pick();
            else return;
            event.preventDefault();
          }}
        />
      </div>
      {nobody ? (
        <EmptyState
          icon={<UserRoundSearch />}
          title={t("nobodyTitle")}
          text={t("nobodyText", { example: `@${handle}` })}
        />
      ) : (
        <VirtualList
          ref={list}
          label={t("list")}
          items={items}
          keyOf={keyOf}
          stops={stops}
          estimate={64}
          render={render}
          onLeaveTop={() => field.current?.querySelector("input")?.focus()}
        />
      )}
      {asking && (
        <p className={styles["note"]}>
          <Spinner size={14} />
          {t("looking")}
        </p>
      )}
      {found.status === "failed" && (
        <p className={styles["note"]} role="alert">
          {errorText(found.code, found.retryAfter)}
        </p>
      )}
      {known.length === 0 && wanted.length === 0 && (
        <p className={styles["hint"]}>
          <strong>{t("noContactsTitle")}</strong>
          {t("noContactsText", { handle: `@${handle}` })}
        </p>
      )}
      {inviting && <InvitePerson onClose={() => setInviting(false)} />}
    </Panel>
  );
}

function Sign({ icon }: { readonly icon: ReactElement }) {
  return <span className={styles["sign"]}>{icon}</span>;
}

function PersonRow(props: {
  readonly user: User;
  readonly wanted: readonly string[];
  readonly busy: boolean;
  readonly onSelect: () => void;
}) {
  const { user, wanted, busy, onSelect } = props;
  const t = useWords("people");
  const name = userName(user);
  const handle = `@${user.handle}`;
  return (
    <ListRow
      leading={<Avatar id={user.id} name={name} kind={user.kind} picture={user.avatar} size={44} />}
      title={<Highlight text={name} ranges={lit(name, wanted)} />}
      subtitle={<Highlight text={handle} ranges={lit(handle, wanted)} />}
      trailing={busy ? <Spinner size={16} /> : user.kind === "bot" && t("bot")}
      onSelect={onSelect}
    />
  );
}

/** Go to the chat with somebody, making it if there is none. */
function useOpenDirect() {
  const [busy, setBusy] = useState<Id | null>(null);
  const open = async (user: Id) => {
    setBusy(user);
    try {
      const { chat } = await client.ask({ type: "open_direct", user });
      arrive(`/c/${chat}`);
    } catch (error) {
      toast({ text: refusalText(error), urgent: true });
    } finally {
      setBusy(null);
    }
  };
  return { busy, open };
}

/** Whether one can bring others onto this server: all may where it is open, else its admins. */
function useMayInvite(): boolean {
  const mode = useChinwag((state) => state.server?.sign_up);
  const admin = useChinwag((state) => state.account?.admin ?? false);
  useEffect(() => {
    // Without an answer there is no invitation to be had, either.
    if (mode === undefined) client.serverInfo().catch(() => undefined);
  }, [mode]);
  return mode === "open" || (mode === "invite" && admin);
}
