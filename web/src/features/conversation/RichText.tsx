/** A message's text on the screen: made of elements, never of HTML. */
import { Fragment, type ReactNode } from "react";
import { useChinwag, useShallow } from "@/state";
import { useWords } from "@/words";
import type { Id, Message } from "@/wire/types";
import { format } from "./format/blocks";
import { beginning, isLong } from "./format/fold";
import type { Block, Inline } from "./format/tree";
import styles from "./RichText.module.css";

export interface RichTextProps {
  readonly body: Message;
  /** Stands in the end of the last line, where it fits: time and ticks. */
  readonly end?: ReactNode;
  readonly onMention?: ((user: Id) => void) | undefined;
  /** Of a long text the beginning is shown. */
  readonly folded?: Folded | undefined;
}

export interface Folded {
  /** Whether Tab leads to the button. */
  readonly stop: boolean;
  /** Told by the button to show the whole. */
  readonly onMore: (button: Element) => void;
}

export function RichText({ body, end, onMention, folded }: RichTextProps) {
  const whole = useBlocks(body);
  const part = folded && isLong(body.text) ? beginning(whole) : null;
  const blocks = part ?? whole;
  const last = blocks.at(-1);
  const inside = !part && (last?.kind === "paragraph" || last?.kind === "list");
  return (
    <div className={styles["text"]} dir="auto">
      {blocks.map((block, index) => (
        <BlockPart
          key={index}
          block={block}
          end={inside && block === last ? end : null}
          onMention={onMention}
        />
      ))}
      {folded && part && <More {...folded} />}
      {!inside && end}
    </div>
  );
}

function More({ stop, onMore }: Folded) {
  const t = useWords("conversation");
  return (
    <button
      type="button"
      className={styles["more"]}
      tabIndex={stop ? 0 : -1}
      onClick={(event) => onMore(event.currentTarget)}
    >
      {t("readMore")}
    </button>
  );
}

/** Trees by message: a row that scrolls out and in again is not read anew. */
const read = new WeakMap<Message, readonly Block[]>();
const NOBODY: readonly Id[] = [];

function useBlocks(body: Message): readonly Block[] {
  const mentions = body.mentions ?? NOBODY;
  // "handle id" of those whose profiles are known; the same list while nobody is renamed.
  const handles = useChinwag(
    useShallow((state) => mentions.map((user) => state.users.get(user)?.handle ?? "")),
  );
  if (mentions.length > 0) {
    return format(body.text, new Map(handles.map((handle, index) => [handle, mentions[index]!])));
  }
  let blocks = read.get(body);
  if (!blocks) {
    blocks = format(body.text);
    read.set(body, blocks);
  }
  return blocks;
}

interface BlockProps {
  readonly block: Block;
  readonly end: ReactNode;
  readonly onMention: RichTextProps["onMention"];
}

function BlockPart({ block, end, onMention }: BlockProps) {
  switch (block.kind) {
    case "code":
      return (
        // A long line scrolls by itself, and so has to be reached by keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre className={styles["block"]} dir="ltr" tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case "quote":
      return (
        <blockquote className={styles["quote"]}>
          <Parts parts={block.children} onMention={onMention} />
        </blockquote>
      );
    case "list": {
      const items = block.items.map((parts, index) => (
        <li key={index}>
          <Parts parts={parts} onMention={onMention} />
          {index === block.items.length - 1 && end}
        </li>
      ));
      return block.start === null ? (
        <ul className={styles["list"]}>{items}</ul>
      ) : (
        <ol className={styles["list"]} start={block.start}>
          {items}
        </ol>
      );
    }
    case "paragraph":
      return (
        <p className={styles["paragraph"]}>
          <Parts parts={block.children} onMention={onMention} />
          {end}
        </p>
      );
  }
}

interface PartsProps {
  readonly parts: readonly Inline[];
  readonly onMention: RichTextProps["onMention"];
}

const TAGS = { bold: "strong", italic: "em", strike: "s" } as const;

function Parts({ parts, onMention }: PartsProps) {
  return parts.map((part, index) => {
    if (part.kind === "text") return <Fragment key={index}>{part.text}</Fragment>;
    if (part.kind === "code") {
      return (
        <code key={index} className={styles["code"]} dir="ltr">
          {part.text}
        </code>
      );
    }
    if (part.kind === "mention") return <Mention key={index} part={part} onMention={onMention} />;
    if (part.kind === "link") {
      return (
        <a
          key={index}
          className={styles["link"]}
          href={part.href}
          target="_blank"
          rel="noopener noreferrer nofollow"
          dir="ltr"
        >
          {part.shown}
        </a>
      );
    }
    const Tag = TAGS[part.kind];
    return (
      <Tag key={index}>
        <Parts parts={part.children} onMention={onMention} />
      </Tag>
    );
  });
}

interface MentionProps {
  readonly part: Extract<Inline, { kind: "mention" }>;
  readonly onMention: RichTextProps["onMention"];
}

function Mention({ part, onMention }: MentionProps) {
  const name = useChinwag((state) => state.users.get(part.user)?.name);
  const me = useChinwag((state) => state.user === part.user);
  const text = <bdi>{name === undefined ? part.text : `@${name}`}</bdi>;
  const look = me ? `${styles["mention"]!} ${styles["me"]!}` : styles["mention"];
  if (!onMention || me) return <span className={look}>{text}</span>;
  return (
    <button type="button" className={look} onClick={() => onMention(part.user)}>
      {text}
    </button>
  );
}
