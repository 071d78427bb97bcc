import { stringify } from 'yaml'
import { artistsBoard } from './artists/board.ts'
import { alertRules, notifications } from './alerts/provision.ts'
import { customersBoard } from './customers/board.ts'
import { boardsUser } from './boards-user.ts'
import { pipelineBoard } from './pipeline/board.ts'
import { productsBoard } from './products/board.ts'
import { datasources, prometheus, providers } from './provision.ts'
import { recommendationsBoard } from './recommendations/board.ts'
import type { ShopStyle } from './style.ts'
import { stockBoard } from './stock/board.ts'
import { tradeBoard } from './trade/board.ts'

const HEADER = 'Written by `npm run dashboards`: change the code, not this file.'
const yaml = (value: unknown) => `# ${HEADER}\n${stringify(value)}`

/** By the names of their files. */
export const boards = {
  trade: tradeBoard,
  products: productsBoard,
  artists: artistsBoard,
  stock: stockBoard,
  recommendations: recommendationsBoard,
  customers: customersBoard,
  pipeline: pipelineBoard
}

/** Every generated file, by its path below dashboards/. The same code writes the same files. */
export function renderFiles(shop: ShopStyle): Map<string, string> {
  const made = Object.fromEntries(Object.entries(boards).map(([name, board]) => [name, board(shop)]))
  return new Map([
    ...Object.entries(made).map(([name, board]): [string, string] => [
      `boards/${name}.json`,
      `${JSON.stringify(board, null, 2)}\n`
    ]),
    ['provisioning/alerting/rules.json', `${JSON.stringify(alertRules(shop, made), null, 2)}\n`],
    ['provisioning/alerting/notifications.yaml', yaml(notifications())],
    ['provisioning/datasources/flipside.yaml', yaml(datasources())],
    ['provisioning/dashboards/flipside.yaml', yaml(providers())],
    ['prometheus/prometheus.yml', yaml(prometheus())],
    ['clickhouse/boards-user.xml', `<!-- ${HEADER} -->\n${boardsUser()}`]
  ])
}
