import { useCallback, useMemo, useState } from "react";
import {
  Avatar,
  Button,
  FloatingMenu,
  Highlight,
  ListRow,
  SearchField,
  Spinner,
  VirtualList,
  type MenuPlace,
} from "@/design";
import { client, isMember, useChinwag, useMembers, type Chat } from "@/state";
import type { Id } from "@/wire/types";
import { errorText, lit, terms, useWords } from "@/words";
import { About } from "./About";
import styles from "./Groups.module.css";
import type { View } from "./view";
import { Leave } from "./Leave";
import { Remove, useMemberActions } from "./memberActions";
import { membersShown, type Shown } from "./members";

export interface MembersProps {
  readonly chat: Chat;
  readonly onView: (view: View) => void;
}

type Item =
  | { readonly kind: "about" | "head" | "past" | "none" | "waiting" | "failed" | "leave" }
  | { readonly kind: "member"; readonly member: Shown };

function keyOf(item: Item): string {
  return item.kind === "member" ? item.member.id : `# ${item.kind}`;
}

// From here on one looks for somebody rather than at everybody.
const MANY = 8;

/** The whole of a group on one page, of which only what is on screen is drawn. */
export function Members({ chat, onView }: MembersProps) {
  const t = useWords("groups");
  const [query, setQuery] = useState("");
  const [menu, setMenu] = useState<{ id: Id; place: MenuPlace } | null>(null);
  const [removing, setRemoving] = useState<Shown | null>(null);
  const { list, failed, reload } = useMembers(chat.id);
  const users = useChinwag((state) => state.users);
  const me = useChinwag((state) => state.user);
  const wanted = useMemo(() => terms(query), [query]);
  const shown = useMemo(
    () => list && membersShown({ user: me, users }, list, wanted),
    [list, me, users, wanted],
  );
  const stops = useCallback((item: Item) => item.kind === "member" && acts(item.member, me), [me]);
  const actions = useMemberActions(chat, setRemoving);
  const chosen = shown?.here.find((it) => it.id === menu?.id);
  const count = list?.filter((it) => !it.left).length ?? 0;
  const searchable = (list?.length ?? 0) > MANY;

  const items = useMemo<readonly Item[]>(() => {
    if (!shown) return [{ kind: "about" }, { kind: failed === null ? "waiting" : "failed" }];
    return [
      { kind: "about" },
      { kind: "head" },
      ...shown.here.map((member) => ({ kind: "member", member }) as const),
      ...(shown.here.length ? [] : [{ kind: "none" } as const]),
      ...(shown.past.length ? [{ kind: "past" } as const] : []),
      ...shown.past.map((member) => ({ kind: "member", member }) as const),
      ...(isMember(chat) && !query ? [{ kind: "leave" } as const] : []),
    ];
  }, [shown, failed, chat, query]);

  const render = (item: Item) => {
    switch (item.kind) {
      case "about":
        return <About chat={chat} onView={onView} />;
      case "waiting":
        return (
          <div className={styles["waiting"]}>
            <Spinner label={t("loading")} />
          </div>
        );
      case "failed":
        return (
          <div className={styles["buttons"]} role="alert">
            <p className={styles["problem"]}>{errorText(failed ?? "")}</p>
            <Button onClick={reload}>{t("retry")}</Button>
          </div>
        );
      case "head":
        return (
          <div className={styles["rules"]}>
            <h3 className={styles["heading"]}>{t("members", { count })}</h3>
            {searchable && (
              <div role="search" aria-label={t("membersSearch")} className={styles["search"]}>
                <SearchField label={t("membersSearch")} value={query} onChange={setQuery} />
              </div>
            )}
          </div>
        );
      case "none":
        return (
          <p className={styles["note"]} role="status">
            {t("memberNone")}
          </p>
        );
      case "past":
        return <h3 className={styles["heading"]}>{t("past")}</h3>;
      case "leave":
        return <Leave chat={chat} members={list ?? []} />;
      case "member":
        return (
          <MemberRow
            member={item.member}
            mine={item.member.id === me}
            active={acts(item.member, me)}
            wanted={wanted}
            onMenu={(place) => setMenu({ id: item.member.id, place })}
          />
        );
    }
  };

  return (
    <>
      <VirtualList
        label={t("info")}
        items={items}
        keyOf={keyOf}
        stops={stops}
        estimate={56}
        render={render}
        onVisible={(visible) =>
          client.watch(visible.flatMap((it) => (it.kind === "member" ? [it.member.id] : [])))
        }
      />
      <FloatingMenu
        items={chosen ? actions(chosen) : []}
        place={chosen ? (menu?.place ?? null) : null}
        onClose={() => setMenu(null)}
      />
      {removing && <Remove chat={chat} member={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}

interface MemberRowProps {
  readonly member: Shown;
  readonly mine: boolean;
  /** There is something to do with them. */
  readonly active: boolean;
  readonly wanted: readonly string[];
  readonly onMenu: (place: Element) => void;
}

function MemberRow({ member, mine, active, wanted, onMenu }: MemberRowProps) {
  const t = useWords("groups");
  const { id, name, handle, admin } = member;
  const online = useChinwag((state) => state.presence.get(id)?.online ?? false);
  const picture = useChinwag((state) => state.users.get(id)?.avatar);
  const row = (
    <ListRow
      leading={
        <Avatar
          id={id}
          name={name}
          kind={member.kind}
          picture={picture}
          size={40}
          online={online && !mine}
        />
      }
      title={mine ? t("you") : <Highlight text={name} ranges={lit(name, wanted)} />}
      subtitle={handle && <Highlight text={`@${handle}`} ranges={lit(`@${handle}`, wanted)} />}
      trailing={admin && <span className={styles["role"]}>{t("admin")}</span>}
      {...(active && { popup: true, onSelect: () => onMenu(placeOf(id)) })}
    />
  );
  return <div data-member={id}>{row}</div>;
}

function acts({ id, left }: Shown, me: Id): boolean {
  return id !== me && !left;
}

/** The menu stands beside the row itself. */
function placeOf(id: Id): Element {
  return document.querySelector(`[data-member="${CSS.escape(id)}"]`) ?? document.body;
}
