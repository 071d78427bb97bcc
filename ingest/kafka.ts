export async function openKafkaConsumer(_: unknown): Promise<never> {
  throw new Error()
}
export async function createTopics(_: unknown): Promise<void> {}
