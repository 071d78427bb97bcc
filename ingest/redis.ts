import type { Redis } from 'ioredis'
import type { SendCommands } from '../models/profiles/sources.ts'

/** Profiles are read and written through this: many commands in one round trip. */
export function openCommands(redis: Redis): SendCommands {
  return async (commands, { atomic = false } = {}) => {
    if (commands.length === 0) return []
    const batch = atomic ? redis.multi(commands) : redis.pipeline(commands)
    const answers = await batch.exec()
    if (!answers) throw new Error('the serving store gave up a transaction')
    return answers.map(([error, answer]) => {
      if (error) throw error
      return answer
    })
  }
}
