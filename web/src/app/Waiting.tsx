import { Spinner } from "@/design";
import { useWords } from "@/words";
import styles from "./Shell.module.css";

/** Something is being loaded; seen only when it takes more than 200 ms. */
export function Waiting() {
  const t = useWords("app");
  return (
    <div className={styles["waiting"]}>
      <Spinner label={t("loading")} />
    </div>
  );
}
