import { useId, useState } from "react";
import { Button, Dialog, TextField, useSubmit } from "@/design";
import { client } from "@/state";
import { LIMITS, type Device, type DeviceList } from "@/wire/types";
import { useWords } from "@/words";
import styles from "./Section.module.css";

const FIELDS = ["name"] as const;

export function RenameDevice({
  device,
  put,
  close,
}: {
  readonly device: Device;
  readonly put: (list: DeviceList) => void;
  readonly close: () => void;
}) {
  const t = useWords("settings");
  const id = useId();
  const [name, setName] = useState(device.name);
  const check = () => ({ name: name.trim() ? "" : t("deviceNameMissing") });
  const form = useSubmit(FIELDS, check, async () => {
    put(await client.ask({ type: "rename_device", device: device.id, name: name.trim() }));
    close();
  });
  return (
    <Dialog
      title={t("renameTitle")}
      open
      onOpenChange={close}
      footer={
        <Button type="submit" form={id} variant="primary" busy={form.busy}>
          {t("rename")}
        </Button>
      }
    >
      <form id={id} className={styles["form"]} onSubmit={form.onSubmit} noValidate>
        <TextField
          label={t("deviceName")}
          name="name"
          value={name}
          most={LIMITS.DEVICE_NAME_CHARS}
          error={form.faults.name ?? form.failure ?? undefined}
          dir="auto"
          autoComplete="off"
          onChange={(event) => {
            setName(event.target.value);
            form.forgive("name");
          }}
        />
      </form>
    </Dialog>
  );
}
