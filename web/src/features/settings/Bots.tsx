import { KeyRound, MoreVertical, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { Avatar, Button, Confirm, IconButton, ListRow, Menu, toast } from "@/design";
import { client } from "@/state";
import type { BotToken, User, UserList } from "@/wire/types";
import { useWords } from "@/words";
import { CreateBot, ShowToken } from "./BotDialogs";
import { Loaded } from "./Loaded";
import styles from "./Section.module.css";
import { Card, Section } from "./Section";
import { useAnswer } from "./useAnswer";
import { useDoing } from "./useDoing";

/** Accounts of one's own programs. */
export function Bots() {
  const t = useWords("settings");
  const from = useAnswer((ask) => ask({ type: "bots" }));
  const [creating, setCreating] = useState(false);
  const [token, setToken] = useState<BotToken | null>(null);
  const made = (bot: BotToken, bots: readonly User[]) => {
    setCreating(false);
    setToken(bot);
    from.put({ users: [...bots.filter(({ id }) => id !== bot.user.id), bot.user] });
  };
  return (
    <Section title={t("bots")} intro={t("botsIntro")}>
      <Loaded from={from}>
        {({ users: bots = [] }) => (
          <>
            {bots.length === 0 ? (
              <Card>
                <p className={styles["soft"]}>{t("botsNone")}</p>
              </Card>
            ) : (
              <Card rows>
                {bots.map((bot) => (
                  <li key={bot.id}>
                    <Row bot={bot} put={from.put} made={(fresh) => made(fresh, bots)} />
                  </li>
                ))}
              </Card>
            )}
            <div className={styles["end"]}>
              <Button variant="primary" onClick={() => setCreating(true)}>
                <Plus size={18} aria-hidden />
                {t("createBot")}
              </Button>
            </div>
            {creating && (
              <CreateBot made={(bot) => made(bot, bots)} close={() => setCreating(false)} />
            )}
          </>
        )}
      </Loaded>
      {token && <ShowToken bot={token} close={() => setToken(null)} />}
    </Section>
  );
}

function Row({
  bot,
  put,
  made,
}: {
  readonly bot: User;
  readonly put: (bots: UserList) => void;
  readonly made: (bot: BotToken) => void;
}) {
  const t = useWords("settings");
  const [asked, setAsked] = useState<"reset" | "delete" | null>(null);
  const { busy, run } = useDoing();
  const { name } = bot;
  const reset = async () => {
    const asking = async () => made(await client.ask({ type: "reset_bot_token", bot: bot.id }));
    if (await run(asking)) setAsked(null);
  };
  const remove = async () => {
    const asking = async () => put(await client.ask({ type: "delete_bot", bot: bot.id }));
    if (await run(asking)) toast({ text: t("deletedBot", { name }) });
  };
  const items = [
    { label: t("resetToken"), icon: <KeyRound />, onSelect: () => setAsked("reset") },
    { label: t("deleteBot"), icon: <Trash2 />, danger: true, onSelect: () => setAsked("delete") },
  ];
  const asking = { busy, onOpenChange: (open: boolean) => !open && setAsked(null) };
  return (
    <>
      <ListRow
        leading={<Avatar id={bot.id} name={name} kind="bot" picture={bot.avatar} size={40} />}
        title={name}
        subtitle={`@${bot.handle}`}
        trailing={
          <Menu
            items={items}
            trigger={<IconButton label={t("moreFor", { name })} icon={<MoreVertical />} />}
          />
        }
      />
      <Confirm
        {...asking}
        title={t("resetTokenTitle", { name })}
        text={t("resetTokenText")}
        action={t("resetToken")}
        open={asked === "reset"}
        onConfirm={() => void reset()}
      />
      <Confirm
        {...asking}
        title={t("deleteBotTitle", { name })}
        text={t("deleteBotText")}
        action={t("deleteBot")}
        danger
        open={asked === "delete"}
        onConfirm={() => void remove()}
      />
    </>
  );
}
