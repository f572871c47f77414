/** What was shared in a chat: photos and videos, voice messages, documents, links. */
export { Gallery, type GalleryProps } from "./Gallery";
