import { ArrowRight } from "lucide-react";
import { useRef, useState, type SubmitEvent } from "react";
import { Button, Panel, PanelHeader, Section, TextArea, TextField, arrive, goUp } from "@/design";
import { client, newId } from "@/state";
import { LIMITS, type Placed, type Settings, type User } from "@/wire/types";
import { listing, refusalText, useWords, userName } from "@/words";
import styles from "./Groups.module.css";
import { Picker } from "./Picker";
import { Refused } from "./Refused";
import { Rules } from "./Rules";

type Step = "pick" | "name";

/** Make a group: who, then what it is called and who may do what. */
export function NewGroup() {
  const [step, setStep] = useState<Step>("pick");
  const [picked, setPicked] = useState<readonly User[]>([]);
  const [placed, setPlaced] = useState<Placed | null>(null);
  const made = (answer: Placed) => {
    if (answer.refused?.length) setPlaced(answer);
    else arrive(`/c/${answer.chat}`);
  };
  if (placed) {
    const refused = picked.filter((it) => placed.refused?.includes(it.id));
    const go = () => arrive(`/c/${placed.chat}`);
    return <Refused chat={placed.chat} users={refused} onDone={go} />;
  }
  if (step === "pick") {
    return <Pick picked={picked} onPick={setPicked} onNext={() => setStep("name")} />;
  }
  return <Name picked={picked} onBack={() => setStep("pick")} onMade={made} />;
}

interface PickProps {
  readonly picked: readonly User[];
  readonly onPick: (picked: readonly User[]) => void;
  readonly onNext: () => void;
}

function Pick({ picked, onPick, onNext }: PickProps) {
  const t = useWords("groups");
  return (
    <Panel
      label={t("newGroup")}
      fixed
      header={<PanelHeader title={t("pickTitle")} onBack={() => goUp("/new")} />}
      footer={
        <div className={styles["footer"]}>
          <Button variant="primary" wide onClick={onNext}>
            {t("next")}
            {picked.length > 0 && ` (${picked.length})`}
            <ArrowRight size={18} className={styles["turns"]} aria-hidden />
          </Button>
        </div>
      }
    >
      <Picker picked={picked} onPick={onPick} />
    </Panel>
  );
}

interface NameProps {
  readonly picked: readonly User[];
  readonly onBack: () => void;
  readonly onMade: (placed: Placed) => void;
}

function Name({ picked, onBack, onMade }: NameProps) {
  const t = useWords("groups");
  const [title, setTitle] = useState("");
  const [description, setDescription] = useState("");
  const [settings, setSettings] = useState<Settings>({});
  const [wrong, setWrong] = useState("");
  const create = useCreate(onMade);
  const field = useRef<HTMLInputElement>(null);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (title.trim()) {
      void create.run({ title: title.trim(), description: description.trim(), settings }, picked);
      return;
    }
    setWrong(t("titleMissing"));
    field.current?.focus();
  };
  return (
    <form onSubmit={submit} noValidate className={styles["whole"]}>
      <Panel
        label={t("newGroup")}
        header={<PanelHeader title={t("newGroup")} onBack={onBack} />}
        footer={
          <div className={styles["footer"]}>
            {create.problem && (
              <p className={styles["problem"]} role="alert">
                {create.problem}
              </p>
            )}
            <Button type="submit" variant="primary" wide busy={create.busy}>
              {t("create")}
            </Button>
          </div>
        }
      >
        <p className={styles["text"]}>
          {picked.length > 0 ? listing(picked.map(userName), 6) : t("alone")}
        </p>
        <div className={styles["form"]}>
          <TextField
            ref={field}
            // The step before ended with a click that led here.
            // eslint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            label={t("title")}
            most={LIMITS.TITLE_CHARS}
            dir="auto"
            value={title}
            error={wrong || undefined}
            onChange={(event) => {
              setTitle(event.target.value);
              setWrong("");
            }}
          />
          <TextArea
            label={t("description")}
            hint={t("descriptionHint")}
            most={LIMITS.DESCRIPTION_CHARS}
            rows={3}
            value={description}
            onChange={(event) => setDescription(event.target.value)}
          />
        </div>
        <div className={styles["rules"]}>
          <Section title={t("rules")}>
            <Rules
              rules={settings}
              onChange={(change) => setSettings({ ...settings, ...change })}
            />
          </Section>
        </div>
      </Panel>
    </form>
  );
}

interface Wish {
  readonly title: string;
  readonly description: string;
  readonly settings: Settings;
}

/** The same id for the same wish: a second try after a lost answer makes no second group. */
function useCreate(onMade: (placed: Placed) => void) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const last = useRef({ wish: "", id: "" });
  const run = async (wish: Wish, picked: readonly User[]) => {
    const members = picked.map((it) => it.id);
    const said = JSON.stringify([wish, members]);
    if (last.current.wish !== said) last.current = { wish: said, id: newId() };
    setBusy(true);
    setProblem("");
    try {
      onMade(
        await client.ask({ type: "create_group", client_id: last.current.id, members, ...wish }),
      );
    } catch (error) {
      setProblem(refusalText(error));
      setBusy(false);
    }
  };
  return { busy, problem, run };
}
