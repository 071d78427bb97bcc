import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, closeSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const STOP_MS_MAX = 15_000
/** The shell kills Java when its own input ends, which it also does when this process was killed. */
const WATCH =
  'exec 3<&0; java "$@" >&2 & pid=$!; echo $pid; (cat <&3 >/dev/null; kill -9 $pid) 2>/dev/null & wait $pid'

export type JavaProcess = {
  pid: number
  kill(signal: NodeJS.Signals): void
  /** Asks it to end, and after a while does not ask. */
  stop(): Promise<void>
  /** At once, whatever it does. */
  end(): Promise<void>
  /** The last that it wrote, once it has ended. */
  whyEnded(): string | undefined
}

/** Starts Java so that it never outlives this process. What it writes goes into the file. */
export async function startJava(args: string[], outputFile: string): Promise<JavaProcess> {
  const output = openSync(outputFile, 'a')
  const shell = spawn('sh', ['-c', WATCH, 'sh', ...args], { stdio: ['pipe', 'pipe', output] })
  closeSync(output)
  const ended = once(shell, 'exit')
  if (!shell.stdin || !shell.stdout) throw new Error('a shell without pipes')
  const { stdin, stdout } = shell
  const [line]: string[] = await once(createInterface(stdout), 'line')
  const pid = Number(line)
  const isRunning = () => shell.exitCode === null && shell.signalCode === null
  function kill(signal: NodeJS.Signals): void {
    if (isRunning()) process.kill(pid, signal)
  }
  async function end(): Promise<void> {
    kill('SIGKILL')
    await ended
    stdin.end()
  }
  return {
    pid,
    kill,
    end,
    async stop() {
      kill('SIGTERM')
      const timer = setTimeout(() => kill('SIGKILL'), STOP_MS_MAX)
      await ended
      clearTimeout(timer)
      stdin.end()
    },
    whyEnded: () => (isRunning() ? undefined : readFileSync(outputFile, 'utf8').slice(-2_000))
  }
}
