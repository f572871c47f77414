import { useEffect } from "react";
import { useLocation, useSearchParams } from "wouter";
import { goUp, Panel, PanelHeader } from "@/design";
import { isAdmin, isMember, mayAdd, useChinwag } from "@/state";
import type { Id } from "@/wire/types";
import { useWords } from "@/words";
import { AddMembers } from "./AddMembers";
import { GroupSettings } from "./GroupSettings";
import { InviteLink } from "./InviteLink";
import { Members } from "./Members";
import { Requests } from "./Requests";
import type { View } from "./view";

export interface GroupInfoProps {
  readonly chat: Id;
}

const VIEWS: readonly string[] = ["add", "link", "settings", "requests"] satisfies View[];

/** What there is to know about a group, and to change. */
export function GroupInfo({ chat: id }: GroupInfoProps) {
  const t = useWords("groups");
  const chat = useChinwag((state) => state.chats.get(id));
  const { view, go, back } = useView(id);
  if (!chat) return null;
  const allowed = {
    add: mayAdd(null, chat),
    link: mayAdd(null, chat),
    settings: isMember(chat),
    requests: isAdmin(chat),
  };
  if (view !== null && allowed[view]) {
    const Part = { add: AddMembers, link: InviteLink, settings: GroupSettings, requests: Requests }[
      view
    ];
    return <Part chat={chat} onBack={back} />;
  }
  return (
    <Panel
      label={t("info")}
      fixed
      header={<PanelHeader title={t("info")} closes onBack={() => goUp(`/c/${id}`)} />}
    >
      <Members chat={chat} onView={go} />
    </Panel>
  );
}

function useView(id: Id) {
  const [, navigate] = useLocation();
  const [params] = useSearchParams();
  const wanted = params.get("view");
  const view = wanted !== null && VIEWS.includes(wanted) ? (wanted as View) : null;
  const base = `/c/${id}/info`;
  useEffect(() => {
    if (wanted !== null && !VIEWS.includes(wanted)) navigate(base, { replace: true });
  }, [wanted, base, navigate]);
  return { view, go: (to: View) => navigate(`${base}?view=${to}`), back: () => goUp(base) };
}
