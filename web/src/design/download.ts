import { downloadPath } from "@/net/files";

/** Have the browser keep the file: what it asks, and where it puts it, is its own affair. */
export function download({ id, name }: { readonly id: string; readonly name: string }): void {
  const link = document.createElement("a");
  link.href = downloadPath(id);
  link.download = name;
  link.click();
}
