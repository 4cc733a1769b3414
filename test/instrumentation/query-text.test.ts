import { describe, expect, test } from 'vitest'
import { redisText } from '../../src/context/operation/redis-text.ts'
import {
  type SqlDialect,
  sqlDialect,
  sqlOperation,
  withoutLiterals,
} from '../../src/context/operation/sql-text.ts'

describe('an SQL text shows no value', () => {
  const CASES: readonly (readonly [SqlDialect, sql: string, shown: string])[] = [
    ['postgresql', `SELECT 'it''s', 1, -2.5e-3, 0xff FROM t1`, 'SELECT ?, ?, -?, ? FROM t1'],
    ['postgresql', `WHERE path = 'C:\\' AND pin = 'hunter2'`, 'WHERE path = ? AND pin = ?'],
    ['postgresql', `SELECT E'a\\'hunter2', N'x', B'01', U&'d'`, 'SELECT ?, ?, ?, ?'],
    ['postgresql', `SELECT $$hunter'2$$, $a$ $$ $a$, $1`, 'SELECT ?, ?, $1'],
    ['postgresql', `SELECT "order", "a""b" FROM "T 1"`, 'SELECT "order", "a""b" FROM "T 1"'],
    ['postgresql', `SELECT 1 -- hunter2\nFROM t /* hunter2 */`, 'SELECT ?  \nFROM t'],
    ['postgresql', `SELECT data #> '{a}' FROM t`, 'SELECT data #> ? FROM t'],
    ['postgresql', `SELECT 'unfinished hunter2`, 'SELECT ?'],
    ['postgresql', `SELECT $$unfinished hunter2`, 'SELECT ?'],
    ['mysql', `SELECT "hunter2", 'a\\'hunter2', x'ff' FROM \`t 1\``, 'SELECT ?, ?, ? FROM `t 1`'],
    ['mysql', `SELECT 1 # hunter2\nFROM t`, 'SELECT ?  \nFROM t'],
    ['mysql', `SELECT "unfinished hunter2\\`, 'SELECT ?'],
    ['mysql', `INSERT INTO t VALUES (1, 'a'), (?, ?)`, 'INSERT INTO t VALUES (?, ?), (?, ?)'],
    [
      'other',
      `SELECT [a b] FROM t WHERE a = @p1 AND b = 'x'`,
      'SELECT [a b] FROM t WHERE a = @p1 AND b = ?',
    ],
    ['other', `SELECT 'C:\\' AND 'hunter2'`, 'SELECT ?'],
  ]

  test.for(CASES)('%s: %s', ([dialect, sql, shown]) => {
    expect(withoutLiterals(sql, dialect)).toBe(shown)
  })

  test('wherever it is cut off', () => {
    const sql = `SELECT '${'x'.repeat(3000)}hunter2', 'hunter2'`
    expect(withoutLiterals(sql, 'postgresql')).toBe('SELECT ?')
  })

  test.for(['postgresql', 'mysql', 'other'] as const)(
    '%s: text made to be slow is masked in no time',
    (dialect) => {
      const started = performance.now()
      for (const part of [`'`, `"`, `\\'`, `''`, '$$', '/*', '1e', '`', '[', '('])
        withoutLiterals(part.repeat(2048), dialect)
      expect(performance.now() - started).toBeLessThan(500)
    },
  )
})

test.for([
  ['select 1', 'SELECT'],
  ['\n  INSERT\nINTO t', 'INSERT'],
  ['/* by hand */ -- why\n WITH a AS (SELECT 1) SELECT 2', 'WITH'],
  ['((SELECT 1))', 'SELECT'],
  ['', undefined],
] as const)('the verb of %j is %s', ([sql, verb]) => {
  expect(sqlOperation(sql)).toBe(verb)
})

test.for([
  ['postgresql', 'postgresql'],
  ['mariadb', 'mysql'],
  ['microsoft.sql_server', 'other'],
  ['oracle.db', 'other'],
  ['mongodb', undefined],
  ['redis', undefined],
] as const)('%s speaks %s', ([system, dialect]) => {
  expect(sqlDialect(system)).toBe(dialect)
})

test.for([
  ['GET', ['user:4711:name'], 'GET user:?:name'],
  ['GET', ['session:eyJhbGciOiJIUzI1NiJ9'], 'GET session:?'],
  ['SET', ['greeting', 'hunter2', 'EX', '60'], 'SET greeting ? ? ?'],
  ['AUTH', ['default', 'hunter2'], 'AUTH ? ?'],
  ['CONFIG', ['set', 'requirepass', 'hunter2'], 'CONFIG SET ? ?'],
  ['ACL', ['SETUSER', 'bob', '>hunter2'], 'ACL SETUSER ? ?'],
  ['EVAL', ['return 1', '0'], 'EVAL ? ?'],
  ['MSET', Array.from({ length: 40 }, () => 'a'), 'MSET a ? ? ? ? ? ? ? ? …'],
  ['PING', [], 'PING'],
] as const)('%s %j is shown as %s', ([command, args, shown]) => {
  expect(redisText(command, [...args])).toBe(shown)
})
