/** What one can do with a message. Editing, deleting, reacting, forwarding find their place here. */
import {
  Copy,
  CornerUpLeft,
  Download,
  Forward,
  Info,
  MessageCircle,
  RotateCcw,
  Trash2,
  UserRound,
} from "lucide-react";
import { copyText, download, toast, type MenuItem } from "@/design";
import { client, type Pending } from "@/state";
import type { TFunction } from "i18next";
import { LIMITS, type ChatEvent, type File } from "@/wire/types";
import type { MessageItem } from "./items";
import { tryAgain } from "./tryAgain";

export interface MenuDoings {
  readonly reply: (item: MessageItem) => void;
  readonly info: (seq: number) => void;
  /** Ask whether to delete it for everyone. */
  readonly remove: (event: ChatEvent) => void;
  /** Send its file on to others. */
  readonly forward: (event: ChatEvent) => void;
  /** To the chat with the sender; `quoting` brings the words along. */
  readonly writeTo: (item: MessageItem, quoting: boolean) => void;
}

export interface MenuOf {
  readonly item: MessageItem;
  readonly name: string;
  readonly group: boolean;
  readonly mayReply: boolean;
  readonly mayTryAgain: boolean;
}

type Words = TFunction<"conversation">;

export function menuOf(
  { item, name, group, mayReply, mayTryAgain }: MenuOf,
  t: Words,
  doings: MenuDoings,
): MenuItem[] {
  const { said, own } = item;
  const body = "event" in said ? said.event.body : said.pending.body;
  const items: MenuItem[] = [];
  if (mayReply && "event" in said) {
    items.push({
      label: t("reply"),
      icon: <CornerUpLeft />,
      turns: true,
      onSelect: () => doings.reply(item),
    });
  }
  if (body.kind === "message" && body.text !== "") {
    const { text } = body;
    items.push({ label: t("copy"), icon: <Copy />, onSelect: () => void copy(text, t) });
  }
  if ("event" in said && body.kind === "message" && body.file) {
    items.push(...fileItems(said.event, body.file, t, doings));
  }
  if ("event" in said && own) {
    const { chat, seq } = said.event;
    items.push({ label: t("info"), icon: <Info />, onSelect: () => doings.info(seq) });
    if (mayTryAgain) {
      items.push({
        label: t("retry"),
        icon: <RotateCcw />,
        onSelect: () => tryAgain(chat, seq),
      });
    }
  }
  if ("event" in said && !own && group) {
    if (body.kind === "message") {
      items.push({
        label: t("replyPrivately"),
        icon: <UserRound />,
        separated: true,
        onSelect: () => doings.writeTo(item, true),
      });
    }
    items.push({
      label: t("writeTo", { name }),
      icon: <MessageCircle />,
      onSelect: () => doings.writeTo(item, false),
    });
  }
  if ("event" in said && own && Date.now() - said.event.at < LIMITS.DELETE_SECONDS * 1000) {
    items.push({
      label: t("delete"),
      icon: <Trash2 />,
      danger: true,
      separated: true,
      onSelect: () => doings.remove(said.event),
    });
  }
  if ("pending" in said) items.push(...pendingItems(said.pending, t));
  return items;
}

function fileItems(event: ChatEvent, file: File, t: Words, doings: MenuDoings): MenuItem[] {
  return [
    { label: t("forward"), icon: <Forward />, turns: true, onSelect: () => doings.forward(event) },
    { label: t("download"), icon: <Download />, onSelect: () => download(file) },
  ];
}

/** What is not with the server yet can be taken back. */
function pendingItems({ clientId, status }: Pending, t: Words): MenuItem[] {
  const retry: MenuItem = {
    label: t("retry"),
    icon: <RotateCcw />,
    onSelect: () => client.retry(clientId),
  };
  const discard: MenuItem = {
    label: t("discard"),
    icon: <Trash2 />,
    danger: true,
    separated: true,
    onSelect: () => client.discard(clientId),
  };
  return status === "failed" ? [retry, discard] : [discard];
}

async function copy(text: string, t: Words): Promise<void> {
  const copied = await copyText(text);
  toast({ text: copied ? t("copied") : t("notCopied"), urgent: !copied });
}
