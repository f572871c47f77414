/** The front door of the design system: all that screens may import from it. */
export { Avatar, type AvatarProps } from "./Avatar";
export { Badge, type BadgeProps } from "./Badge";
export { Button, type ButtonProps } from "./Button";
export { Confirm, type ConfirmProps } from "./Confirm";
export { Dialog, type DialogProps } from "./Dialog";
export { Divider } from "./Divider";
export { EmptyState, type EmptyStateProps } from "./EmptyState";
export { IconButton, IconLink, type IconButtonProps, type IconLinkProps } from "./IconButton";
export { Kbd } from "./Kbd";
export { ListRow, type ListRowProps } from "./ListRow";
export { LiveRegion } from "./LiveRegion";
export {
  ContextMenu,
  FloatingMenu,
  Menu,
  type ContextMenuProps,
  type FloatingMenuProps,
  type MenuItem,
  type MenuPlace,
  type MenuProps,
} from "./Menu";
export { NewPasswordField } from "./NewPasswordField";
export { PasswordField } from "./PasswordField";
export { Panel, PanelHeader, type PanelHeaderProps, type PanelProps } from "./Panel";
export { Popover, type PopoverProps } from "./Popover";
export { RadioGroup, type RadioGroupProps, type RadioOption } from "./RadioGroup";
export { SearchField, type SearchFieldProps } from "./SearchField";
export { ShortcutList } from "./ShortcutList";
export { Skeleton } from "./Skeleton";
export { Spinner } from "./Spinner";
export { Switch, type SwitchProps } from "./Switch";
export { TextArea, TextField, type TextAreaProps, type TextFieldProps } from "./TextField";
export { TickIcon, type TickIconProps } from "./TickIcon";
export { Toasts } from "./Toasts";
export { Tooltip, Tooltips } from "./Tooltip";
export { VisuallyHidden } from "./VisuallyHidden";
export { announce } from "./announce";
export { arrive, goUp } from "./back";
export { classes } from "./classes";
export { avatarColour, colourOf, senderColour } from "./colour";
export { initials } from "./initials";
export { toast, type ToastNote } from "./toast";
export { SHORTCUTS, hearSingleKeys, keyCaps, useShortcut, type ShortcutName } from "./shortcuts";
export { useNow } from "./useNow";
export { useSubmit, type Submit } from "./useSubmit";
export { Highlight, type HighlightProps } from "./Highlight";
export { VirtualList, type VirtualListHandle, type VirtualListProps } from "./VirtualList";
export { useRowPlace, type RowPlace } from "./rows";
export { sideOf } from "./sideOf";
export { Hero, type HeroProps } from "./Hero";
export { Section, SectionText } from "./Section";
export { copyText } from "./copyText";
export { MenuRow, type MenuRowProps } from "./MenuRow";
export { FileIcon } from "./FileIcon";
export { Picture, type PictureProps, type Source } from "./Picture";
export { ProgressRing, type ProgressRingProps } from "./ProgressRing";
export { Waveform, type WaveformProps } from "./Waveform";
export { bars } from "./bars";
export { VoiceNote, type VoiceNoteProps } from "./VoiceNote";
export { download } from "./download";
export { PictureEditor, type PictureEditorProps } from "./picture/PictureEditor";
