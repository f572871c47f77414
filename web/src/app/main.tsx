/** The entrance: what the page runs first. */
import "@/design/reset.css";
import "@/design/tokens.css";
import "@/design/fonts.css";
import { createRoot } from "react-dom/client";
import { speak } from "@/words";

await speak("");
createRoot(document.getElementById("root")!).render(<p>chinwag</p>);
