import { ClickHouseError } from '@clickhouse/client'
import { ApiError, serviceDown } from './errors.ts'

/** The engine gave up: after `max_execution_time`, or for want of memory. */
const GAVE_UP = ['159', '241']

/**
 * A warehouse that does not answer is expected, and no mistake of the asker's: 503, with the cause for our log. Where askers
 * shape the question, `smaller` tells them how to make less of it: asked again, one that is too large ends the same.
 */
export async function fromWarehouse<Value>(
  answer: Promise<Value>,
  { smaller }: { smaller?: string } = {}
): Promise<Value> {
  try {
    return await answer
  } catch (cause) {
    if (smaller !== undefined && cause instanceof ClickHouseError && GAVE_UP.includes(cause.code))
      throw new ApiError(422, {
        code: 'too_large_a_question',
        message: `the warehouse gave up; ${smaller}`,
        cause
      })
    throw serviceDown('the warehouse', cause)
  }
}
