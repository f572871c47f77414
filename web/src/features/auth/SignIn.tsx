import { Link, useSearch } from "wouter";
import { useWords } from "@/words";
import { Entrance } from "./Entrance";
import styles from "./Entrance.module.css";
import { ServerNotes } from "./ServerNotes";
import { SignInForm } from "./SignInForm";
import { useServer } from "./useServer";

/** The way in. `joining`: the page asked for is a group's invitation. */
export function SignIn({ joining = false }: { readonly joining?: boolean }) {
  const t = useWords("auth");
  const search = useSearch();
  const { server, retry } = useServer();
  const known = server && server !== "unreachable" ? server : null;
  const next = joining ? `?next=${encodeURIComponent(location.pathname)}` : search && `?${search}`;
  return (
    <Entrance
      title={t("signInTo", { server: known?.name ?? "chinwag" })}
      text={joining ? t("joinHint") : t("tagline")}
    >
      <ServerNotes server={server} retry={retry} />
      <SignInForm />
      {known?.claimed && known.sign_up !== "closed" && (
        <p className={styles["other"]}>
          {t("noAccount")} <Link href={`/sign-up${next}`}>{t("signUp")}</Link>
        </p>
      )}
    </Entrance>
  );
}
