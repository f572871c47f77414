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
  const name = known?.name ?? "chinwag";
  const taken = claim !== undefined && known?.claimed === true;
  const closed = claim ? taken && t("claimed") : known?.sign_up === "closed" && t("closed");
  const mode = taken ? "taken" : claim ? "claim" : invite ? "invite" : "signUp";
  const title = {
    taken: t("signInTo", { server: name }),
    claim: t("claimTitle"),
    invite: t("inviteTitle"),
    signUp: t("signUpTo"),
  }[mode];
  const text = {
    taken: t("tagline"),
    claim: t("claimText"),
    invite: t("inviteText", { server: name }),
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
