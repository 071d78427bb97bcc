import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fetchOnce } from './cache.ts'
import { runCommand } from './run-command.ts'

const FETCH_MS_MAX = 300_000
/** Pinned, so that a second run finds in Maven's own cache what the first has fetched. */
const DEPENDENCY_PLUGIN = '3.8.1'

/** The folder with the jars of these artifacts (`group:name:version`) and of all that they need. */
export async function fetchJars(name: string, artifacts: string[]): Promise<string> {
  return fetchOnce(name, async (dir) => {
    await writeFile(join(dir, 'pom.xml'), projectOf(artifacts))
    await runMaven('copy-dependencies', dir, ['-DincludeScope=runtime'])
  })
}

/** The folder with those files of one jar that the pattern names. */
export async function fetchFiles(name: string, artifact: string, pattern: string): Promise<string> {
  return fetchOnce(name, async (dir) => {
    // Without a project Maven makes its folders wherever the tests run.
    await writeFile(join(dir, 'pom.xml'), projectOf([]))
    await runMaven('unpack', dir, [`-Dartifact=${artifact}`, `-Dmdep.unpack.includes=${pattern}`])
  })
}

/** Runs the goal on the project in this folder, and into it. */
async function runMaven(goal: string, dir: string, args: string[]): Promise<void> {
  const plugin = `org.apache.maven.plugins:maven-dependency-plugin:${DEPENDENCY_PLUGIN}:${goal}`
  const where = ['-f', join(dir, 'pom.xml'), `-DoutputDirectory=${dir}`]
  const all = ['--batch-mode', '--quiet', plugin, ...where, ...args]
  try {
    await runCommand('mvn', ['--offline', ...all], FETCH_MS_MAX)
  } catch {
    // Not all of it was fetched before.
    await runCommand('mvn', all, FETCH_MS_MAX)
  }
}

function projectOf(artifacts: string[]): string {
  const dependencies = artifacts.map((artifact) => {
    const [group, name, version] = artifact.split(':')
    return `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`
  })
  return `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>flipside</groupId><artifactId>test</artifactId><version>1</version>
  <dependencies>${dependencies.join('')}</dependencies>
</project>
`
}
