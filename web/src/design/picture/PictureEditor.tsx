/** A picture of somebody or something that can be changed: chosen, taken, taken away. */
import { Camera, Image, Trash2 } from "lucide-react";
import { lazy, type ReactNode, Suspense, useRef, useState } from "react";
import { refusalText, useWords } from "@/words";
import { Menu, type MenuItem } from "../Menu";
import { toast } from "../toast";
import styles from "./PictureEditor.module.css";

const Crop = lazy(() => import("./Crop"));

export interface PictureEditorProps {
  /** As it looks now: an avatar. */
  readonly face: ReactNode;
  readonly has: boolean;
  /** Null: take it away. What it throws is told. */
  readonly onChange: (picture: Blob | null) => Promise<void>;
}

export function PictureEditor({ face, has, onChange }: PictureEditorProps) {
  const t = useWords("app");
  const [url, setUrl] = useState<string | null>(null);
  const chosen = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const close = (): void => {
    if (url !== null) URL.revokeObjectURL(url);
    setUrl(null);
  };
  const items: MenuItem[] = [
    { label: t("pictureChoose"), icon: <Image />, onSelect: () => chosen.current?.click() },
    // Only a device that one holds has its camera where one points it.
    ...(window.matchMedia("(pointer: coarse)").matches
      ? [{ label: t("pictureTake"), icon: <Camera />, onSelect: () => camera.current?.click() }]
      : []),
    ...(has
      ? [
          {
            label: t("pictureRemove"),
            icon: <Trash2 />,
            danger: true,
            onSelect: () => {
              onChange(null).catch((error: unknown) => {
                toast({ text: refusalText(error), urgent: true });
              });
            },
          },
        ]
      : []),
  ];
  const input = {
    type: "file",
    hidden: true,
    accept: "image/*",
    onChange: ({ target }: { readonly target: HTMLInputElement }) => {
      const file = target.files?.[0];
      if (file) setUrl(URL.createObjectURL(file));
      // The same file may be chosen again.
      target.value = "";
    },
  } as const;
  return (
    <>
      <Menu
        align="center"
        items={items}
        trigger={
          <button type="button" className={styles["picture"]} aria-label={t("pictureChange")}>
            {face}
            <span className={styles["mark"]}>
              <Camera size={16} aria-hidden />
            </span>
          </button>
        }
      />
      <input {...input} ref={chosen} aria-label={t("pictureChoose")} />
      <input {...input} ref={camera} capture="user" aria-label={t("pictureTake")} />
      {url !== null && (
        <Suspense>
          <Crop url={url} onSave={onChange} failed={refusalText} onClose={close} />
        </Suspense>
      )}
    </>
  );
}
