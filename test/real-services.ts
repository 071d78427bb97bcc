import { describe, inject, test } from 'vitest'
import { NOT_RUN } from './closing-line.ts'
import type { SharedKafka } from './global-setup.ts'

declare module 'vitest' {
  // Vitest's own type, which only an interface can add to.
  export interface ProvidedContext {
    sharedKafkaUrl: string
  }
}

/** The Kafka of this run, for all suites: a topic or group of a name that others use is shared with them. */
export async function findSharedKafka(): Promise<SharedKafka> {
  const response = await fetch(inject('sharedKafkaUrl'))
  return (await response.json()) as SharedKafka
}

/** A suite over a real service. Where there is none it says so and why; in CI that is a failure. */
export function describeWith<Service extends object>(
  name: string,
  service: Service | { missing: string },
  define: (service: Service) => void
): void {
  if ('missing' in service) {
    test.skipIf(!process.env['CI'])(`${name}${NOT_RUN}${service.missing}`, () => {
      throw new Error(service.missing)
    })
  } else {
    describe(name, () => define(service))
  }
}
