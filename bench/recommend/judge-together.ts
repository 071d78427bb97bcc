import type { Crew } from './crew.ts'
import type { Accuracy } from './judge.ts'
import type { Job } from './work.ts'

/** So many users a job: every thread has something to do until the end. */
const USERS = 4_000

/** Every thread asks some of the users; the answer is of all of them. */
export async function judgeTogether(
  crew: Crew,
  { questions, ...asked }: Omit<Extract<Job, { do: 'judge' }>, 'do'>
): Promise<Accuracy[]> {
  const parts = Array.from({ length: Math.ceil(questions.length / USERS) }, (_, part) =>
    questions.slice(part * USERS, (part + 1) * USERS)
  )
  const answers = await Promise.all(
    parts.map((part) => crew.work<'judge'>({ do: 'judge', ...asked, questions: part }))
  )
  const shareOf = (part: number) => (parts[part]?.length ?? 0) / questions.length
  return Array.from({ length: asked.models.length + asked.blends.length }, (_, model) => {
    const sum = { recall: 0, ndcg: 0 }
    answers.forEach((accuracies, part) => {
      sum.recall += shareOf(part) * (accuracies[model]?.recall ?? 0)
      sum.ndcg += shareOf(part) * (accuracies[model]?.ndcg ?? 0)
    })
    return sum
  })
}
