/** Whom an `@` may mean, above what is being written. */
import { Avatar, classes } from "@/design";
import { useWords } from "@/words";
import type { User } from "@/wire/types";
import styles from "./MentionList.module.css";

export interface MentionListProps {
  readonly id: string;
  readonly users: readonly User[];
  readonly active: number;
  readonly onChoose: (user: User) => void;
}

/** Id of an option, for `aria-activedescendant`. */
export function optionId(list: string, user: User): string {
  return `${list}-${user.id}`;
}

export function MentionList({ id, users, active, onChoose }: MentionListProps) {
  const t = useWords("composer");
  return (
    <div id={id} className={styles["list"]} role="listbox" aria-label={t("people")}>
      {users.map((user, index) => (
        // The keys are those of the text field, which keeps the focus.
        // eslint-disable-next-line jsx-a11y/click-events-have-key-events
        <div
          key={user.id}
          id={optionId(id, user)}
          className={classes(styles["option"], index === active && styles["active"])}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          // A press would take the focus, and with it the keyboard of a phone.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(user)}
        >
          <Avatar id={user.id} name={user.name} size={32} kind={user.kind} picture={user.avatar} />
          <span className={styles["name"]} dir="auto">
            {user.name}
          </span>
          <span className={styles["handle"]}>@{user.handle}</span>
        </div>
      ))}
    </div>
  );
}
