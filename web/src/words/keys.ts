/** The English catalogues say which keys there are: a misspelt key does not compile. */
import type alerts from "./en/alerts.json";
import type app from "./en/app.json";
import type auth from "./en/auth.json";
import type chats from "./en/chats.json";
import type composer from "./en/composer.json";
import type conversation from "./en/conversation.json";
import type errors from "./en/errors.json";
import type events from "./en/events.json";
import type files from "./en/files.json";
import type groups from "./en/groups.json";
import type people from "./en/people.json";
import type sending from "./en/sending.json";
import type settings from "./en/settings.json";
import type time from "./en/time.json";

export interface Catalogues {
  alerts: typeof alerts;
  app: typeof app;
  auth: typeof auth;
  chats: typeof chats;
  composer: typeof composer;
  conversation: typeof conversation;
  errors: typeof errors;
  events: typeof events;
  files: typeof files;
  groups: typeof groups;
  people: typeof people;
  sending: typeof sending;
  settings: typeof settings;
  time: typeof time;
}

export type Namespace = keyof Catalogues;

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "app";
    contextSeparator: "~";
    resources: Catalogues;
  }
}
