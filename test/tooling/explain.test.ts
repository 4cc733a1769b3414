import { expect, test } from 'vitest'
import { ERRORS } from '../../src/convention/error-codes.ts'
import { runKube, type ToolRun } from './run-kube.ts'

const { meaning, fix } = ERRORS.SERVICEX_CONFIG_INVALID

test.for([
  'SERVICEX_CONFIG_INVALID',
  'servicex_config_invalid',
  'config-invalid',
  'Config_Invalid',
])('kube explain %s prints the meaning and the fix', async (word) => {
  expect(await explain(word)).toEqual({
    exitCode: 0,
    stdout: `SERVICEX_CONFIG_INVALID\n  ${meaning}\n  fix: ${fix}\n`,
    stderr: '',
  })
})

test('kube explain --json prints one JSON object', async () => {
  const { stdout } = await explain('CONFIG_INVALID', '--json')
  expect(JSON.parse(stdout)).toEqual({ code: 'SERVICEX_CONFIG_INVALID', meaning, fix })
})

test('kube explain knows every code of the table', async () => {
  for (const code of Object.keys(ERRORS)) {
    expect(await explain(code), code).toMatchObject({ exitCode: 0 })
  }
})

test.for([
  ['SERVICEX_CONFIG_INVALDI', 'did you mean "SERVICEX_CONFIG_INVALID"?'],
  ['intit-twice', 'did you mean "SERVICEX_INIT_TWICE"?'],
  ['__proto__', 'there is no error code "__proto__"'],
  ['ENOENT-and-much-more-than-that', 'copy the SERVICEX_… word from the first line of the error'],
] as const)('kube explain %s exits 2 and says: %s', async ([word, words]) => {
  const { exitCode, stdout, stderr } = await explain(word)
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toContain(words)
})

test.for(['foo', 'zzz', 'billing', 'timeout', 'SERVICEX_FOO'])(
  'kube explain %s, which is near nothing, suggests nothing',
  async (word) => {
    const { stderr } = await explain(word)
    expect(stderr).toContain(`there is no error code "${word}"\n`)
    expect(stderr).not.toContain('did you mean')
  },
)

function explain(...words: readonly string[]): Promise<ToolRun> {
  return runKube(['explain', ...words])
}
