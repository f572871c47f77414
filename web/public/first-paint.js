// Before the first paint: the root looks as it did last time, so that no theme flashes by.
// The page keeps these attributes in step with the person's settings (src/app/look.ts).
try {
  const kept = JSON.parse(localStorage.getItem("chinwag.look") ?? "{}");
  for (const name of ["data-theme", "data-contrast", "data-motion", "lang", "dir"]) {
    if (typeof kept[name] === "string") document.documentElement.setAttribute(name, kept[name]);
  }
} catch {
  // Without storage the page looks as the system does.
}
