import Fastify, { LogController, type FastifyServerOptions } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { ApiApp, ApiDependencies } from './dependencies.ts'
import { createCollector } from './collector.ts'
import { registerDocs } from './docs.ts'
import { answerError, answerUnreadable, ApiError } from './errors.ts'
import { createMetrics, type ApiMetrics } from './metrics.ts'
import { registerAllocations } from './routes/allocations.ts'
import { registerDataDocs } from './routes/data-docs.ts'
import { registerEvents } from './routes/events.ts'
import { registerForecastSums } from './routes/forecast-sums.ts'
import { registerForecasts } from './routes/forecasts.ts'
import { registerKeys } from './routes/keys.ts'
import { registerMappedEvents } from './routes/mapped-events.ts'
import { registerMostServed } from './routes/most-served.ts'
import { registerOperations } from './routes/operations.ts'
import { registerOrders } from './routes/orders.ts'
import { registerProducts } from './routes/products.ts'
import { registerRecommendations } from './routes/recommendations.ts'
import { registerReplenishment } from './routes/replenishment.ts'
import { registerSalesSummary } from './routes/sales-summary.ts'
import { registerSalesMovers } from './routes/sales-movers.ts'
import { registerSalesSoFar } from './routes/sales-so-far.ts'
import { registerSales } from './routes/sales.ts'
import { registerSearch } from './routes/search.ts'
import { registerShop } from './routes/shop.ts'
import { registerStock } from './routes/stock.ts'
import { registerStockOutlook } from './routes/stock-outlook.ts'
import { registerStockSettings } from './routes/stock-settings.ts'
import { registerStorefront } from './routes/storefront.ts'
import { registerSuggestions } from './routes/suggestions.ts'
import { registerTracker } from './routes/tracker.ts'
import { createOverlay } from './stock/overlay.ts'
import { bufferServedEvents } from './served-events.ts'

const BODY_BYTES_MAX = 4 * 1024 * 1024
const REQUEST_TIMEOUT_MS = 30_000

/** The whole API over what it is handed. Closing it sends what is still buffered. */
export async function buildApp(dependencies: ApiDependencies): Promise<ApiApp> {
  const { log, registry, serving, sendEvents } = dependencies
  const app: ApiApp = Fastify({
    ...options,
    loggerInstance: log,
    // An address that cannot be decoded fails before any route; it gets the same form of answer.
    frameworkErrors: (error, request, reply) => void answerError(log, error, request, reply)
  }).withTypeProvider<TypeBoxTypeProvider>()
  const metrics = createMetrics(registry, serving)
  const servedEvents = bufferServedEvents({
    sendEvents,
    onDropped: (count, error) => {
      metrics.servedDropped.inc(count)
      if (error) log.warn({ err: error, count }, 'recommendation_served events dropped')
    }
  })
  app.addHook('onClose', () => servedEvents.close())
  measureRequests(app, metrics)
  allowBrowsers(app)
  app.setErrorHandler((error: ApiError, request, reply) => answerError(log, error, request, reply))
  app.setNotFoundHandler((request) => {
    const message = `there is no ${request.method} ${request.url.slice(0, 200)}; see /docs`
    throw new ApiError(404, { code: 'unknown_route', message })
  })

  await registerDocs(app)
  const collector = createCollector(dependencies, metrics)
  registerEvents(app, { collector, metrics })
  registerMappedEvents(app, { collector, metrics })
  registerKeys(app, dependencies, collector)
  registerRecommendations(app, dependencies, { metrics, servedEvents })
  registerProducts(app, dependencies)
  registerSearch(app, dependencies)
  registerForecasts(app, dependencies)
  registerForecastSums(app, dependencies)
  const overlay = createOverlay()
  registerReplenishment(app, dependencies, { overlay })
  registerSuggestions(app, dependencies, { collector, overlay })
  registerStockSettings(app, dependencies, { collector, overlay })
  registerOrders(app, dependencies)
  registerSales(app, dependencies)
  registerSalesSummary(app, dependencies)
  registerSalesSoFar(app, dependencies)
  registerSalesMovers(app, dependencies)
  registerMostServed(app, dependencies)
  registerStock(app, dependencies, { overlay })
  registerStockOutlook(app, dependencies, { overlay })
  registerAllocations(app, dependencies)
  registerShop(app, dependencies)
  registerOperations(app, dependencies)
  registerStorefront(app)
  registerDataDocs(app)
  registerTracker(app)
  return app
}

const options = {
  bodyLimit: BODY_BYTES_MAX,
  requestTimeout: REQUEST_TIMEOUT_MS,
  clientErrorHandler: answerUnreadable,
  // The metrics count requests; only failures are worth a line.
  logController: new LogController({ disableRequestLogging: true }),
  // An id of 100 characters may be 1,200 in an address; a longer one is simply unknown.
  routerOptions: { maxParamLength: 4_000 },
  // A parameter that is not known is a spelling mistake to be told, not to be dropped.
  ajv: { customOptions: { removeAdditional: false, coerceTypes: true, allowUnionTypes: true } }
} satisfies FastifyServerOptions

function measureRequests(app: ApiApp, { requestSeconds }: ApiMetrics): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown'
    const labels = { route, method: request.method, status: String(reply.statusCode) }
    requestSeconds.observe(labels, reply.elapsedTime / 1_000)
    done()
  })
}

/** Any page may use what a shop's front end needs; orders, customers and sales stay with pages of this origin. */
function allowBrowsers(app: ApiApp): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (isPublic(request.url)) {
      void reply.headers({
        'access-control-allow-origin': '*',
        'access-control-expose-headers': 'retry-after'
      })
    }
    done()
  })
  app.options('/v1/*', { schema: { hide: true } }, (request, reply) => {
    if (isPublic(request.url)) {
      void reply.headers({
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'authorization, content-type, content-encoding',
        'access-control-max-age': '86400'
      })
    }
    return reply.code(204).send()
  })
}

const isPublic = (url: string) =>
  /^\/v1\/(events|segment|ga4|recommendations|products|search|shop)\b/.test(url)
