import { useRef, useState, type ReactNode } from "react";
import { ListRow } from "./ListRow";
import { FloatingMenu, type MenuItem } from "./Menu";

export interface MenuRowProps {
  readonly leading?: ReactNode;
  readonly title: string;
  readonly subtitle?: string;
  readonly items: readonly MenuItem[];
}

/** A row behind which there is a choice. */
export function MenuRow({ items, ...row }: MenuRowProps) {
  const place = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<Element | null>(null);
  return (
    <div ref={place}>
      <ListRow {...row} popup onSelect={() => setAt(place.current)} />
      <FloatingMenu
        items={items}
        place={at}
        onClose={() => setAt(null)}
        finalFocus={() => place.current?.querySelector("button") ?? null}
      />
    </div>
  );
}
