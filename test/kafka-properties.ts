/** Who may log in to the listeners that ask; and the password of the key that is made for the run. */
export const KAFKA_LOGIN = { username: 'shop', password: 'open sesame' }
export const KAFKA_CLUSTER_ID = 'AAECAwQFBgcICQoLDA0ODw'
export const KEYSTORE_PASSWORD = 'changeit'
const LISTENERS = { PLAIN: 'PLAINTEXT', TLS: 'SSL', LOGIN: 'SASL_PLAINTEXT', SECURE: 'SASL_SSL' } as const
export type Ports = Record<keyof typeof LISTENERS | 'CONTROLLER', number>

/** One node that is broker and controller, small, on this machine only; with a listener of each protocol. */
export function kafkaProperties(options: { ports: Ports; dir: string; bind: string }): string {
  const { ports, dir, bind } = options
  const names = Object.keys(LISTENERS) as (keyof typeof LISTENERS)[]
  const at = (host: string) => names.map((name) => `${name}://${host}:${ports[name]}`)
  const { username, password } = KAFKA_LOGIN
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${username}="${password}";`
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;'
  const logins = ['login', 'secure'].flatMap((name) => [
    [`listener.name.${name}.sasl.enabled.mechanisms`, 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512'],
    [`listener.name.${name}.plain.sasl.jaas.config`, plain],
    [`listener.name.${name}.scram-sha-256.sasl.jaas.config`, scram],
    [`listener.name.${name}.scram-sha-512.sasl.jaas.config`, scram]
  ])
  const settings = [
    ['process.roles', 'broker,controller'],
    ['node.id', '1'],
    ['controller.quorum.voters', `1@127.0.0.1:${ports.CONTROLLER}`],
    ['controller.listener.names', 'CONTROLLER'],
    ['inter.broker.listener.name', 'PLAIN'],
    ['listeners', [...at(bind), `CONTROLLER://127.0.0.1:${ports.CONTROLLER}`].join(',')],
    ['advertised.listeners', at('127.0.0.1').join(',')],
    [
      'listener.security.protocol.map',
      ['CONTROLLER:PLAINTEXT', ...names.map((name) => `${name}:${LISTENERS[name]}`)].join(',')
    ],
    ['log.dirs', `${dir}/data`],
    ['ssl.keystore.type', 'PKCS12'],
    ['ssl.keystore.location', `${dir}/keystore.p12`],
    ['ssl.keystore.password', KEYSTORE_PASSWORD],
    ...logins,
    ['auto.create.topics.enable', 'false'],
    ['group.initial.rebalance.delay.ms', '0'],
    ['offsets.topic.replication.factor', '1'],
    ['offsets.topic.num.partitions', '4'],
    ['transaction.state.log.replication.factor', '1'],
    ['transaction.state.log.min.isr', '1'],
    ['transaction.state.log.num.partitions', '4'],
    // After a kill -9 the node may register again only when the one before is taken for dead.
    ['broker.session.timeout.ms', '3000'],
    ['broker.heartbeat.interval.ms', '500'],
    ['num.network.threads', '2'],
    ['num.io.threads', '4'],
    // By default a third of the heap.
    ['log.cleaner.dedupe.buffer.size', '4194304']
  ]
  return settings.map(([key, value]) => `${key}=${value}\n`).join('')
}

/** What must be run, in this order, before the node starts: a key that is its own authority, and the storage. */
export function kafkaPreparation(dir: string): { keytool: string[][]; storageTool: string[] } {
  const store = ['-keystore', `${dir}/keystore.p12`, '-storepass', KEYSTORE_PASSWORD, '-alias', 'kafka']
  const names = '-dname CN=flipside-test -ext san=ip:127.0.0.1,dns:localhost -ext bc:c=ca:true'.split(' ')
  const { username, password } = KAFKA_LOGIN
  const scram = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=${username},password=${password}]`
  ])
  return {
    keytool: [
      [...'-genkeypair -keyalg EC -validity 30 -storetype PKCS12'.split(' '), ...names, ...store],
      ['-exportcert', '-rfc', '-file', `${dir}/ca.pem`, ...store]
    ],
    storageTool: ['format', '-t', KAFKA_CLUSTER_ID, '-c', `${dir}/server.properties`, ...scram]
  }
}
