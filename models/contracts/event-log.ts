/**
 * What the pipeline needs of a log. Kafka and the embedded log both implement it and pass one suite of tests.
 * Offsets of a partition are consecutive from 0, except where Kafka left gaps; they stay below 2^53.
 */
export type LogMessage = {
  /** Messages of one key keep their order; null lets the log choose the partition. */
  key: string | null
  value: string | Buffer
}

export type LogRecord = { offset: number; key: string | null; value: Buffer }

export type TopicPartition = { topic: string; partition: number }

/** `offset` is the next record to read. `metadata` travels with it, as Kafka's offset metadata does. */
export type Committed = { offset: number; metadata: string }

/** `start` is the first offset that is still kept, `end` the one that the next record will get: 0 without any. */
export type LogEnd = TopicPartition & { start: number; end: number }

export type EventSender = {
  /** Resolves when every message is durable (Kafka acks=all; the embedded log synced), rejects when any may not be. */
  send(topic: string, messages: LogMessage[]): Promise<void>
  close(): Promise<void>
}

export type LogHandlers = {
  /**
   * Called for each partition whenever this consumer is given it, which may be again after a rebalance; answers the
   * offset to read from. Records that were handed over before and not committed come again.
   */
  assigned(at: TopicPartition, committed: Committed | undefined): Promise<number>
  /**
   * The partition was taken away, perhaps to be given back at once: nothing is to be begun in it any more. What is
   * committed until this resolves is what `assigned` is told.
   */
  released?(at: TopicPartition): Promise<void>
  /**
   * Records of one partition in order, never two calls of one partition at once; partitions go on independently.
   * The next records of the partition come after this resolves. A rejection ends `run` with that error.
   */
  records(at: TopicPartition, records: LogRecord[]): Promise<void>
}

export type EventConsumer = {
  /** Reads until `close`; rejects when a handler does. */
  run(topics: readonly string[], handlers: LogHandlers): Promise<void>
  commit(at: TopicPartition, committed: Committed): Promise<void>
  /** How many records of each assigned partition are not committed yet. */
  lag(): Promise<(TopicPartition & { records: number })[]>
  /** Waits for handlers under way, then lets go of the partitions. */
  close(): Promise<void>
}
