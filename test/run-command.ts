import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const OUTPUT_BYTES_MAX = 16 * 1024 * 1024
const PROBE_MS_MAX = 10_000

/** What the command printed on both streams; when it fails, the end of that is in the error. */
export async function runCommand(command: string, args: string[], timeoutMs: number): Promise<string> {
  const options = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: OUTPUT_BYTES_MAX } as const
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, options)
    return `${stdout}${stderr}`
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string }
    throw new Error(`${command} failed: ${`${stdout}${stderr}`.trim().slice(-500)}`, { cause })
  }
}

/** Whether it is there and works. */
export async function canRun(command: string, args: string[]): Promise<boolean> {
  return runCommand(command, args, PROBE_MS_MAX).then(
    () => true,
    () => false
  )
}
