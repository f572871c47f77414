import styles from "./Divider.module.css";

/** A hairline, with words in its middle if there are any. */
export function Divider({ label }: { readonly label?: string }) {
  return label ? (
    <div className={styles["labelled"]}>{label}</div>
  ) : (
    <hr className={styles["line"]} />
  );
}
