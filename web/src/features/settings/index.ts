/** The settings: their list and their sections. */
export { SettingsMenu } from "./SettingsMenu";
export { SettingsSection } from "./SettingsSection";
