/** Ask for the menu of a message, as if with a right click at the element. */
export function openMenu(element: Element): void {
  const box = element.getBoundingClientRect();
  element.dispatchEvent(
    new MouseEvent("contextmenu", {
      bubbles: true,
      cancelable: true,
      clientX: box.left + Math.min(box.width / 2, 24),
      clientY: Math.min(box.bottom, window.innerHeight - 8),
    }),
  );
}
