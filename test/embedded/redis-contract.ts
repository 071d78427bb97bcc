import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

/** What every Redis answers to the commands that Flipside uses; run over the embedded one and a real one. */
export function describeRedis(
  name: string,
  start: () => Promise<{ url: string; close(): Promise<void> }>
): void {
  describe(`the commands of Redis, as ${name} answers them`, () => {
    let server: { url: string; close(): Promise<void> }
    let redis: Redis
    beforeAll(async () => {
      server = await start()
      redis = new Redis(server.url)
    })
    afterAll(async () => {
      await redis.quit()
      await server.close()
    })
    beforeEach(async () => {
      await redis.flushall()
    })
    /** The reply, or the text of the error. */
    const call = (line: string) => {
      const [command = '', ...args] = line.split(' ')
      return redis.call(command, ...args).catch((error: Error) => inWordsOfSeven(error.message))
    }

    test('keeps strings of any bytes, and none where nothing was set', async () => {
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
      const key = Buffer.from([0, 13, 10, 255])
      expect(await redis.set(key, bytes)).toBe('OK')
      expect(await redis.getBuffer(key)).toEqual(bytes)
      expect(await redis.set('empty', '')).toBe('OK')
      expect(await redis.mget('empty', 'missing', 'ü')).toEqual(['', null, null])
      expect(await redis.set('ü', 'ключ ☃')).toBe('OK')
      expect(await redis.get('ü')).toBe('ключ ☃')
      expect(await redis.get('missing')).toBeNull()
    })

    test('sets only where a key is or is not, which is how one job takes a lock', async () => {
      expect(await redis.set('lock', 'a', 'PX', 60_000, 'NX')).toBe('OK')
      expect(await redis.set('lock', 'b', 'PX', 60_000, 'NX')).toBeNull()
      expect(await redis.set('other', 'c', 'XX')).toBeNull()
      expect(await redis.set('lock', 'd', 'XX')).toBe('OK')
      expect(await redis.ttl('lock')).toBe(-1)
      expect(await redis.get('lock')).toBe('d')
      expect(await redis.exists('lock', 'lock', 'other')).toBe(2)
    })

    test('forgets keys when their time has come', async () => {
      await redis.set('soon', 'x', 'PX', 30)
      await redis.set('later', 'x', 'EX', 100)
      await redis.hset('hash', { a: 1 })
      expect(await redis.ttl('later')).toBe(100)
      expect(await redis.ttl('hash')).toBe(-1)
      expect(await redis.ttl('missing')).toBe(-2)
      expect(await redis.expire('hash', 50)).toBe(1)
      expect(await redis.ttl('hash')).toBe(50)
      expect(await redis.expire('missing', 50)).toBe(0)
      expect(await redis.persist('hash')).toBe(1)
      expect(await redis.ttl('hash')).toBe(-1)
      expect(await redis.persist('hash')).toBe(0)
      expect(await redis.persist('missing')).toBe(0)
      expect(await redis.pexpire('hash', 30)).toBe(1)
      await expect.poll(() => redis.exists('soon', 'hash'), { timeout: 10_000 }).toBe(0)
      expect(await redis.expire('later', -1)).toBe(1)
      expect(await redis.get('later')).toBeNull()
    })

    test('drops the time of a key that is set anew and keeps that of one that is counted up', async () => {
      await redis.set('counter', '5', 'EX', 100)
      expect(await redis.incr('counter')).toBe(6)
      expect(await redis.ttl('counter')).toBe(100)
      await redis.set('counter', '1')
      expect(await redis.ttl('counter')).toBe(-1)
      expect(await redis.incr('new')).toBe(1)
      await redis.set('big', '9223372036854775806')
      expect(await call('incr big')).toBeTypeOf('number')
      expect(await call('incr big')).toBe('ERR increment or decrement would overflow')
      for (const wrong of ['1.5', 'x', ' 1', '9223372036854775808', '01', '']) {
        await redis.set('wrong', wrong)
        expect(await call('incr wrong')).toBe('ERR value is not an integer or out of range')
      }
    })

    test('deletes keys of every kind', async () => {
      await redis.set('s', '1')
      await redis.hset('h', { a: 1 })
      await redis.zadd('z', 1, 'a')
      await redis.sadd('m', 'a')
      expect(await redis.dbsize()).toBe(4)
      expect(await redis.del('s', 'h', 'missing', 's')).toBe(2)
      expect(await redis.unlink('z', 'm')).toBe(2)
      expect(await redis.dbsize()).toBe(0)
    })

    test('keeps hashes', async () => {
      expect(await redis.hset('h', { a: '1', b: '2' })).toBe(2)
      expect(await redis.hset('h', 'b', 'two', 'c', '3')).toBe(1)
      expect(await redis.hget('h', 'b')).toBe('two')
      expect(await redis.hmget('h', 'c', 'x', 'a')).toEqual(['3', null, '1'])
      expect(await redis.hgetall('h')).toEqual({ a: '1', b: 'two', c: '3' })
      expect(await redis.hlen('h')).toBe(3)
      expect(await redis.hdel('h', 'a', 'x', 'a', 'b')).toBe(2)
      expect(await redis.hdel('h', 'c')).toBe(1)
      expect(await redis.exists('h')).toBe(0)
      expect(await redis.hgetall('h')).toEqual({})
      expect(await redis.hget('h', 'a')).toBeNull()
      expect(await redis.hmget('h', 'a')).toEqual([null])
    })

    test('keeps sets', async () => {
      expect(await redis.sadd('s', 'a', 'b', 'a')).toBe(2)
      expect(await redis.sadd('s', 'b', 'c')).toBe(1)
      expect((await redis.smembers('s')).toSorted()).toEqual(['a', 'b', 'c'])
      expect([await redis.sismember('s', 'a'), await redis.sismember('s', 'x')]).toEqual([1, 0])
      expect(await redis.srem('s', 'a', 'x', 'b')).toBe(2)
      expect(await redis.scard('s')).toBe(1)
      expect(await redis.srem('s', 'c')).toBe(1)
      expect(await redis.exists('s')).toBe(0)
      expect(await redis.smembers('s')).toEqual([])
    })

    test('keeps sorted sets by score, then by bytes', async () => {
      expect(await redis.zadd('z', 3, 'c', 1, 'b', 1, 'a', 1, 'B', 1, 'é', '-inf', 'low', 2.5, 'x')).toBe(7)
      const all = ['low', 'B', 'a', 'b', 'é', 'x', 'c']
      expect(await redis.zrange('z', '0', '-1')).toEqual(all)
      expect(await redis.zrange('z', '0', '-1', 'REV')).toEqual(all.toReversed())
      expect(await redis.zrevrange('z', 0, 2, 'WITHSCORES')).toEqual(['c', '3', 'x', '2.5', 'é', '1'])
      expect(await redis.zrange('z', '-2', '99', 'WITHSCORES')).toEqual(['x', '2.5', 'c', '3'])
      expect(await redis.zrange('z', '0', '0', 'REV', 'WITHSCORES')).toEqual(['c', '3'])
      expect(await redis.zrange('z', '5', '2')).toEqual([])
      expect(await redis.zscore('z', 'low')).toBe('-inf')
      expect(await redis.zscore('z', 'missing')).toBeNull()
      expect(await redis.zadd('z', 9, 'a')).toBe(0)
      expect(await redis.zrange('z', '-1', '-1')).toEqual(['a'])
      expect(await redis.zrem('z', 'a', 'missing', 'low')).toBe(2)
      expect(await redis.zcard('z')).toBe(5)
      expect(await redis.zremrangebyrank('z', 0, -3)).toBe(3)
      expect(await redis.zrange('z', '0', '-1')).toEqual(['x', 'c'])
      expect(await redis.zremrangebyrank('z', 0, -1)).toBe(2)
      expect(await redis.exists('z')).toBe(0)
    })

    test('adds to sorted sets only as its options allow', async () => {
      await redis.zadd('z', 5, 'a')
      expect(await redis.zadd('z', 'NX', 9, 'a', 1, 'b')).toBe(1)
      expect(await redis.zadd('z', 'XX', 6, 'a', 1, 'new')).toBe(0)
      expect(await redis.zadd('z', 'GT', 4, 'a', 7, 'b', 1, 'c')).toBe(1)
      expect(await redis.zadd('z', 'LT', 4, 'a', 9, 'b')).toBe(0)
      expect(await redis.zrange('z', '0', '-1', 'WITHSCORES')).toEqual(['c', '1', 'a', '4', 'b', '7'])
      expect(await redis.zadd('none', 'XX', 1, 'a')).toBe(0)
      expect(await redis.exists('none')).toBe(0)
      expect(await call('zadd z nx xx 1 a')).toBe('ERR XX and NX options at the same time are not compatible')
      expect(await call('zadd z gt lt 1 a')).toBe(
        'ERR GT, LT, and/or NX options at the same time are not compatible'
      )
      expect(await call('zadd z 1 a 2')).toBe('ERR syntax error')
      expect(await call('zadd z 1 a nan b')).toBe('ERR value is not a valid float')
      expect(await call('zadd z x b')).toBe('ERR value is not a valid float')
    })

    test('spells scores so that they read back as the same number', async () => {
      const scores = [
        0.1,
        1e21,
        1.5e-7,
        1_700_000_000_123,
        -3,
        123456789.123,
        2 ** 53,
        1e17,
        0,
        1e-5,
        3.5e300
      ]
      for (const [i, score] of scores.entries()) await redis.zadd('z', score, String(i))
      const read = await Promise.all(scores.map((_, i) => redis.zscore('z', String(i))))
      expect(read.map(Number)).toEqual(scores)
      expect(read[3]).toBe('1700000000123')
    })

    test('walks through all keys and all fields in pages', async () => {
      const names = Array.from({ length: 500 }, (_, i) => `key:${i}`)
      await Promise.all(names.map((name) => redis.set(name, 'x')))
      await redis.hset('hash', Object.fromEntries(names.map((name) => [name, `of ${name}`])))
      const keys = new Set<string>()
      for await (const page of redis.scanStream({ match: 'key:*', count: 7 })) {
        for (const key of page as string[]) keys.add(key)
      }
      expect([...keys].toSorted()).toEqual(names.toSorted())
      const fields = new Map<string, string>()
      for await (const page of redis.hscanStream('hash', { count: 30 })) {
        const flat = page as string[]
        for (let i = 0; i < flat.length; i += 2) fields.set(flat[i] ?? '', flat[i + 1] ?? '')
      }
      expect(Object.fromEntries(fields)).toEqual(
        Object.fromEntries(names.map((name) => [name, `of ${name}`]))
      )
      expect(await redis.hscan('missing', '0')).toEqual(['0', []])
      expect(await call('scan x')).toBe('ERR invalid cursor')
      expect(await call('scan 0 count 0')).toBe('ERR syntax error')
      expect(await call('scan 0 count x')).toBe('ERR value is not an integer or out of range')
      expect(await call('scan 0 match')).toBe('ERR syntax error')
    })

    test('misses no key in a walk while others come and go', async () => {
      const stay = Array.from({ length: 200 }, (_, i) => `stay:${i}`)
      for (const [i, key] of stay.entries()) {
        await redis.set(key, 'x')
        await redis.set(`go:${i}`, 'x')
      }
      const seen = new Set<string>()
      let round = 0
      for await (const page of redis.scanStream({ count: 5 })) {
        for (const key of page as string[]) seen.add(key)
        await redis.del(`go:${round}`, `go:${199 - round}`)
        await redis.set(`come:${round++}`, 'x')
        if (round > 1_000) throw new Error('the walk does not end')
      }
      expect(stay.filter((key) => !seen.has(key))).toEqual([])
    })

    test('matches patterns of keys', async () => {
      const names = ['hello', 'hallo', 'hxllo', 'hllo', 'heeello', 'h*llo', 'a[b', 'a-b', 'x', '']
      for (const name of names) await redis.set(name, '1')
      const patterns = [
        '*',
        'h?llo',
        'h*llo',
        'h[ae]llo',
        'h[^e]llo',
        'h[a-f]llo',
        'h\\*llo',
        'a\\[b',
        '',
        'h*l*o',
        '[x'
      ]
      const found = Object.fromEntries(
        await Promise.all(patterns.map(async (pattern) => [pattern, (await redis.keys(pattern)).toSorted()]))
      )
      expect(found).toEqual({
        '*': names.toSorted(),
        'h?llo': ['h*llo', 'hallo', 'hello', 'hxllo'],
        'h*llo': ['h*llo', 'hallo', 'heeello', 'hello', 'hllo', 'hxllo'],
        'h[ae]llo': ['hallo', 'hello'],
        'h[^e]llo': ['h*llo', 'hallo', 'hxllo'],
        'h[a-f]llo': ['hallo', 'hello'],
        'h\\*llo': ['h*llo'],
        'a\\[b': ['a[b'],
        '': [''],
        'h*l*o': ['h*llo', 'hallo', 'heeello', 'hello', 'hllo', 'hxllo'],
        '[x': ['x']
      })
    })

    test('runs a transaction as one, with the errors of single commands in their places', async () => {
      const replies = await redis.multi().set('a', 1).incr('a').hget('a', 'x').get('a').exec()
      expect(replies?.map(([error, value]) => error?.message ?? value)).toEqual([
        'OK',
        2,
        'WRONGTYPE Operation against a key holding the wrong kind of value',
        '2'
      ])
      const plain = await redis.pipeline().get('a').zcard('a').exec()
      expect(plain?.map(([error, value]) => error?.message ?? value)).toEqual([
        '2',
        'WRONGTYPE Operation against a key holding the wrong kind of value'
      ])
    })

    test('refuses what makes no transaction', async () => {
      expect(await call('exec')).toBe('ERR EXEC without MULTI')
      expect(await call('discard')).toBe('ERR DISCARD without MULTI')
      const lines = [
        'multi',
        'set a 1',
        'multi',
        'nonsense',
        'exec',
        'get a',
        'multi',
        'set a 2',
        'discard',
        'get a'
      ]
      expect(await Promise.all(lines.map(call))).toEqual([
        'OK',
        'QUEUED',
        'ERR MULTI calls can not be nested',
        "ERR unknown command 'nonsense', with args beginning with: ",
        'EXECABORT Transaction discarded because of previous errors.',
        null,
        'OK',
        'QUEUED',
        'OK',
        null
      ])
    })

    test('says what is wrong with a command in the words of Redis', async () => {
      await redis.set('s', 'x')
      await redis.hset('h', { a: 1 })
      const wrongKind = 'WRONGTYPE Operation against a key holding the wrong kind of value'
      const ofKind = [
        'hset s a 1',
        'hget s a',
        'hmget s a',
        'hgetall s',
        'hdel s a',
        'hlen s',
        'hscan s 0',
        'get h'
      ]
      const ofSets = [
        'incr h',
        'sadd s a',
        'srem s a',
        'smembers s',
        'sismember s a',
        'scard s',
        'zadd s 1 a'
      ]
      const ofSorted = [
        'zrange s 0 1',
        'zrevrange s 0 1',
        'zrem s a',
        'zremrangebyrank s 0 1',
        'zcard s',
        'zscore s a'
      ]
      for (const line of [...ofKind, ...ofSets, ...ofSorted]) expect(await call(line), line).toBe(wrongKind)
      expect(await redis.mget('h', 's')).toEqual([null, 'x'])
      expect(await redis.set('h', 'now a string')).toBe('OK')

      const tooFew = [
        'get',
        'get a b',
        'set a',
        'hset h',
        'hset h a',
        'hset h a 1 b',
        'del',
        'zadd z 1',
        'expire a'
      ]
      for (const line of [...tooFew, 'mget', 'zrange z 0', 'hmget h', 'ttl', 'keys', 'PING a b', 'multi x']) {
        const name = line.split(' ')[0]?.toLowerCase()
        expect(await call(line), line).toBe(`ERR wrong number of arguments for '${name}' command`)
      }
      const syntax = ['set a 1 nx xx', 'set a 1 ex', 'set a 1 ex 1 px 1', 'set a 1 foo', 'zrange z 0 1 foo']
      for (const line of [...syntax, 'zrevrange z 0 1 foo', 'flushall foo']) {
        expect(await call(line), line).toBe('ERR syntax error')
      }
      for (const line of [
        'set a 1 ex x',
        'expire s x',
        'zrange z a b',
        'zremrangebyrank z a b',
        'set a 1 px 1.5'
      ]) {
        expect(await call(line), line).toBe('ERR value is not an integer or out of range')
      }
      expect(await call('set a 1 ex 0')).toBe("ERR invalid expire time in 'set' command")
      expect(await call('set a 1 px -5')).toBe("ERR invalid expire time in 'set' command")
      expect(await call('NoSuch one two')).toBe(
        "ERR unknown command 'NoSuch', with args beginning with: 'one' 'two' "
      )
      expect(await call(`nosuch ${'x'.repeat(200)} more`)).toBe(
        `ERR unknown command 'nosuch', with args beginning with: '${'x'.repeat(128)}' `
      )
    })

    test('answers what clients ask for themselves', async () => {
      expect(await redis.ping()).toBe('PONG')
      expect(await redis.ping('hello')).toBe('hello')
      expect(await redis.select(0)).toBe('OK')
      expect(await call('client setname flipside')).toBe('OK')
      expect(await redis.info()).toContain('loading:0')
    })
  })
}

/** Redis 6 said the same with other quotation marks. */
function inWordsOfSeven(message: string): string {
  return message
    .replaceAll(/`, (?!with)/g, '` ')
    .replaceAll('`', "'")
    .replace(/(?<=invalid expire time in )(\w+)$/, "'$1' command")
}
