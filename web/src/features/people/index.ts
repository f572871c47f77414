/** People: whom to write to, and who somebody is. */
export { ContactInfo, type ContactInfoProps } from "./ContactInfo";
export { NewChat } from "./NewChat";
