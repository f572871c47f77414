/** The settings' sections, in the order of their list. */
import {
  Bell,
  Bot,
  HardDrive,
  Info,
  Keyboard,
  KeyRound,
  Languages,
  Lock,
  MonitorSmartphone,
  Palette,
} from "lucide-react";

export const SECTIONS = [
  { name: "privacy", icon: Lock, text: "privacyText" },
  { name: "alerts", icon: Bell, text: "alertsText" },
  { name: "storage", icon: HardDrive, text: "storageText" },
  { name: "appearance", icon: Palette, text: "appearanceText" },
  { name: "language", icon: Languages, text: null },
  { name: "keyboard", icon: Keyboard, text: "keyboardText" },
  { name: "devices", icon: MonitorSmartphone, text: "devicesText" },
  { name: "password", icon: KeyRound, text: null },
  { name: "bots", icon: Bot, text: "botsText" },
  { name: "about", icon: Info, text: null },
] as const;
