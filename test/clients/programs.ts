import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fetchOnce } from '../cache.ts'
import { fetchJars } from '../maven.ts'
import { canRun, runCommand } from '../run-command.ts'

const HERE = import.meta.dirname
const BUILD_MS_MAX = 300_000
export const JDBC_VERSION = '0.10.0'
const JARS = [`com.clickhouse:clickhouse-jdbc:${JDBC_VERSION}`, 'org.slf4j:slf4j-nop:2.0.17']

/** How to start a client's program; its arguments come after these. */
export type Program = { command: string; args: string[] }
export type ProgramChoice = Program | { missing: string }

/** Those whose language is on this machine, and why the others are not. Fetches and builds what the cache does not have. */
export async function choosePrograms(): Promise<Record<'python' | 'java' | 'go', ProgramChoice>> {
  // One after the other: each fills both cores.
  const go = await choose('go', ['version'], buildGo)
  const python = await choose('python3', ['-m', 'venv', '--help'], makePython)
  const java = (await canRun('mvn', ['--version']))
    ? await choose('java', ['-version'], fetchJava)
    : { missing: 'there is no Maven' }
  return { python, java, go }
}

async function choose(
  command: string,
  probe: string[],
  make: () => Promise<Program>
): Promise<ProgramChoice> {
  if (!(await canRun(command, probe))) return { missing: `there is no ${command}` }
  return make().catch((error: unknown) => ({ missing: String(error).trim() }))
}

/** An environment of its own with what is pinned, whose `python` works wherever its folder is moved. */
async function makePython(): Promise<Program> {
  const requirements = join(HERE, 'python/requirements.txt')
  const place = await fetchOnce(`python-${digest(requirements)}`, async (dir) => {
    await runCommand('python3', ['-m', 'venv', dir], BUILD_MS_MAX)
    const install = ['-m', 'pip', 'install', '--quiet', '--no-deps', '-r', requirements]
    await runCommand(join(dir, 'bin/python'), install, BUILD_MS_MAX)
  })
  return { command: join(place, 'bin/python'), args: [join(HERE, 'python/client.py')] }
}

async function fetchJava(): Promise<Program> {
  const jars = await fetchJars(`clickhouse-jdbc-${JDBC_VERSION}`, JARS)
  return { command: 'java', args: ['-Xmx400m', '-cp', `${jars}/*`, join(HERE, 'java/Program.java')] }
}

async function buildGo(): Promise<Program> {
  const files = ['go.mod', 'go.sum', 'main.go'].map((file) => join(HERE, 'go', file))
  const place = await fetchOnce(`go-${digest(...files)}`, async (dir) => {
    for (const file of files) await cp(file, join(dir, file.slice(join(HERE, 'go/').length)))
    await runCommand('go', ['build', '-C', dir, '-o', 'client', '.'], BUILD_MS_MAX)
  })
  return { command: join(place, 'client'), args: [] }
}

/** A change makes another folder. */
function digest(...files: string[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(file))
  return hash.digest('hex').slice(0, 12)
}
