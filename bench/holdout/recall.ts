/** Recall: how much of what was bought is among what was recommended. */
export function recallOf(recommended: ArrayLike<number>, bought: ReadonlySet<number>): number {
  let hits = 0
  for (let at = 0; at < recommended.length; at++) if (bought.has(recommended[at] ?? 0)) hits++
  return hits / bought.size
}
