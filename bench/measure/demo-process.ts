import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const ROOT = join(import.meta.dirname, '../..')

export type DemoProcess = {
  pid: number
  dataDir: string
  /** Seconds from its start until the warehouse held the year. */
  storedSeconds: Promise<number>
  url: Promise<string>
  /** Ends it as Ctrl-C does (or as told), and removes its data if the folder was made here. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/**
 * Starts the demo, with the original dates unless it is told otherwise, on a free port, in the folder given or a temporary
 * one. Its progress goes to stderr.
 */
export async function startDemo(
  options: { dataDir?: string; args?: readonly string[] } = {}
): Promise<DemoProcess> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'flipside-')))
  const child = spawn(
    process.execPath,
    [
      '--max-semi-space-size=4',
      '--max-old-space-size=512',
      'embedded/main.ts',
      ...(options.args ?? ['--dates', 'original'])
    ],
    {
      cwd: ROOT,
      env: { ...process.env, DATA_DIR: dataDir, PORT: String(await freePort()) },
      stdio: ['ignore', 'pipe', 'pipe']
    }
  )
  const died = once(child, 'exit').then(([code]) =>
    Promise.reject(new Error(`the demo ended with code ${String(code)}`))
  )
  const storedSeconds = Promise.race([lineOf(child, 'stderr', /all stored after ([\d.]+) s/), died]).then(
    Number
  )
  const url = Promise.race([lineOf(child, 'stdout', /^(http.*)$/), died])
  // Whoever awaits one of them learns of the end; nobody has to.
  for (const promise of [died, storedSeconds, url]) promise.catch(() => {})
  return {
    pid: child.pid ?? 0,
    dataDir,
    storedSeconds,
    url,
    async stop(signal = 'SIGINT') {
      if (child.exitCode === null && child.signalCode === null && child.kill(signal))
        await once(child, 'exit')
      if (!options.dataDir) await rm(dataDir, { recursive: true, force: true })
    }
  }
}

function lineOf(child: ChildProcess, from: 'stdout' | 'stderr', pattern: RegExp): Promise<string> {
  const stream = child[from]
  if (!stream) throw new Error('the demo’s output is not piped')
  return new Promise((resolve) => {
    createInterface({ input: stream }).on('line', (line) => {
      if (from === 'stderr') process.stderr.write(`${line}\n`)
      const match = pattern.exec(line)
      if (match) resolve(match[1] ?? line)
    })
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}
