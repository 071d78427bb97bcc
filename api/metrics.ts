import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { servedKinds } from '../models/contracts/served.ts'
import type { ServingState } from './serving.ts'

export type ApiMetrics = {
  requestSeconds: Histogram<'route' | 'method' | 'status'>
  events: Counter<'result' | 'code'>
  botEvents: Counter
  refusedRequests: Counter<'code'>
  bodyBytes: Counter
  degraded: Counter
  servedDropped: Counter
}

export function createMetrics(registry: Registry, serving: ServingState): ApiMetrics {
  const registers = [registry]
  const servingAge = new Gauge({
    name: 'flipside_serving_age_seconds',
    help: 'Seconds since this process loaded the version that it serves',
    labelNames: ['kind', 'version'],
    collect() {
      this.reset()
      for (const kind of servedKinds) {
        const loadedAtMs = serving.loaded_at_ms[kind]
        const version = serving.versions[kind]
        if (loadedAtMs !== undefined && version !== undefined) {
          this.set({ kind, version }, (Date.now() - loadedAtMs) / 1_000)
        }
      }
    },
    registers: []
  })
  registry.registerMetric(servingAge)
  return {
    requestSeconds: new Histogram({
      name: 'flipside_http_request_seconds',
      help: 'Time to answer, by route',
      labelNames: ['route', 'method', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers
    }),
    events: new Counter({
      name: 'flipside_events_total',
      help: 'Events that the collector was sent: accepted; rejected and kept with the reason; refused and not kept',
      labelNames: ['result', 'code'],
      registers
    }),
    botEvents: new Counter({
      name: 'flipside_bot_events_total',
      help: 'Accepted events of well-known programs, kept and marked',
      registers
    }),
    refusedRequests: new Counter({
      name: 'flipside_collector_refused_requests_total',
      help: 'Requests to the collector that were answered with an error, by its code',
      labelNames: ['code'],
      registers
    }),
    bodyBytes: new Counter({
      name: 'flipside_collector_body_bytes_total',
      help: 'Bytes of the bodies that the collector read, inflated',
      registers
    }),
    degraded: new Counter({
      name: 'flipside_degraded_answers_total',
      help: 'Recommendations answered without the profile or before anything was published',
      registers
    }),
    servedDropped: new Counter({
      name: 'flipside_served_events_dropped_total',
      help: 'recommendation_served events lost because the log did not take them in time',
      registers
    })
  }
}
