/** Whether `text` matches a pattern of `*`, `?`, `[a-z]`, `[^a]` and `\` as Redis's KEYS and SCAN take them. */
export function matchesPattern(text: string, pattern: string): boolean {
  // Going back to the latest star alone is enough, so the time is bounded by the product of both lengths.
  let starAt = -1
  let starText = 0
  let p = 0
  let t = 0
  while (t < text.length) {
    const end = pattern[p] === '*' ? undefined : matchOne(text[t] ?? '', pattern, p)
    if (end !== undefined) {
      p = end
      t++
    } else if (pattern[p] === '*') {
      starAt = p++
      starText = t
    } else if (starAt >= 0) {
      p = starAt + 1
      t = ++starText
    } else {
      return false
    }
  }
  while (pattern[p] === '*') p++
  return p >= pattern.length
}

/** Matches one character against the part of the pattern at `p`; answers where that part ends, undefined for no match. */
function matchOne(character: string, pattern: string, p: number): number | undefined {
  const mark = pattern[p]
  if (mark === undefined) return undefined
  if (mark === '?') return p + 1
  if (mark === '[') return matchClass(character, pattern, p + 1)
  if (mark === '\\' && p + 1 < pattern.length) return pattern[p + 1] === character ? p + 2 : undefined
  return mark === character ? p + 1 : undefined
}

function matchClass(character: string, pattern: string, start: number): number | undefined {
  let p = start
  const negated = pattern[p] === '^'
  if (negated) p++
  let found = false
  while (p < pattern.length && pattern[p] !== ']') {
    if (pattern[p] === '\\' && p + 1 < pattern.length) p++
    const low = pattern[p] ?? ''
    const isRange = pattern[p + 1] === '-' && p + 2 < pattern.length
    const high = isRange ? (pattern[p + 2] ?? '') : low
    found ||= low <= high ? low <= character && character <= high : high <= character && character <= low
    p += isRange ? 3 : 1
  }
  return found === negated ? undefined : Math.min(p + 1, pattern.length)
}
