import { type CSSProperties } from "react";
import { RadioGroup } from "@/design";
import { client, useChinwag, type AutoLoad } from "@/state";
import type { FileKind, Storage as Use } from "@/wire/types";
import { fileSize, useWords } from "@/words";
import { Loaded } from "./Loaded";
import { Card, Section } from "./Section";
import styles from "./Storage.module.css";
import { useAnswer } from "./useAnswer";

const KINDS = ["photo", "video", "voice", "document"] as const;
const ASKED = ["photo", "video", "document"] as const;

/** What one's files take on the server, and what this device loads by itself. */
export function Storage() {
  const t = useWords("settings");
  const use = useAnswer((ask) => ask({ type: "storage_use" }));
  return (
    <Section title={t("storage")}>
      <Loaded from={use}>{(answer) => <Shares use={answer} />}</Loaded>
      <AutoLoading />
    </Section>
  );
}

/** A bar by kind. Where nobody bounds it, the bar is of what is used. */
function Shares({ use }: { readonly use: Use }) {
  const t = useWords("settings");
  const { used, quota, count, kinds } = use;
  const whole = Math.max(quota || used, used, 1);
  const sizes = KINDS.map((kind) => ({ kind, size: kinds[kind] ?? 0 }));
  return (
    <Card>
      <div className={styles["use"]}>
        <p className={styles["sum"]}>
          <strong>{fileSize(used)}</strong>{" "}
          {quota > 0 && <span>{t("storageOf", { quota: fileSize(quota) })}</span>}
        </p>
        <div className={styles["bar"]} aria-hidden>
          {sizes.map(
            ({ kind, size }) =>
              size > 0 && <span key={kind} data-kind={kind} style={share(size / whole)} />,
          )}
        </div>
        <dl className={styles["kinds"]}>
          {sizes.map(({ kind, size }) => (
            <div key={kind}>
              <dt data-kind={kind}>{t(NAMES[kind])}</dt>
              <dd>{fileSize(size)}</dd>
            </div>
          ))}
        </dl>
        <p className={styles["hint"]}>{t("storageCount", { count })}</p>
      </div>
    </Card>
  );
}

const NAMES = {
  photo: "storagePhotos",
  video: "storageVideos",
  voice: "storageVoice",
  document: "storageDocuments",
} as const satisfies Record<FileKind, string>;

/** Whatever there is of it can be seen. */
function share(part: number): CSSProperties {
  return { inlineSize: `max(0.25rem, ${(part * 100).toFixed(2)}%)` };
}

function AutoLoading() {
  const t = useWords("settings");
  const autoLoad = useChinwag((state) => state.preferences.autoLoad);
  const options = (["always", "wifi", "never"] as const).map((value) => ({
    value,
    label: t(`autoLoad.${value}`),
  }));
  return (
    <Card title={t("autoLoad")}>
      {ASKED.map((kind) => (
        <RadioGroup<AutoLoad>
          key={kind}
          label={t(NAMES[kind])}
          hint={t(`autoLoad.${kind}`)}
          options={options}
          value={autoLoad[kind]}
          onChange={(value) => client.prefer({ autoLoad: { ...autoLoad, [kind]: value } })}
        />
      ))}
    </Card>
  );
}
