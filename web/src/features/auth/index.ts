/** Coming in: the pages before the chats, and what follows right after. */
export { FirstSteps } from "./FirstSteps";
export { SessionLost } from "./SessionLost";
export { SignIn } from "./SignIn";
export { SignUp } from "./SignUp";
export { safeNext } from "./form";
