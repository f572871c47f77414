/** Files before they are sent: looked at, captioned, and put into the outbox. */
export { SendFiles, type SendFilesProps } from "./SendFiles";
