import { INFINITY } from './infinity.ts'

/** Where the API is, for Grafana's server: Grafana replaces $API_URL by its own environment's, host and `http://` included. */
export function datasources(): unknown {
  return {
    apiVersion: 1,
    datasources: [
      {
        name: 'Flipside API',
        uid: INFINITY.uid,
        type: INFINITY.plugin,
        access: 'proxy',
        url: '$API_URL',
        isDefault: true,
        editable: false,
        // Without the list the plugin would fetch any address that a viewer writes into a query.
        jsonData: { allowedHosts: ['$API_URL'], timeoutInSeconds: 15 }
      }
    ]
  }
}

/** The boards come from files alone: what somebody changes in the browser would be lost at the next start. */
export function providers(): unknown {
  return {
    apiVersion: 1,
    providers: [
      {
        name: 'flipside',
        folder: 'Flipside',
        type: 'file',
        disableDeletion: true,
        allowUiUpdates: false,
        updateIntervalSeconds: 30,
        options: { path: '$BOARDS_DIR' }
      }
    ]
  }
}
