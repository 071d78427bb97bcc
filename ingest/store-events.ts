import type { EventConsumer, TopicPartition } from '../models/contracts/event-log.ts'
import { REJECTED_TOPIC, topics } from '../models/contracts/topics.ts'
import type { BlockCounts, PartitionPorts } from './partition.ts'
import { openPartition } from './partition.ts'
import { openWaitingRoom, type WaitingRoom } from './waiting-room.ts'

/**
 * Raw bytes of a topic that wait or are being stored; parsed they take a few times as much. Each topic has a room of its
 * own, so that one whose table takes nothing keeps no other out.
 */
const WAITING_BYTES_MAX = 32 * 1024 * 1024

export type StorePorts = Omit<PartitionPorts, 'commit' | 'stored' | 'waitingRoom'> & {
  stored(at: TopicPartition, counts: BlockCounts): void
}

/** Stores every topic, each partition on its own, until the consumer is closed. */
export async function storeEvents(consumer: EventConsumer, ports: StorePorts): Promise<void> {
  const rooms = new Map<string, WaitingRoom>()
  const partitions = new Map<string, ReturnType<typeof openPartition>>()
  await consumer.run([...topics, REJECTED_TOPIC], {
    async assigned(at, committed) {
      const waitingRoom = rooms.get(at.topic) ?? openWaitingRoom({ bytesMax: WAITING_BYTES_MAX })
      rooms.set(at.topic, waitingRoom)
      const partition = openPartition(at, committed, {
        ...ports,
        waitingRoom,
        commit: (next) => consumer.commit(at, next),
        stored: (counts) => ports.stored(at, counts)
      })
      partitions.set(nameOf(at), partition)
      return partition.start()
    },
    async released(at) {
      await partitions.get(nameOf(at))?.abandon()
    },
    async records(at, records) {
      await partitions.get(nameOf(at))?.take(records)
    }
  })
}

const nameOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`
