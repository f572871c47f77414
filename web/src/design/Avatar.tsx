import { Bookmark, Bot, Users } from "lucide-react";
import { useState } from "react";
import { filePath } from "@/net/files";
import styles from "./Avatar.module.css";
import { classes } from "./classes";
import { avatarColour, senderColour } from "./colour";
import { initials } from "./initials";

export interface AvatarProps {
  /** Whose: the colour comes from it. */
  readonly id: string;
  readonly name: string;
  /** In pixels at the usual text size. */
  readonly size?: number;
  readonly online?: boolean;
  readonly kind?: "person" | "bot" | "group" | "self" | undefined;
  /** The file that is its picture; "" and undefined: it has none. */
  readonly picture?: string | undefined;
}

const ICONS = { bot: Bot, group: Users, self: Bookmark };

/** Stands beside a name and says nothing of its own to a screen reader. */
export function Avatar(props: AvatarProps) {
  const { id, name, size = 48, online = false, kind = "person", picture = "" } = props;
  // A picture that cannot be had, as without a network, leaves the letters.
  const [missing, setMissing] = useState("");
  const edge = `${size / 16}rem`;
  const style = {
    inlineSize: edge,
    blockSize: edge,
    fontSize: `${(size * 0.38) / 16}rem`,
    background: avatarColour(id),
    color: senderColour(id),
  };
  const Icon = kind === "person" ? null : ICONS[kind];
  return (
    <span
      className={classes(styles["avatar"], online && styles["online"])}
      style={style}
      // Drawn by the style sheet: a picture of letters, not a text to be found, copied or read out.
      data-initials={Icon ? undefined : initials(name)}
      aria-hidden
    >
      {Icon && <Icon size="46%" strokeWidth={1.75} />}
      {picture !== "" && picture !== missing && (
        <img
          key={picture}
          className={styles["face"]}
          src={filePath(picture, "small")}
          alt=""
          decoding="async"
          draggable={false}
          onError={() => setMissing(picture)}
        />
      )}
    </span>
  );
}
