/** As much of the OpenAPI text as describes an event. */
type Schema = {
  type?: string
  description?: string
  enum?: (string | number)[]
  items?: Schema
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
}
export type OpenApi = { components: { schemas: Record<string, Schema> } }

/** The types of the events that a page may send, as TypeScript. Fields that all of them share are the tracker's to fill. */
export function renderEventTypes(openApi: OpenApi, isForBrowsers: (type: string) => boolean): string {
  const events = (openApi.components.schemas['Event']?.anyOf ?? []).filter((event) =>
    isForBrowsers(nameOf(event))
  )
  const shared = namesOf(events[0]).filter((name) => events.every((event) => namesOf(event).includes(name)))
  return [
    '// Written from /openapi.json by `npm run tracker`.',
    '',
    '/** What a page may say of each type; the tracker adds ids, time, visitor and session. */',
    'export type BrowserEventFields = {',
    ...events.flatMap((event) => [
      ...comment(event, '  '),
      `  ${nameOf(event)}: {`,
      ...renderFields(event, shared),
      '  }'
    ]),
    '}',
    'export type BrowserEventType = keyof BrowserEventFields',
    'export type BrowserEvent = {',
    '  [Type in BrowserEventType]: { type: Type } & BrowserEventFields[Type]',
    '}[BrowserEventType]',
    ''
  ].join('\n')
}

const nameOf = (event: Schema) => String(event.properties?.['type']?.enum?.[0])
const namesOf = (event: Schema | undefined) => Object.keys(event?.properties ?? {})

function renderFields({ properties = {}, required = [] }: Schema, shared: readonly string[]): string[] {
  return Object.entries(properties)
    .filter(([name]) => !shared.includes(name))
    .flatMap(([name, schema]) => [
      ...comment(schema, '    '),
      `    ${name}${required.includes(name) ? '' : '?'}: ${renderType(schema)}`
    ])
}

const comment = ({ description }: Schema, indent: string) =>
  description ? [`${indent}/** ${description} */`] : []

function renderType(schema: Schema): string {
  if (schema.enum) return schema.enum.map(renderLiteral).join(' | ')
  if (schema.anyOf) return schema.anyOf.map(renderType).join(' | ')
  if (schema.items) {
    const item = renderType(schema.items)
    return item.includes(' ') ? `(${item})[]` : `${item}[]`
  }
  if (schema.type === 'integer' || schema.type === 'number') return 'number'
  if (schema.type === 'string' || schema.type === 'boolean') return schema.type
  throw new Error(`a field of an event is of a kind that has no rendering: ${JSON.stringify(schema)}`)
}

const renderLiteral = (value: string | number) =>
  typeof value === 'string' ? `'${value.replace(/['\\]/g, '\\$&')}'` : String(value)
