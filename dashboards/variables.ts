import {
  QueryVariableBuilder,
  VariableRefresh,
  type VariableOption
} from '@grafana/grafana-foundation-sdk/dashboard'
import { infinityQuery, INFINITY } from './sources/api.ts'
import { readSql, WAREHOUSE } from './sources/warehouse.ts'
import type { ShopStyle } from './style.ts'

/** What the API takes for no filter at all: a list of every value known today would leave the unknown ones out. */
export const ANY = '*'
export const ALL: VariableOption = { text: 'All', value: '$__all', selected: true }

type Said = { name: string; label: string; description: string }

/** Values of the API's answer: what is shown, and what goes into queries. */
export function apiVariable(said: Said & { url: string; text: string; value: string; root?: string }) {
  const infinity = infinityQuery(
    said.url,
    [
      { field: said.text, type: 'string', as: '__text' },
      { field: said.value, type: 'string', as: '__value' }
    ],
    said.root
  )
  return variable(said)
    .datasource({ type: INFINITY.plugin, uid: INFINITY.uid })
    .query({ queryType: 'infinity', refId: 'variable', infinityQuery: { ...infinity, refId: 'variable' } })
}

/** Values of a question to the marts, one column. */
export function warehouseVariable(said: Said & { file: URL; shop: ShopStyle }): QueryVariableBuilder {
  return variable(said)
    .datasource({ type: WAREHOUSE.plugin, uid: WAREHOUSE.uid })
    .query(readSql(said.file, said.shop))
}

/** Several of them, or all. */
export const severalOf = (builder: QueryVariableBuilder): QueryVariableBuilder =>
  builder.multi(true).includeAll(true).current(ALL)

const variable = ({ name, label, description }: Said): QueryVariableBuilder =>
  new QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .refresh(VariableRefresh.OnTimeRangeChanged)
