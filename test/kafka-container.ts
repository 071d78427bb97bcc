import { GenericContainer } from 'testcontainers'
import { findFreePorts } from './free-ports.ts'
import { kafkaPreparation, kafkaProperties } from './kafka-properties.ts'
import { addressesOf, KAFKA_VERSION, waitUntilReady, type RealKafka } from './kafka-server.ts'
import { runCommand } from './run-command.ts'

const DIR = '/tmp'
const BIN = '/opt/kafka/bin'
const DOCKER_MS_MAX = 30_000

/** The same node as without Docker, in a container that has Java and the jars. */
export async function startKafkaContainer(): Promise<RealKafka> {
  // Kafka tells its clients where it is, so a port is the same number inside and outside.
  const [PLAIN = 0, TLS = 0, LOGIN = 0, SECURE = 0, CONTROLLER = 0] = await findFreePorts(5)
  const ports = { PLAIN, TLS, LOGIN, SECURE, CONTROLLER }
  const container = await new GenericContainer(`apache/kafka:${KAFKA_VERSION}`)
    .withExposedPorts(...[PLAIN, TLS, LOGIN, SECURE].map((port) => ({ container: port, host: port })))
    .withEnvironment({ KAFKA_HEAP_OPTS: '-Xmx400m' })
    .withCopyContentToContainer([
      { content: kafkaProperties({ ports, dir: DIR, bind: '0.0.0.0' }), target: `${DIR}/server.properties` }
    ])
    .withEntrypoint(['sh', '-c', startScript()])
    .start()
  const { output: caPem } = await container.exec(['cat', `${DIR}/ca.pem`])
  const addresses = addressesOf(ports, caPem)
  const isReady = () => waitUntilReady(addresses.brokers, () => undefined)
  await isReady()
  return {
    ...addresses,
    pid: () => undefined,
    async kill(signal) {
      await runCommand('docker', ['kill', '--signal', signal, container.getId()], DOCKER_MS_MAX)
    },
    async restart() {
      await container.restart()
      await isReady()
    },
    async close() {
      await container.stop()
    }
  }
}

/** A restart runs it again and must find the key and the data as they were. */
function startScript(): string {
  const { keytool, storageTool } = kafkaPreparation(DIR)
  const quote = (args: string[]) => args.map((arg) => `'${arg}'`).join(' ')
  const makeKey = keytool.map((args) => `keytool ${quote(args)}`).join(' && ')
  return [
    `[ -f ${DIR}/ca.pem ] || { ${makeKey}; }`,
    `${BIN}/kafka-storage.sh ${quote([...storageTool, '--ignore-formatted'])}`,
    `exec ${BIN}/kafka-server-start.sh ${DIR}/server.properties`
  ].join(' && ')
}
