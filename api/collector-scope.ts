import type { FastifyRequest } from 'fastify'
import type { Collector } from './collector.ts'
import type { ApiApp } from './dependencies.ts'
import type { ApiMetrics } from './metrics.ts'

/**
 * A scope of its own for routes that collect: only here is text/plain a body, as a page that is being closed sends it
 * (sendBeacon), and the routes read their bodies themselves, within bounds that all of them share. Whoever has no good key
 * is refused before that; the others are the request's `sender`.
 */
export function registerCollecting(
  app: ApiApp,
  { collector, metrics }: { collector: Collector; metrics: ApiMetrics },
  define: (scope: ApiApp) => void,
  beforeAdmission: (request: FastifyRequest) => void = () => undefined
): void {
  void app.register(async (scope: ApiApp) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(['application/json', 'text/plain'], (_request, _payload, done) => done(null))
    scope.addHook('onError', (_request, _reply, error, done) => {
      metrics.refusedRequests.inc({ code: error.code ?? 'internal' })
      done()
    })
    scope.addHook('onRequest', (request, _reply, done) => {
      beforeAdmission(request)
      request.setDecorator('sender', collector.admit(request))
      done()
    })
    scope.decorateRequest('sender')
    define(scope)
  })
}
