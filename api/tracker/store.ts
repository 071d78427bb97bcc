export type Store = ReturnType<typeof createStore>

export const STORE = 'flipside:'
export const EVENT = `${STORE}event:`

/**
 * What is remembered: by the page alone, or, once that was allowed, by the browser for all tabs. Each name is
 * written whole and on its own, so tabs never overwrite each other's events.
 */
export function createStore() {
  // Once that was allowed: only what a full storage did not take.
  let memory: Record<string, string> = {}
  let kept = memory
  const write = (name: string, value: string): string => {
    try {
      kept[name] = value
    } catch {
      memory[name] = value
    }
    return value
  }
  return {
    write,
    read: (name: string): string | undefined => memory[name] ?? kept[name],
    remove: (name: string): void => {
      delete memory[name]
      delete kept[name]
    },
    /** Oldest first, as the ids begin with the time. */
    eventNames: (): string[] =>
      [...new Set([...Object.keys(memory), ...Object.keys(kept)])]
        .filter((name) => name.startsWith(EVENT))
        .toSorted(),
    isPersistent: (): boolean => kept !== memory,
    /** An id that the browser remembers is older than the page's, and stays. */
    persist: (): void => {
      const storage = findStorage()
      if (kept !== memory || !storage) return
      const remembered = memory
      memory = {}
      kept = storage
      for (const [name, value] of Object.entries(remembered)) {
        if (kept[name] === undefined) write(name, value)
      }
    },
    /** What was made with consent and still waits goes too, for it says who it was. */
    forget: (): void => {
      if (kept !== memory) memory = {}
      kept = memory
      const storage = findStorage() ?? {}
      for (const name of Object.keys(storage)) if (name.startsWith(STORE)) delete storage[name]
    }
  }
}

/** A browser that is told to keep nothing throws at the look. */
function findStorage(): Record<string, string> | undefined {
  try {
    return localStorage
  } catch {
    return undefined
  }
}
