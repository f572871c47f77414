/** Emoji to choose from. Loaded when it is first opened. */
import { EmojiPicker as Base, type Emoji, useSkinTone } from "frimousse";
import { type MouseEvent, useEffect, useRef, useState } from "react";
import { Spinner, useShortcut, VisuallyHidden } from "@/design";
import { useLanguage, useWords } from "@/words";
import styles from "./EmojiPicker.module.css";
import { emojiData } from "./emojiData";
import { choseSkinTone, recentEmoji, skinTone, usedEmoji } from "./recent";

export interface EmojiPickerProps {
  readonly onChoose: (emoji: string) => void;
  /** It was chosen with a pointer: the keys that follow are not for the search. */
  readonly onPointed: () => void;
  readonly onClose: () => void;
}

const COLUMNS = 8;

export default function EmojiPicker({ onChoose, onPointed, onClose }: EmojiPickerProps) {
  const t = useWords("composer");
  const language = useLanguage();
  const [search, setSearch] = useState("");
  const [tone] = useState(skinTone);
  const [recent] = useState(recentEmoji);
  const field = useRef<HTMLInputElement>(null);
  // While one writes beside it: else Escape would close the chat as well.
  useShortcut("close", onClose);
  // It comes later than the popup, which had nothing to focus. A phone would bring its keyboard.
  useEffect(() => {
    if (window.matchMedia("(pointer: fine)").matches) field.current?.focus();
  }, []);
  const choose = (emoji: string): void => {
    usedEmoji(emoji);
    onChoose(emoji);
  };
  // A key clicks, too, but not with a button.
  const clicked = ({ detail }: MouseEvent): void => {
    if (detail > 0) onPointed();
  };
  return (
    <Base.Root
      className={styles["root"]}
      columns={COLUMNS}
      locale={language}
      skinTone={tone}
      resolveEmojiData={emojiData}
      onEmojiSelect={({ emoji }: Emoji) => choose(emoji)}
    >
      <div className={styles["head"]}>
        <Base.Search
          ref={field}
          className={styles["search"]}
          placeholder={t("searchEmoji")}
          aria-label={t("searchEmoji")}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <Tones label={t("skinTone")} />
      </div>
      {search === "" && recent.length > 0 && (
        <div className={styles["recent"]} role="group" aria-label={t("recent")}>
          {recent.slice(0, COLUMNS).map((emoji) => (
            <button
              key={emoji}
              type="button"
              className={styles["emoji"]}
              onClick={(event) => {
                choose(emoji);
                clicked(event);
              }}
            >
              {emoji}
            </button>
          ))}
        </div>
      )}
      <Base.ActiveEmoji>{({ emoji }) => <Marked name={emoji?.label ?? ""} />}</Base.ActiveEmoji>
      <Base.Viewport className={styles["viewport"]}>
        <Base.Loading className={styles["note"]}>
          <Spinner label={t("emojiLoading")} />
        </Base.Loading>
        <Base.Empty>
          {({ search: nothing }) => (
            <p className={styles["note"]}>{t("emojiNone", { search: nothing })}</p>
          )}
        </Base.Empty>
        <Base.List
          className={styles["list"]}
          components={{
            CategoryHeader: ({ category, ...props }) => (
              <div {...props} className={styles["category"]}>
                {category.label}
              </div>
            ),
            // Rows and columns are counted from 1 (WAI-ARIA 1.2), and come counted from 0.
            Row: (props) => (
              <div
                {...props}
                aria-rowindex={next(props["aria-rowindex"])}
                className={styles["row"]}
              />
            ),
            Emoji: ({ emoji, onClick, ...props }) => (
              <button
                {...props}
                onClick={(event) => {
                  onClick?.(event);
                  clicked(event);
                }}
                role="gridcell"
                aria-colindex={next(props["aria-colindex"])}
                className={styles["emoji"]}
                title={emoji.label}
              >
                {emoji.emoji}
              </button>
            ),
          }}
        />
      </Base.Viewport>
    </Base.Root>
  );
}

/** What Enter takes: the field keeps the focus while the arrow keys go about the emoji. */
function Marked({ name }: { readonly name: string }) {
  return (
    <VisuallyHidden>
      <span role="status">{name}</span>
    </VisuallyHidden>
  );
}

function next(index: number | undefined): number | undefined {
  return index === undefined ? undefined : index + 1;
}

function Tones({ label }: { readonly label: string }) {
  const [tone, setTone, variations] = useSkinTone("✋");
  useEffect(() => choseSkinTone(tone), [tone]);
  return (
    <div className={styles["tones"]} role="radiogroup" aria-label={label}>
      {variations.map(({ skinTone: value, emoji }) => (
        <button
          key={value}
          type="button"
          role="radio"
          className={styles["tone"]}
          aria-checked={value === tone}
          onClick={() => setTone(value)}
        >
          {emoji}
        </button>
      ))}
    </div>
  );
}
