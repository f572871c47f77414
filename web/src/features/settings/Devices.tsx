import { LogOut, MonitorSmartphone, MoreVertical, Pencil } from "lucide-react";
import { useState } from "react";
import { Confirm, IconButton, ListRow, Menu, toast, useNow } from "@/design";
import { client } from "@/state";
import type { Device, DeviceList } from "@/wire/types";
import { moment, useWords } from "@/words";
import { Loaded } from "./Loaded";
import { RenameDevice } from "./RenameDevice";
import styles from "./Section.module.css";
import { Card, Section } from "./Section";
import { useAnswer } from "./useAnswer";
import { useDoing } from "./useDoing";

/** Where one is signed in, and how to end it from here. */
export function Devices() {
  const t = useWords("settings");
  const from = useAnswer((ask) => ask({ type: "devices" }));
  return (
    <Section title={t("devices")} intro={t("devicesIntro")}>
      <Loaded from={from}>
        {({ devices }) => (
          <Card rows>
            {devices.map((device) => (
              <li key={device.id}>
                <Row device={device} put={from.put} />
              </li>
            ))}
          </Card>
        )}
      </Loaded>
    </Section>
  );
}

function Row({
  device,
  put,
}: {
  readonly device: Device;
  readonly put: (list: DeviceList) => void;
}) {
  const t = useWords("settings");
  const [doing, setDoing] = useState<"rename" | "remove" | null>(null);
  const { busy, run } = useDoing();
  const now = useNow();
  const used = device.online ? t("activeNow") : t("usedAt", { when: moment(device.used_at, now) });
  const remove = async () => {
    const asking = async () => put(await client.ask({ type: "remove_device", device: device.id }));
    if (await run(asking)) {
      setDoing(null);
      toast({ text: t("removedDevice", { device: device.name }) });
    }
  };
  const rename = { label: t("rename"), icon: <Pencil />, onSelect: () => setDoing("rename") };
  const signOut = {
    label: t("removeDevice"),
    icon: <LogOut />,
    danger: true,
    onSelect: () => setDoing("remove"),
  };
  return (
    <>
      <ListRow
        leading={<MonitorSmartphone aria-hidden />}
        title={device.name}
        wraps
        subtitle={
          <>
            {device.this ? <span className={styles["here"]}>{t("thisDevice")}</span> : used}
            {" · "}
            {t("signedInAt", { when: moment(device.created_at, now) })}
          </>
        }
        trailing={
          <Menu
            items={device.this ? [rename] : [rename, signOut]}
            trigger={
              <IconButton label={t("moreFor", { name: device.name })} icon={<MoreVertical />} />
            }
          />
        }
      />
      {doing === "rename" && (
        <RenameDevice device={device} put={put} close={() => setDoing(null)} />
      )}
      <Confirm
        title={t("removeDeviceTitle", { device: device.name })}
        text={t("removeDeviceText")}
        action={t("removeDevice")}
        danger
        busy={busy}
        open={doing === "remove"}
        onOpenChange={(open) => !open && setDoing(null)}
        onConfirm={() => void remove()}
      />
    </>
  );
}
