import { Bell } from "lucide-react";
import { useState } from "react";
import { Button } from "@/design";
import { useChinwag } from "@/state";
import { useWords } from "@/words";
import styles from "./AlertOffer.module.css";
import { turn } from "./AlertSettings";
import { usePermission } from "./permission";

const LEFT = "chinwag.alerts.left";

/** A row above the list of chats, once there is a conversation: the browser is asked only then. */
export function AlertOffer() {
  const t = useWords("alerts");
  const [left, setLeft] = useState(wasLeft);
  const allowed = usePermission();
  const talked = useChinwag((state) => [...state.chats.values()].some((chat) => chat.count > 0));
  const wanted = useChinwag((state) => state.preferences.notifications);
  if (left || allowed !== "default" || wanted || !talked) return null;
  const leave = () => {
    localStorage.setItem(LEFT, "yes");
    setLeft(true);
  };
  return (
    <aside className={styles["offer"]} aria-label={t("notifications")}>
      <Bell className={styles["bell"]} size={18} aria-hidden />
      <p className={styles["text"]}>{t("offer")}</p>
      <div className={styles["ways"]}>
        <Button size="small" variant="plain" onClick={() => void turn(true)}>
          {t("offer.take")}
        </Button>
        <Button size="small" variant="plain" className={styles["leave"]} onClick={leave}>
          {t("offer.leave")}
        </Button>
      </div>
    </aside>
  );
}

function wasLeft(): boolean {
  return localStorage.getItem(LEFT) !== null;
}
