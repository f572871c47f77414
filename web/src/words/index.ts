/** The front door of the words: all that screens may import from it. */
export { errorText, refusalText, type FailureCode } from "./errors";
export { cleanHandle, handleFault, passwordFault } from "./fields";
export type { Namespace } from "./keys";
export {
  LANGUAGES,
  browserLanguage,
  direction,
  locale,
  speak,
  useLanguage,
  useWords,
  type Language,
} from "./language";
export {
  dayOfYear,
  daySeparator,
  duration,
  fullTime,
  lastSeen,
  listTime,
  moment,
  monthOf,
  relative,
  timeOfDay,
  untilMidnight,
} from "./time";
export {
  listing,
  messageText,
  preview,
  previewText,
  serviceLine,
  withFile,
  type Preview,
} from "./events";
export {
  fileEnding,
  fileFacts,
  fileName,
  fileSize,
  fileTitle,
  fileWords,
  kindWord,
  playTime,
  type Told,
} from "./files";
export { called, chatTitle, firstName, nameOf, userName, type People } from "./names";
export { isolated, oneLine, withoutMarks } from "./plain";
export { fold, found, lit, terms, type Range } from "./search";
export { answersTo, byName, contacts, people } from "./people";
export { muteChoices, type MuteChoice } from "./mute";
