import { useState } from "react";
import { Avatar, Button, PictureEditor, TextArea, TextField, toast, useSubmit } from "@/design";
import { client, useChinwag } from "@/state";
import { LIMITS, type User } from "@/wire/types";
import { cleanHandle, handleFault, useWords } from "@/words";
import styles from "./Section.module.css";
import { Card, Section } from "./Section";

/** Name, handle and the line about oneself. */
export function Profile() {
  const t = useWords("settings");
  const account = useChinwag((state) => state.account);
  if (!account) return null;
  const { user } = account;
  return (
    <Section title={t("profile")}>
      <div className={styles["who"]}>
        <PictureEditor
          face={<Avatar id={user.id} name={user.name} picture={user.avatar} size={80} />}
          has={!!user.avatar}
          onChange={async (picture) => {
            const avatar = picture ? await client.uploadAvatar(picture) : "";
            await client.ask({ type: "set_profile", avatar });
          }}
        />
        <div>
          <p className={styles["whoName"]} dir="auto">
            {user.name}
          </p>
          <p className={styles["soft"]}>
            <bdi>@{user.handle}</bdi>
          </p>
        </div>
      </div>
      {/* A change on another device begins the form anew. */}
      <ProfileForm key={JSON.stringify([user.name, user.handle, user.about])} user={user} />
    </Section>
  );
}

const FIELDS = ["name", "handle", "about"] as const;

function ProfileForm({ user }: { readonly user: User }) {
  const t = useWords("settings");
  const [name, setName] = useState(user.name);
  const [handle, setHandle] = useState(user.handle);
  const [about, setAbout] = useState(user.about ?? "");
  const change = {
    ...(name.trim() !== user.name && { name: name.trim() }),
    ...(handle !== user.handle && { handle }),
    ...(about.trim() !== (user.about ?? "") && { about: about.trim() }),
  };
  const check = () => ({
    name: name.trim() ? "" : t("nameMissing"),
    handle: handleFault(handle),
  });
  const form = useSubmit(FIELDS, check, async () => {
    await client.ask({ type: "set_profile", ...change });
    toast({ text: t("saved") });
  });
  return (
    <Card>
      <form className={styles["form"]} onSubmit={form.onSubmit} noValidate>
        {form.failure && (
          <p role="alert" className={styles["failure"]}>
            {form.failure}
          </p>
        )}
        <TextField
          label={t("name")}
          name="name"
          value={name}
          most={LIMITS.NAME_CHARS}
          error={form.faults.name}
          autoComplete="name"
          dir="auto"
          onChange={(event) => {
            setName(event.target.value);
            form.forgive("name");
          }}
        />
        <TextField
          label={t("handle")}
          name="handle"
          prefix="@"
          value={handle}
          most={LIMITS.HANDLE_CHARS}
          hint={t("handleHint")}
          error={form.faults.handle}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          dir="ltr"
          onChange={(event) => {
            setHandle(cleanHandle(event.target.value));
            form.forgive("handle");
          }}
        />
        <TextArea
          label={t("aboutMe")}
          name="about"
          value={about}
          most={LIMITS.ABOUT_CHARS}
          hint={t("aboutMeHint")}
          error={form.faults.about}
          rows={3}
          onChange={(event) => {
            setAbout(event.target.value);
            form.forgive("about");
          }}
        />
        <div className={styles["end"]}>
          <Button
            type="submit"
            variant="primary"
            busy={form.busy}
            disabled={form.wait > 0 || Object.keys(change).length === 0}
          >
            {t("save")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
