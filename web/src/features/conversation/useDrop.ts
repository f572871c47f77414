/** Files dragged over the conversation, and let go. */
import { type DragEvent, useState } from "react";

/** `onFiles` null: files are none of this place's business. `folders`: so many were among them. */
export function useDrop(onFiles: ((files: readonly File[], folders: number) => void) | null) {
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
        const { files, folders } = held(event.dataTransfer);
        onFiles?.(files, folders);
      },
    },
  };
}

/** A folder looks like a file that cannot be read: only its entry tells. */
function held({ items }: DataTransfer): { files: readonly File[]; folders: number } {
  const files: File[] = [];
  let folders = 0;
  for (const item of items) {
    const file = item.getAsFile();
    if (item.webkitGetAsEntry()?.isDirectory) folders += 1;
    else if (file) files.push(file);
  }
  return { files, folders };
}
