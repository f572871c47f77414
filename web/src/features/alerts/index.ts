/** Alerts: notifications, sounds, the title, the icon, and Web Push. */
export { AlertOffer } from "./AlertOffer";
export { AlertSettings } from "./AlertSettings";
export { startAlerts } from "./start";
