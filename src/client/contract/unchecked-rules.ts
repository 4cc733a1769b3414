import type { UncheckedRule } from '../../convention/snapshot.ts'
import type { CheckDef, Def } from './zod-def.ts'

/** Rules that JSON Schema has words for. */
const SPOKEN: ReadonlySet<string> = new Set(
  'greater_than less_than multiple_of min_length max_length length_equals number_format string_format'.split(
    ' ',
  ),
)

/** Formats whose check does more than match a pattern. Source: zod 4.6. */
const COMPUTED: ReadonlySet<string> = new Set(
  'url credit_card creditCard iban jwt json_string base64 base64url cidrv6 ipv6'.split(' '),
)

/** Gives which kinds of rules of a schema its JSON Schema leaves out. */
export function toUnchecked(def: Def): readonly UncheckedRule['rule'][] {
  const checks: CheckDef[] = (def.checks ?? []).map((check) => check._zod.def)
  if (def.check !== undefined) checks.push({ ...def, check: def.check })
  const rules = checks.map(ruleOf).filter((rule) => rule !== undefined)
  return [...new Set(def.type === 'catch' ? [...rules, 'catch' as const] : rules)]
}

function ruleOf({ check, format, pattern }: CheckDef): UncheckedRule['rule'] | undefined {
  if (check === 'overwrite') return 'rewrite'
  if (!SPOKEN.has(check)) return 'refine'
  if (format !== undefined && COMPUTED.has(format)) return 'refine'
  return pattern === undefined || isSpeakable(pattern) ? undefined : 'refine'
}

/** Says whether a JSON Schema's `pattern` means the same: it has no flags but `u`, which it needs. */
export function isSpeakable({ source, flags }: RegExp): boolean {
  if (/[imsvy]/.test(flags)) return false
  try {
    return new RegExp(source, 'u').source !== ''
  } catch {
    return false
  }
}
