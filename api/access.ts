/** Its home is where ingest finds it too: a rejected event that is sent again gets no more rights than its key had. */
export { maySend } from '../models/contracts/scopes.ts'
