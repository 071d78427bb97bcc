import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createTopics } from '../ingest/kafka-admin.ts'
import { findFreePorts } from './free-ports.ts'
import { startJava, type JavaProcess } from './java-process.ts'
import { KAFKA_LOGIN, kafkaPreparation, kafkaProperties, type Ports } from './kafka-properties.ts'
import { fetchJars } from './maven.ts'
import { canRun, runCommand } from './run-command.ts'

export const KAFKA_VERSION = '4.1.0'
const ARTIFACTS = [`org.apache.kafka:kafka_2.13:${KAFKA_VERSION}`, 'org.slf4j:slf4j-simple:1.7.36']
const JAVA_MIN = 17
const TOOL_MS_MAX = 60_000
const READY_MS_MAX = 60_000
const READY_AGAIN_MS = 100

/** Listeners that ask for more than the plain one. All use one key, whose certificate is its own authority. */
export type SecuredListeners = {
  tls: string
  login: string
  tlsAndLogin: string
  caPem: string
  username: string
  password: string
}
export type KafkaAddresses = {
  brokers: string[]
  /** Undefined for a Kafka that is somebody else's. */
  secured: SecuredListeners | undefined
}
/** A real Kafka, one node, for suites and measurements; those that break it use one of their own. */
export type RealKafka = KafkaAddresses & {
  /** Of the broker; undefined in a container. */
  pid(): number | undefined
  /** SIGSTOP and SIGCONT too. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** Stopped in good order, unless it is gone already, and started on the same data and ports. */
  restart(): Promise<void>
  close(): Promise<void>
}
export type RealKafkaChoice = { start: () => Promise<RealKafka> } | { missing: string }

/** Where a real Kafka can be had: `KAFKA_TEST_BROKERS`, Docker, or Java and Maven. */
export async function chooseRealKafka(): Promise<RealKafkaChoice> {
  const given = process.env['KAFKA_TEST_BROKERS']
  if (given) return { start: async () => somebodyElses(given.split(',')) }
  if (await canRun('docker', ['info'])) {
    const { startKafkaContainer } = await import('./kafka-container.ts')
    return { start: startKafkaContainer }
  }
  const javaVersion = await findJavaVersion()
  if (javaVersion < JAVA_MIN || !(await canRun('mvn', ['--version']))) {
    return { missing: `there is no KAFKA_TEST_BROKERS, no Docker, and not both Java ${JAVA_MIN} and Maven` }
  }
  return { start: startJavaKafka }
}

async function startJavaKafka(): Promise<RealKafka> {
  const jars = await fetchJars(`kafka-${KAFKA_VERSION}`, ARTIFACTS)
  const [PLAIN = 0, TLS = 0, LOGIN = 0, SECURE = 0, CONTROLLER = 0] = await findFreePorts(5)
  const ports = { PLAIN, TLS, LOGIN, SECURE, CONTROLLER }
  const dir = await mkdtemp(join(tmpdir(), 'flipside-kafka-'))
  const inJava = ['-Xmx400m', '-XX:+UseSerialGC', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn']
  const start = () =>
    startJava(
      [...inJava, '-cp', `${jars}/*`, 'kafka.Kafka', join(dir, 'server.properties')],
      join(dir, 'kafka.txt')
    )
  let java: JavaProcess | undefined
  try {
    await writeFile(join(dir, 'server.properties'), kafkaProperties({ ports, dir, bind: '127.0.0.1' }))
    const { keytool, storageTool } = kafkaPreparation(dir)
    const format = ['-cp', `${jars}/*`, 'kafka.tools.StorageTool', ...storageTool]
    await Promise.all([makeKey(keytool), runCommand('java', format, TOOL_MS_MAX)])
    java = await start()
    const addresses = addressesOf(ports, await readFile(join(dir, 'ca.pem'), 'utf8'))
    await waitUntilReady(addresses.brokers, () => java?.whyEnded())
    return {
      ...addresses,
      pid: () => java?.pid,
      kill: async (signal) => java?.kill(signal),
      async restart() {
        await java?.stop()
        java = await start()
        await waitUntilReady(addresses.brokers, () => java?.whyEnded())
      },
      async close() {
        await java?.end()
        await rm(dir, { recursive: true, force: true })
      }
    }
  } catch (error) {
    await java?.end()
    await rm(dir, { recursive: true, force: true })
    throw error
  }
}

async function makeKey(commands: string[][]): Promise<void> {
  for (const args of commands) await runCommand('keytool', args, TOOL_MS_MAX)
}

export function addressesOf(ports: Ports, caPem: string): KafkaAddresses {
  const at = (port: number) => `127.0.0.1:${port}`
  const secured = {
    tls: at(ports.TLS),
    login: at(ports.LOGIN),
    tlsAndLogin: at(ports.SECURE),
    caPem,
    ...KAFKA_LOGIN
  }
  return { brokers: [at(ports.PLAIN)], secured }
}

/** Ready is who knows its topics; `whyEnded` says that nobody will be. */
export async function waitUntilReady(brokers: string[], whyEnded: () => string | undefined): Promise<void> {
  const end = Date.now() + READY_MS_MAX
  for (;;) {
    try {
      await createTopics({ brokers, clientId: 'flipside-test', connectionTimeout: 1_000, topics: [] })
      return
    } catch (cause) {
      const why = whyEnded()
      if (why !== undefined || Date.now() > end) {
        throw new Error(`Kafka did not start: ${why ?? 'it does not answer'}`, { cause })
      }
      await wait(READY_AGAIN_MS)
    }
  }
}

function somebodyElses(brokers: string[]): RealKafka {
  const refuse = async () => {
    throw new Error('the Kafka of KAFKA_TEST_BROKERS is not ours to stop')
  }
  return {
    brokers,
    secured: undefined,
    pid: () => undefined,
    kill: refuse,
    restart: refuse,
    close: async () => {}
  }
}

/** The major version; 0 where there is none. */
async function findJavaVersion(): Promise<number> {
  const text = await runCommand('java', ['-version'], 10_000).catch(() => '')
  return Number(/version "(\d+)/.exec(text)?.[1] ?? 0)
}
