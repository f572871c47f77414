/** The entrance: what the page runs first. */
import { createRoot } from "react-dom/client";

createRoot(document.getElementById("root")!).render(<p>chinwag</p>);
