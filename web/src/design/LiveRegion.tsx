import { useEffect, useState } from "react";
import { VisuallyHidden } from "./VisuallyHidden";
import { onAnnounce } from "./announce";

const KEPT = 3;

interface Said {
  readonly key: number;
  readonly text: string;
}

/**
 * Mounted once, by the app. Each text is a node of its own, so that the same words twice are said
 * twice, and two in a moment are both said.
 */
export function LiveRegion() {
  const [said, setSaid] = useState<readonly Said[]>([]);
  useEffect(() => {
    let key = 0;
    return onAnnounce((text) =>
      setSaid((before) => [...before, { key: key++, text }].slice(-KEPT)),
    );
  }, []);
  return (
    <VisuallyHidden>
      <span role="log" aria-live="polite" aria-relevant="additions">
        {said.map(({ key, text }) => (
          <span key={key}>{text}</span>
        ))}
      </span>
    </VisuallyHidden>
  );
}
