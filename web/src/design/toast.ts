/** Passing notes, callable from anywhere. `<Toasts/>` shows them. */
import { Toast } from "@base-ui/react/toast";

export const toasts = Toast.createToastManager();

export interface ToastNote {
  readonly text: string;
  /** A way back or on, as 'Undo'. */
  readonly action?: { readonly label: string; readonly onSelect: () => void };
  /** Said at once, as what failed. */
  readonly urgent?: boolean;
  /** Until it is answered or put away. */
  readonly stays?: boolean;
}

/** Say something that needs no answer. With an action it stays for ten seconds instead of five. */
export function toast({ text, action, urgent = false, stays = false }: ToastNote): void {
  const id = toasts.add({
    description: text,
    priority: urgent ? "high" : "low",
    timeout: stays ? 0 : action ? 10_000 : 5_000,
    ...(action && {
      actionProps: {
        children: action.label,
        onClick: () => {
          toasts.close(id);
          action.onSelect();
        },
      },
    }),
  });
}
