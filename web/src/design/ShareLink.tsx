import { Copy, Share2 } from "lucide-react";
import { useWords } from "@/words";
import { Button } from "./Button";
import { Qr } from "./Qr";
import styles from "./ShareLink.module.css";
import { copyText } from "./copyText";
import { toast } from "./toast";

export interface ShareLinkProps {
  readonly address: string;
  /** What the QR code leads to, for who does not see it. */
  readonly label: string;
  /** The message that goes with the link where the system passes it on. */
  readonly message: string;
}

/** A link to hand to somebody: to scan, to copy, to pass on. */
export function ShareLink({ address, label, message }: ShareLinkProps) {
  const t = useWords("app");
  const copy = async () => {
    toast({ text: t((await copyText(address)) ? "linkCopied" : "notCopied") });
  };
  const share = () => {
    // Sharing that was called off is no failure.
    navigator.share({ text: message }).catch(() => undefined);
  };
  return (
    <>
      <Qr text={address} label={label} />
      <span className={styles["link"]} dir="ltr">
        {address}
      </span>
      <div className={styles["buttons"]}>
        <Button variant="primary" onClick={() => void copy()}>
          <Copy size={18} aria-hidden />
          {t("copyLink")}
        </Button>
        {typeof navigator.share === "function" && (
          <Button onClick={share}>
            <Share2 size={18} aria-hidden />
            {t("share")}
          </Button>
        )}
      </div>
    </>
  );
}
