/** Work on the same thing goes one after the other, in the order of asking; on different things at once. */
export function createTurns(): <Result>(key: string, work: () => Promise<Result>) => Promise<Result> {
  const last = new Map<string, Promise<unknown>>()
  return async (key, work) => {
    const own = (last.get(key) ?? Promise.resolve()).then(work)
    // Whoever comes next decides for themselves, whatever became of this.
    const over = own.catch(() => undefined)
    last.set(key, over)
    try {
      return await own
    } finally {
      if (last.get(key) === over) last.delete(key)
    }
  }
}
