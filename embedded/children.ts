import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FRUGAL } from './frugal.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const RESTARTS_MAX = 5
const STEADY_MS = 60_000
const STOP_MS = 8_000
export const BACKGROUND_PRIORITY = 10
// A heap that may become large grows in large steps: on a machine with much memory the demo took 300 MB more for nothing.
const NODE_OPTIONS = ['--disable-warning=ExperimentalWarning', '--max-old-space-size=512']
/** Small nurseries, for less memory: what runs behind the page does not mind more frequent collections. */
const BACKGROUND_OPTIONS = ['--max-semi-space-size=4']

/** A process of the pipeline, kept running. Its output goes to `<name>.log` in the log folder. */
export type Child = { name: string; pid: () => number | undefined; stop(): Promise<void> }

type StartOptions = {
  logDir: string
  environment: Record<string, string>
  failed: (error: Error) => void
  /** For work that can wait: people at the page come first where all share a few cores. */
  background?: boolean
}

/** Starts `node <script> …` and starts it again when it dies, a bounded number of times while it never runs steadily. */
export function startChild(name: string, [script = '', ...args]: string[], options: StartOptions): Child {
  const out = createWriteStream(join(options.logDir, `${name}.log`), { flags: 'a' })
  let stopping = false
  let restarts = 0
  let child = run()
  return {
    name,
    pid: () => child.pid,
    async stop() {
      stopping = true
      await end(child)
      out.end()
    }
  }

  function run(): ChildProcess {
    const startedAtMs = performance.now()
    const started = spawnNode(
      [...(options.background ? BACKGROUND_OPTIONS : []), script, ...args],
      options.environment,
      out
    )
    if (options.background && started.pid) setPriority(started.pid, BACKGROUND_PRIORITY)
    started.once('exit', (code, signal) => {
      if (stopping) return
      restarts = performance.now() - startedAtMs > STEADY_MS ? 1 : restarts + 1
      const how = signal ?? `exit code ${code}`
      out.write(`--- ${name} ended (${how})\n`)
      if (restarts > RESTARTS_MAX) {
        options.failed(
          new Error(`${name} ended ${restarts} times (${how}): see ${join(options.logDir, `${name}.log`)}`)
        )
      } else {
        setTimeout(() => !stopping && (child = run()), 200 * 2 ** restarts)
      }
    })
    return started
  }
}

/** Runs `node <script> …` to its end, its progress on this terminal; rejects unless it ends well. */
export async function runChild(
  [script = '', ...args]: string[],
  environment: Record<string, string>
): Promise<void> {
  const child = spawnNode([...BACKGROUND_OPTIONS, script, ...args], environment, 'inherit')
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`${script} ${args.join(' ')} ended with code ${code}`)
}

/** The channel tells the child when this process is gone, however it went: then it ends too. */
function spawnNode(
  args: string[],
  environment: Record<string, string>,
  out: WriteStream | 'inherit'
): ChildProcess {
  const child = spawn(process.execPath, [...NODE_OPTIONS, ...args], {
    cwd: ROOT,
    // A group of its own: Ctrl-C reaches this process only, which then stops the others in their order.
    detached: true,
    env: { ...FRUGAL, ...process.env, ...environment },
    stdio: ['ignore', out === 'inherit' ? 'ignore' : 'pipe', out === 'inherit' ? 'inherit' : 'pipe', 'ipc']
  })
  if (out !== 'inherit') {
    child.stdout?.pipe(out, { end: false })
    child.stderr?.pipe(out, { end: false })
  }
  return child
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await once(child, 'exit')
  clearTimeout(timer)
}
