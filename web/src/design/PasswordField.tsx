import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { useWords } from "@/words";
import { IconButton } from "./IconButton";
import { TextField, type TextFieldProps } from "./TextField";

/** A password that can be looked at. It stays a password field for the browser's own store. */
export function PasswordField(props: Omit<TextFieldProps, "type" | "action">) {
  const t = useWords("app");
  const [shown, setShown] = useState(false);
  return (
    <TextField
      type={shown ? "text" : "password"}
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      dir="ltr"
      {...props}
      action={
        <IconButton
          label={t(shown ? "hidePassword" : "showPassword")}
          icon={shown ? <EyeOff /> : <Eye />}
          onClick={() => setShown(!shown)}
        />
      }
    />
  );
}
