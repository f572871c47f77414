/** Files to send: from where they are to be taken. */
import { Camera, FileText, Image, Paperclip } from "lucide-react";
import { type ChangeEvent, useRef } from "react";
import { IconButton, Menu, type MenuItem } from "@/design";
import { useWords } from "@/words";
import styles from "./Composer.module.css";

export interface AttachButtonProps {
  readonly onFiles: (files: readonly File[], asDocuments?: boolean) => void;
}

export function AttachButton({ onFiles }: AttachButtonProps) {
  const t = useWords("sending");
  const media = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const document = useRef<HTMLInputElement>(null);
  const chosen =
    (asDocuments: boolean) =>
    ({ target }: ChangeEvent<HTMLInputElement>): void => {
      const files = [...(target.files ?? [])];
      // The same file may be chosen again.
      target.value = "";
      if (files.length > 0) onFiles(files, asDocuments);
    };
  const items: MenuItem[] = [
    { label: t("photos"), icon: <Image />, onSelect: () => media.current?.click() },
    // Only a device that one holds has its camera where one points it.
    ...(window.matchMedia("(pointer: coarse)").matches
      ? [{ label: t("camera"), icon: <Camera />, onSelect: () => camera.current?.click() }]
      : []),
    { label: t("document"), icon: <FileText />, onSelect: () => document.current?.click() },
  ];
  const input = { type: "file", hidden: true } as const;
  return (
    <>
      <Menu
        side="top"
        align="start"
        items={items}
        trigger={<IconButton className={styles["tool"]} label={t("attach")} icon={<Paperclip />} />}
      />
      <input
        {...input}
        ref={media}
        multiple
        accept="image/*,video/*"
        aria-label={t("photos")}
        onChange={chosen(false)}
      />
      <input
        {...input}
        ref={camera}
        accept="image/*"
        capture="environment"
        aria-label={t("camera")}
        onChange={chosen(false)}
      />
      <input
        {...input}
        ref={document}
        multiple
        aria-label={t("document")}
        onChange={chosen(true)}
      />
    </>
  );
}
