import { readdir, readFile } from 'node:fs/promises'

const LOOK_MS = 250

/** Looks at a process and all below it, and keeps the largest sum of their resident sets, in MB; null without /proc. */
export function watchMemory(rootPid: number): { stop(): Promise<number | null> } {
  let largest = 0
  let looking: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    looking = looking.then(async () => {
      largest = Math.max(largest, await residentMb(rootPid))
    })
  }, LOOK_MS)
  return {
    async stop() {
      clearInterval(timer)
      await looking
      return largest > 0 ? Math.round(largest) : null
    }
  }
}

export async function residentMb(rootPid: number): Promise<number> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const processes = await Promise.all(pids.map((pid) => readProcess(Number(pid))))
  const tree = new Set([rootPid])
  // A child's number may be smaller than its parent's, so go over the list until nothing is added.
  for (let before = 0; before !== tree.size;) {
    before = tree.size
    for (const one of processes) if (one && tree.has(one.parent)) tree.add(one.pid)
  }
  return processes.reduce((sum, one) => sum + (one && tree.has(one.pid) ? one.residentMb : 0), 0)
}

async function readProcess(
  pid: number
): Promise<{ pid: number; parent: number; residentMb: number } | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const parent = /^PPid:\s+(\d+)/m.exec(status)?.[1]
  const residentKb = /^VmRSS:\s+(\d+)/m.exec(status)?.[1]
  return parent && residentKb
    ? { pid, parent: Number(parent), residentMb: Number(residentKb) / 1024 }
    : undefined
}
