import { mkdtempSync, rmSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openLogSender } from './embedded/log.ts'
import { topicOf, keyOf } from './models/contracts/topics.ts'
import { placed, viewed, loggedIn, erased, rented } from './test/ingest/profile-events.ts'
const dir = mkdtempSync(join(tmpdir(), 'smoke-'))
const child = spawn('npx', ['node', 'ingest/main.ts'], { env: { ...process.env, DATA_DIR: dir }, stdio: ['ignore', 'pipe', 'inherit', 'ipc'], detached: true })
child.stdout.on('data', (d) => process.stdout.write(String(d).replace(/"pid":\d+,"hostname":"[^"]*",/g, '').slice(0, 700)))
await sleep(12_000)
const sender = await openLogSender({ dir: join(dir, 'log') })
for (const e of [viewed(1, { anonymous_id: 'g' }, 'p'), loggedIn(2, 'ann', 'g'), viewed(3, { user_id: 'ann' }, 'q'), placed(4, { user_id: 'ann' }, 'o', { p: 1 }), rented(5, { user_id: 'ann' }, 'r')])
  await sender.send(topicOf[e.type], [{ key: keyOf(e), value: JSON.stringify(e) }])
await sleep(4_000)
const e = erased(9, 'ann'); await sender.send(topicOf[e.type], [{ key: keyOf(e), value: JSON.stringify(e) }])
await sleep(9_000)
await sleep(Number(process.argv[2] ?? 0))
process.kill(-child.pid!, 'SIGTERM'); await sleep(5000); await sender.close(); rmSync(dir, { recursive: true, force: true })
