import { Link, useSearch } from "wouter";
import { useWords } from "@/words";
import { Entrance, Note } from "./Entrance";
import styles from "./Entrance.module.css";
import { ServerNotes } from "./ServerNotes";
import { SignUpForm, type Ticket } from "./SignUpForm";
import { useServer } from "./useServer";

/** A new account: by oneself, by `invite`, or, with `claim`, the server's first. */
export function SignUp({ invite, claim }: Ticket) {
  const t = useWords("auth");
  const search = useSearch();
  const { server, retry } = useServer();
  const known = server && server !== "unreachable" ? server : null;
  const closed = claim
    ? known?.claimed && t("claimed")
    : known?.sign_up === "closed" && t("closed");
  const mode = claim ? "claim" : invite ? "invite" : "signUp";
  const title = { claim: t("claimTitle"), invite: t("inviteTitle"), signUp: t("signUpTo") }[mode];
  const text = {
    claim: t("claimText"),
    invite: t("inviteText", { server: known?.name ?? "chinwag" }),
    signUp: t("signUpText"),
  }[mode];
  return (
    <Entrance title={title} text={text}>
      {!claim && <ServerNotes server={server} retry={retry} />}
      {closed ? (
        <Note>{closed}</Note>
      ) : (
        <SignUpForm
          {...(invite && { invite })}
          {...(claim && { claim })}
          asksInvite={known?.sign_up === "invite" && !invite && !claim}
        />
      )}
      <p className={styles["other"]}>
        {t("haveAccount")} <Link href={`/sign-in${search && `?${search}`}`}>{t("signIn")}</Link>
      </p>
    </Entrance>
  );
}
