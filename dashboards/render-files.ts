import { stringify } from 'yaml'
import { datasources, providers } from './provision.ts'
import type { ShopStyle } from './style.ts'
import { tradeBoard } from './trade.ts'

const HEADER = '# Written by `npm run dashboards`: change the code, not this file.\n'

/** Every generated file, by its path below dashboards/. Pure: the same code writes the same files. */
export function renderFiles(shop: ShopStyle): Map<string, string> {
  return new Map([
    ['boards/trade.json', `${JSON.stringify(tradeBoard(shop), null, 2)}\n`],
    ['provisioning/datasources/flipside.yaml', HEADER + stringify(datasources())],
    ['provisioning/dashboards/flipside.yaml', HEADER + stringify(providers())]
  ])
}
