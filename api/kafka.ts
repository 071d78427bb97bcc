import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs'
import type { EventSender, LogMessage } from '../models/contracts/event-log.ts'
import { explainRefusal, type KafkaConnection } from '../models/contracts/kafka-connection.ts'

/** A record batch must stay below a broker's `message.max.bytes`, 1 MiB unless it was set; headers need room too. */
const GROUP_BYTES_MAX = 900_000
const MESSAGE_OVERHEAD_BYTES = 32
const WAITING_BYTES_MAX = 64 * 1024 * 1024
/** With these a send that no broker takes is refused within about 10 s, so that its sender hears of it. */
const TIMES = { connectionTimeout: 3_000, requestTimeout: 5_000 }
const RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 4 }
const SEND_TIMEOUT_MS = 10_000

type Send = {
  topic: string
  isRefused: boolean
  piecesLeft: number
  resolve(): void
  reject(error: unknown): void
}
type Piece = { send: Send; messages: LogMessage[]; bytes: number }

/**
 * Sends to Kafka: on all replicas before a send resolves, once each, in the order of the sends.
 *
 * One request is under way at a time, and a producer is given up after a failed one: kafkajs takes back the sequence
 * numbers of a failed request, so that the next request would carry those of messages that the broker may have
 * stored, and the broker would acknowledge it as a repeat without storing it.
 */
export async function openKafkaSender(
  connection: KafkaConnection,
  unreachable?: (error: Error) => void
): Promise<EventSender> {
  const kafka = new Kafka({ ...connection, ...TIMES, logLevel: logLevel.NOTHING, retry: RETRY })
  const waiting: Piece[] = []
  let waitingBytes = 0
  let closed = false
  let producer: Producer | undefined
  // Connects at once, so that a wrong password is heard of before the first event; a broker that is down makes sends
  // fail, not the process.
  let sending: Promise<void> | undefined = sendWaiting()

  async function sendWaiting(): Promise<void> {
    do {
      let group: Piece[] = []
      try {
        producer ??= await connect(kafka)
        group = takeWaiting()
        const topicMessages = group.map(({ send, messages }) => ({ topic: send.topic, messages }))
        if (group.length > 0) await withTimeout(producer.sendBatch({ acks: -1, topicMessages }))
        for (const { send } of group) if (--send.piecesLeft === 0) send.resolve()
      } catch (cause) {
        const error = explainRefusal(cause, connection)
        if (!producer) {
          unreachable?.(error)
          // All that waits has waited for this connection: the collector can say so at once.
          group = waiting.splice(0)
          waitingBytes = 0
        }
        for (const { send } of group) {
          send.isRefused = true
          send.reject(error)
        }
        // What this one still does is of no interest: its sends are refused already.
        producer?.disconnect().catch(() => undefined)
        producer = undefined
      }
    } while (waiting.length > 0)
    sending = undefined
  }

  function takeWaiting(): Piece[] {
    const group = takeGroup(waiting).filter(({ send }) => !send.isRefused)
    waitingBytes = waiting.reduce((sum, piece) => sum + piece.bytes, 0)
    return group
  }

  return {
    async send(topic: string, messages: LogMessage[]): Promise<void> {
      if (closed) throw new Error('the log is closed')
      if (messages.length === 0) return
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const send = { topic, isRefused: false, piecesLeft: 0, resolve, reject }
      const pieces = cutPieces(send, messages)
      const bytes = pieces.reduce((sum, piece) => sum + piece.bytes, 0)
      if (waitingBytes > 0 && waitingBytes + bytes > WAITING_BYTES_MAX) {
        throw new Error(`Kafka is behind: ${waitingBytes} bytes wait to be sent`)
      }
      send.piecesLeft = pieces.length
      for (const piece of pieces) waiting.push(piece)
      waitingBytes += bytes
      sending ??= sendWaiting()
      await promise
    },
    async close(): Promise<void> {
      closed = true
      await sending
      await producer?.disconnect()
    }
  }
}

async function connect(kafka: Kafka): Promise<Producer> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: RETRY
  })
  try {
    await withTimeout(producer.connect())
    return producer
  } catch (error) {
    producer.disconnect().catch(() => undefined)
    throw error
  }
}

function cutPieces(send: Send, messages: LogMessage[]): Piece[] {
  const pieces: Piece[] = []
  for (const message of messages) {
    const { key, value } = message
    const bytes = Buffer.byteLength(key ?? '') + Buffer.byteLength(value) + MESSAGE_OVERHEAD_BYTES
    const last = pieces.at(-1)
    if (last && last.bytes + bytes <= GROUP_BYTES_MAX) {
      last.messages.push(message)
      last.bytes += bytes
    } else {
      pieces.push({ send, messages: [message], bytes })
    }
  }
  return pieces
}

/** As many of the oldest pieces as fit into one request. */
function takeGroup(waiting: Piece[]): Piece[] {
  let bytes = 0
  const tooMany = waiting.findIndex((piece, i) => (bytes += piece.bytes) > GROUP_BYTES_MAX && i > 0)
  return waiting.splice(0, tooMany < 0 ? waiting.length : tooMany)
}

/** kafkajs goes on past its own limits while it looks for a leader. */
async function withTimeout<Value>(work: Promise<Value>): Promise<Value> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('Kafka did not answer in time')), SEND_TIMEOUT_MS)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
