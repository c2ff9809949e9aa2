/** One or two letters for a name: "MK" of "Mira Kaya", "M" of "mira", "?" of nothing. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s._-]+/u).filter((word) => word !== "");
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words.slice(0, 1);
  // A letter may be several code units, an emoji several code points.
  const letters = ends.map((word) => [...new Intl.Segmenter().segment(word ?? "")][0]?.segment ?? "");
  return letters.join("").toLocaleUpperCase() || "?";
}
