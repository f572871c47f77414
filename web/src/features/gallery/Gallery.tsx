import { Tabs } from "@base-ui/react/tabs";
import { FileText, Images, Link2, Mic } from "lucide-react";
import { useCallback, useMemo, useState, type ReactElement } from "react";
import {
  Button,
  EmptyState,
  goUp,
  Panel,
  PanelHeader,
  Spinner,
  useNow,
  VirtualList,
} from "@/design";
import type { ChatEvent, Collection, Id, Seq } from "@/wire/types";
import { monthOf, useWords } from "@/words";
import { DocumentRow, LinkRows, Tiles, VoiceRow } from "./parts";
import { rowsOf, type Row } from "./rows";
import { usePages, type Pages } from "./usePages";
import styles from "./Gallery.module.css";

export interface GalleryProps {
  readonly chat: Id;
  /** Look at a photo or video. */
  readonly onView: (seq: Seq) => void;
  /** To the message in its chat. */
  readonly onShow: (seq: Seq) => void;
}

const TABS = [
  { of: "media", label: "media" },
  { of: "voice", label: "voices" },
  { of: "documents", label: "documents" },
  { of: "links", label: "links" },
] as const;

const NOTHING = {
  media: { icon: <Images />, title: "noMedia", text: "noMediaText" },
  voice: { icon: <Mic />, title: "noVoices", text: "noVoicesText" },
  documents: { icon: <FileText />, title: "noDocuments", text: "noDocumentsText" },
  links: { icon: <Link2 />, title: "noLinks", text: "noLinksText" },
} as const;

export function Gallery(props: GalleryProps) {
  const { chat } = props;
  const t = useWords("files");
  const [of, setOf] = useState<Collection>("media");
  const up = `/c/${encodeURIComponent(chat)}/info`;
  return (
    <Panel
      label={t("gallery")}
      fixed
      header={<PanelHeader title={t("gallery")} onBack={() => goUp(up)} />}
    >
      <Tabs.Root
        className={styles["tabs"]}
        value={of}
        onValueChange={(value) => setOf(value as Collection)}
      >
        <Tabs.List className={styles["list"]} aria-label={t("gallery")}>
          {TABS.map((tab) => (
            <Tabs.Tab key={tab.of} value={tab.of} className={styles["tab"]}>
              {t(tab.label)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABS.map((tab) => (
          <Tabs.Panel key={tab.of} value={tab.of} className={styles["panel"]}>
            <Shelf {...props} key={chat} of={tab.of} label={t(tab.label)} />
          </Tabs.Panel>
        ))}
      </Tabs.Root>
    </Panel>
  );
}

interface ShelfProps extends GalleryProps {
  readonly of: Collection;
  readonly label: string;
}

/** Side by side. */
const ACROSS = 3;

function Shelf({ chat, of, label, onView, onShow }: ShelfProps) {
  const pages = usePages(chat, of);
  const { events, done, more } = pages;
  const rows = useMemo(() => rowsOf(events, of === "media" ? ACROSS : 1), [events, of]);
  const last = rows.at(-1)?.key;
  const onVisible = useCallback(
    (visible: readonly Row[]) => {
      if (!done && visible.some((row) => row.key === last)) more();
    },
    [done, last, more],
  );
  const inside = (shown: readonly ChatEvent[]): ReactElement => {
    const event = shown[0]!;
    switch (of) {
      case "media":
        return <Tiles events={shown} across={ACROSS} onView={onView} />;
      case "voice":
        return <VoiceRow event={event} events={events} onShow={onShow} />;
      case "documents":
        return <DocumentRow event={event} onShow={onShow} />;
      case "links":
        return <LinkRows event={event} onShow={onShow} />;
    }
  };
  if (rows.length === 0) return <Blank of={of} pages={pages} />;
  return (
    <>
      <VirtualList
        label={label}
        items={rows}
        keyOf={(row) => row.key}
        stops={() => false}
        estimate={of === "media" ? 120 : 72}
        onVisible={onVisible}
        render={(row) => (row.kind === "month" ? <Month at={row.at} /> : inside(row.events))}
      />
      {pages.status === "failed" && <Failed pages={pages} />}
    </>
  );
}

const HOUR = 3_600_000;

function Month({ at }: { readonly at: number }) {
  const now = useNow(HOUR);
  return <h2 className={styles["month"]}>{monthOf(at, now)}</h2>;
}

function Blank({ of, pages }: { readonly of: Collection; readonly pages: Pages }) {
  const t = useWords("files");
  if (pages.status === "failed") return <Failed pages={pages} />;
  if (!pages.done) {
    return (
      <div className={styles["blank"]}>
        <Spinner label={t("loading")} />
      </div>
    );
  }
  const { icon, title, text } = NOTHING[of];
  return <EmptyState icon={icon} title={t(title)} text={t(text)} />;
}

function Failed({ pages }: { readonly pages: Pages }) {
  const t = useWords("files");
  return (
    <div className={styles["blank"]} role="alert">
      <p>{pages.problem}</p>
      <Button onClick={pages.more}>{t("retry")}</Button>
    </div>
  );
}
