import styles from "./Spinner.module.css";

/** A wait. With `label` it is said aloud; without one, what stands around it has to say it. */
export function Spinner({ size = 20, label }: { readonly size?: number; readonly label?: string }) {
  const edge = `${size / 16}rem`;
  const style = { inlineSize: edge, blockSize: edge };
  const naming = label ? { role: "status", "aria-label": label } : { "aria-hidden": true };
  return <span className={styles["spinner"]} style={style} {...naming} />;
}
