import { OctagonAlert, RotateCcw } from "lucide-react";
import { Component, type ReactNode } from "react";
import { Button, EmptyState } from "@/design";
import { useWords } from "@/words";
import { forgetFailed } from "./later";
import styles from "./ErrorBoundary.module.css";

interface Props {
  /** `page`: nothing else is left; `part`: the rest of the page goes on. */
  readonly scope: "page" | "part";
  /** Another value is another try, as the path of the place. */
  readonly reset?: unknown;
  readonly children: ReactNode;
}

interface Caught {
  readonly broken: boolean;
  readonly reset: unknown;
}

/** What breaks inside is replaced by a way on. */
export class ErrorBoundary extends Component<Props, Caught> {
  override state: Caught = { broken: false, reset: this.props.reset };

  static getDerivedStateFromError(): Partial<Caught> {
    return { broken: true };
  }

  static getDerivedStateFromProps(props: Props, state: Caught): Caught | null {
    return props.reset === state.reset ? null : { broken: false, reset: props.reset };
  }

  private readonly retry = () => {
    forgetFailed();
    this.setState({ broken: false });
  };

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return this.props.scope === "page" ? <BrokenPage /> : <BrokenPart retry={this.retry} />;
  }
}

function BrokenPage() {
  const t = useWords("app");
  return (
    <main className={styles["page"]}>
      <EmptyState
        icon={<OctagonAlert />}
        title={t("crashTitle")}
        alone
        text={t("crashText")}
        action={
          <Button variant="primary" onClick={() => location.reload()}>
            <RotateCcw size={18} aria-hidden />
            {t("crashAction")}
          </Button>
        }
      />
    </main>
  );
}

function BrokenPart({ retry }: { readonly retry: () => void }) {
  const t = useWords("app");
  return (
    <EmptyState
      icon={<OctagonAlert />}
      title={t("crashPart")}
      text={t("crashPartText")}
      action={
        <>
          <Button onClick={retry}>{t("crashPartAction")}</Button>{" "}
          <Button variant="plain" onClick={() => location.reload()}>
            {t("crashAction")}
          </Button>
        </>
      }
    />
  );
}
