import { allocate } from '../../models/inventory/allocate.ts'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { errorAnswers, wrongField } from '../errors.ts'
import { conflict } from '../stock/deciding.ts'
import { findProduct } from './products.ts'
import { AllocationAnswer, AllocationAsked } from './stock-schemas.ts'

const BODY_BYTES_MAX = 512 * 1024
const FIELDS = {
  'pack size is not a whole number from 1': 'pack_size',
  'stock is not known': 'available',
  'a request is not a number of units': 'requests',
  'an account asks twice': 'requests'
}

/** Scarce stock among wholesale accounts: reckoned, and nothing written. */
export function registerAllocations(app: ApiApp, { serving }: ApiDependencies): void {
  app.post(
    '/v1/stock/allocations',
    {
      bodyLimit: BODY_BYTES_MAX,
      schema: {
        summary: 'Share out scarce stock among accounts that ask for it',
        description:
          'By proportion each gets their share in whole packs, by priority those before are served first and equals by proportion.',
        tags: ['stock'],
        body: AllocationAsked,
        response: { 200: AllocationAnswer, ...errorAnswers(400, 404, 409, 413, 415, 503) }
      }
    },
    async ({ body: { requests, by, ...body } }) => {
      const { product_id } = findProduct(serving, body.product_id)
      const record = serving.replenishment.get(product_id)
      const pack_size = body.pack_size ?? record?.terms.pack_size ?? 1
      const available = body.available ?? record?.available
      if (available === null || available === undefined)
        throw conflict('not_counted', 'its stock was never counted: say how many there are', 'available')
      const answer = allocate(requests, { available: Math.max(0, available), packSize: pack_size, by })
      if (!answer.ok) throw wrongField(FIELDS[answer.reason], answer.reason)
      return {
        product_id,
        available: Math.max(0, available),
        pack_size,
        requested: requests.reduce((sum, { units }) => sum + units, 0),
        left: answer.left,
        rows: answer.allocations
      }
    }
  )
}
