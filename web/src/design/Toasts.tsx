import { Toast as Base } from "@base-ui/react/toast";
import { useWords } from "@/words";
import styles from "./Toasts.module.css";
import { toasts } from "./toast";

/** Mounted once, by the app. F6 leads to them; they wait while pointed at or focused. */
export function Toasts() {
  const t = useWords("app");
  return (
    <Base.Provider toastManager={toasts} limit={2} timeout={5000}>
      <Base.Portal>
        <Base.Viewport className={styles["viewport"]} aria-label={t("toasts")}>
          <List />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function List() {
  return Base.useToastManager().toasts.map((each) => (
    <Base.Root key={each.id} toast={each} className={styles["toast"]} swipeDirection="down">
      <Base.Content className={styles["content"]}>
        <Base.Description className={styles["text"]} />
        <Base.Action className={styles["action"]} />
      </Base.Content>
    </Base.Root>
  ));
}
