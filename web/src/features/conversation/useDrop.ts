/** Files dragged over the conversation, and let go. */
import { type DragEvent, useState } from "react";

/** `onFiles` null: files are none of this place's business. */
export function useDrop(onFiles: ((files: readonly File[]) => void) | null) {
  // Entering a child leaves its parent: only as many leavings as enterings are a leaving.
  const [depth, setDepth] = useState(0);
  const holds = (event: DragEvent): boolean =>
    onFiles !== null && event.dataTransfer.types.includes("Files");
  return {
    over: depth > 0,
    handlers: {
      onDragEnter: (event: DragEvent) => {
        if (holds(event)) setDepth((it) => it + 1);
      },
      onDragLeave: (event: DragEvent) => {
        if (holds(event)) setDepth((it) => Math.max(0, it - 1));
      },
      onDragOver: (event: DragEvent) => {
        // Without this the browser opens the file in place of the page.
        if (holds(event)) event.preventDefault();
      },
      onDrop: (event: DragEvent) => {
        if (!holds(event)) return;
        event.preventDefault();
        setDepth(0);
        onFiles?.([...event.dataTransfer.files]);
      },
    },
  };
}
