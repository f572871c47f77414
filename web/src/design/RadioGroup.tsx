import { useId } from "react";
import styles from "./RadioGroup.module.css";

export interface RadioOption<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly hint?: string;
}

export interface RadioGroupProps<T extends string> {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly options: readonly RadioOption<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly disabled?: boolean;
}

/** One of a few. */
export function RadioGroup<T extends string>(props: RadioGroupProps<T>) {
  const { label, hint, options, value, onChange, disabled = false } = props;
  const id = useId();
  return (
    <div
      role="radiogroup"
      className={styles["group"]}
      aria-labelledby={id}
      aria-describedby={hint ? `${id}-hint` : undefined}
    >
      <div id={id} className={styles["legend"]}>
        {label}
      </div>
      {hint && (
        <p id={`${id}-hint`} className={styles["hint"]}>
          {hint}
        </p>
      )}
      {options.map((option) => (
        <label key={option.value} className={styles["option"]} htmlFor={`${id}-${option.value}`}>
          <input
            id={`${id}-${option.value}`}
            type="radio"
            name={id}
            className={styles["radio"]}
            checked={option.value === value}
            disabled={disabled}
            onChange={() => onChange(option.value)}
          />
          <span className={styles["words"]}>
            {option.label}
            {option.hint && <span className={styles["hint"]}>{option.hint}</span>}
          </span>
        </label>
      ))}
    </div>
  );
}
