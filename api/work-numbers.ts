/** Small numbers for works, shared by every version that this process loads. Grows with the catalogue, never shrinks. */
export type WorkNumbers = {
  /** The work's number, a new one when it was never seen. */
  numberOf: (work_id: string) => number
  /** The work's number if it has one. */
  find: (work_id: string) => number | undefined
  idOf: (workNumber: number) => string
  count: () => number
}

export function createWorkNumbers(): WorkNumbers {
  const numbers = new Map<string, number>()
  const ids: string[] = []
  return {
    numberOf: (work_id) => {
      const known = numbers.get(work_id)
      if (known !== undefined) return known
      numbers.set(work_id, ids.length)
      return ids.push(work_id) - 1
    },
    find: (work_id) => numbers.get(work_id),
    idOf: (workNumber) => ids[workNumber] ?? '',
    count: () => ids.length
  }
}
