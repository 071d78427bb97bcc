export type Progress = (done: number, total: number, what: string) => void

const WIDTH = 28
const REDRAW_MS = 100
const LINE_MS = 10_000

/** One line that redraws itself on a terminal; elsewhere a line every ten seconds and at the end. */
export function showProgress(out: NodeJS.WriteStream = process.stderr): Progress {
  let shownAtMs = 0
  return (done, total, what) => {
    const now = performance.now()
    const ended = done >= total
    if (!ended && now - shownAtMs < (out.isTTY ? REDRAW_MS : LINE_MS)) return
    shownAtMs = now
    const share = total > 0 ? Math.min(1, done / total) : 1
    const bar = '█'.repeat(Math.floor(share * WIDTH)).padEnd(WIDTH, '░')
    const line = `${bar} ${Math.floor(100 * share)
      .toString()
      .padStart(3)} %  ${what}`
    if (out.isTTY) out.write(`\r${line}\u001b[K${ended ? '\n' : ''}`)
    else out.write(`${line}\n`)
  }
}
