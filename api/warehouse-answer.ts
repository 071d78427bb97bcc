import { serviceDown } from './errors.ts'

/** A warehouse that does not answer is expected, and no mistake of the asker's: 503, with the cause for our log. */
export async function fromWarehouse<Value>(answer: Promise<Value>): Promise<Value> {
  try {
    return await answer
  } catch (cause) {
    throw serviceDown('the warehouse', cause)
  }
}
