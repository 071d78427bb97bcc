import { INFINITY } from './sources/api.ts'
import { PROMETHEUS } from './sources/health.ts'
import { WAREHOUSE } from './sources/warehouse.ts'

/**
 * Where each kind of figures is, for Grafana's server: Grafana replaces $NAME by its own environment's. Sales and
 * recommendations come from the API, free analysis from the marts, the pipeline's health from Prometheus.
 */
export function datasources(): unknown {
  return {
    apiVersion: 1,
    datasources: [
      {
        name: 'Flipside API',
        uid: INFINITY.uid,
        type: INFINITY.plugin,
        access: 'proxy',
        // With `http://`: the plugin guesses nothing.
        url: '$API_URL',
        isDefault: true,
        editable: false,
        // Without the list the plugin would fetch any address that a viewer writes into a query.
        jsonData: { allowedHosts: ['$API_URL'], timeoutInSeconds: 15 }
      },
      {
        name: 'Flipside marts',
        uid: WAREHOUSE.uid,
        type: WAREHOUSE.plugin,
        access: 'proxy',
        editable: false,
        // The plugin runs SQL exactly as it is sent, so the user must be one who may only read: an analyst.
        jsonData: {
          host: '$WAREHOUSE_HOST',
          port: '$WAREHOUSE_PORT',
          protocol: 'http',
          username: '$WAREHOUSE_USER',
          defaultDatabase: 'mart',
          queryTimeout: 30
        },
        secureJsonData: { password: '$WAREHOUSE_PASSWORD' }
      },
      {
        name: 'Flipside metrics',
        uid: PROMETHEUS.uid,
        type: PROMETHEUS.plugin,
        access: 'proxy',
        url: '$PROMETHEUS_URL',
        editable: false,
        jsonData: { httpMethod: 'POST', timeInterval: `${SCRAPE_SECONDS}s` }
      }
    ]
  }
}

/** Of boards and alert rules. */
export const FOLDER = 'Flipside'

/** The boards come from files alone: what somebody changes in the browser would be lost at the next start. */
export function providers(): unknown {
  return {
    apiVersion: 1,
    providers: [
      {
        name: 'flipside',
        folder: FOLDER,
        type: 'file',
        disableDeletion: true,
        allowUiUpdates: false,
        updateIntervalSeconds: 30,
        options: { path: '$BOARDS_DIR' }
      }
    ]
  }
}

const SCRAPE_SECONDS = 15
/** The processes that tell how they are, as docker-compose.yml names them; Prometheus reads no environment. */
export const scraped = { api: 'api:8080', ingest: 'ingest:9464' } as const

export function prometheus(): unknown {
  return {
    global: { scrape_interval: `${SCRAPE_SECONDS}s`, evaluation_interval: `${SCRAPE_SECONDS}s` },
    scrape_configs: Object.entries(scraped).map(([job_name, target]) => ({
      job_name,
      static_configs: [{ targets: [target] }]
    }))
  }
}
