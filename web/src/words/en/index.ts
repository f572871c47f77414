/** All words of this language, as one file to load: namespace -> texts. */
export default import.meta.glob<Record<string, string>>("./*.json", {
  eager: true,
  import: "default",
});
