/** What a row of a `VirtualList` has to know of its place. */
import { createContext, useContext } from "react";

export interface RowPlace {
  /** 0 for the one row that Tab leads to, -1 for those that only the arrow keys reach. */
  readonly tabIndex: 0 | -1;
  /** Marks what has the focus when the arrow keys come to the row. */
  readonly "data-stop": "";
}

export const RowContext = createContext<RowPlace | null>(null);

/** To be spread over a row's main control; nothing outside a list. */
export function useRowPlace(): RowPlace | null {
  return useContext(RowContext);
}
