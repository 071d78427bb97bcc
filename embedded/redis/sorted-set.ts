export type Scored = { member: string; score: number }

/** Members by score, ties by the bytes of the member. An update moves the part of the list behind it: cheap below 100,000. */
export class SortedSet {
  readonly #scores = new Map<string, number>()
  readonly #list: Scored[] = []

  get size(): number {
    return this.#list.length
  }

  scoreOf(member: string): number | undefined {
    return this.#scores.get(member)
  }

  set(member: string, score: number): void {
    this.delete(member)
    this.#scores.set(member, score)
    this.#list.splice(this.#rankOf({ member, score }), 0, { member, score })
  }

  delete(member: string): boolean {
    const score = this.#scores.get(member)
    if (score === undefined) return false
    this.#scores.delete(member)
    this.#list.splice(this.#rankOf({ member, score }), 1)
    return true
  }

  /** From rank `start` up to, not including, `end`. */
  slice(start: number, end: number): Scored[] {
    return this.#list.slice(start, end)
  }

  /** How many members come before this one. */
  #rankOf(wanted: Scored): number {
    let low = 0
    let high = this.#list.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const there = this.#list[middle]
      if (there && isBefore(there, wanted)) low = middle + 1
      else high = middle
    }
    return low
  }
}

function isBefore(a: Scored, b: Scored): boolean {
  return a.score < b.score || (a.score === b.score && a.member < b.member)
}
