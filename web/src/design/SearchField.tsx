import { Search, X } from "lucide-react";
import { useRef, type ComponentProps } from "react";
import { useWords } from "@/words";
import { IconButton } from "./IconButton";
import styles from "./SearchField.module.css";

export interface SearchFieldProps extends Omit<
  ComponentProps<"input">,
  "type" | "value" | "onChange" | "placeholder"
> {
  /** Its name, shown inside while it is empty. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A search that answers while one types; Escape empties it. */
export function SearchField({ label, value, onChange, onKeyDown, ...rest }: SearchFieldProps) {
  const t = useWords("app");
  const input = useRef<HTMLInputElement>(null);
  const clear = () => {
    onChange("");
    input.current?.focus();
  };
  return (
    <div className={styles["search"]}>
      <Search size={18} strokeWidth={1.75} aria-hidden />
      <input
        ref={input}
        type="search"
        enterKeyHint="search"
        autoComplete="off"
        spellCheck={false}
        dir={value ? "auto" : undefined}
        className={styles["input"]}
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && value) {
            event.preventDefault();
            event.stopPropagation();
            onChange("");
          }
          onKeyDown?.(event);
        }}
        {...rest}
      />
      {value && <IconButton size="small" label={t("clearSearch")} icon={<X />} onClick={clear} />}
    </div>
  );
}
