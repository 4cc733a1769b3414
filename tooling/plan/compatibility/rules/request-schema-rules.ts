import { type Finding, type Rules, toFinding } from '../rule.ts'
import type { SchemaChange, SchemaChangeKind } from '../schema-change.ts'
import { NARROW_FIX } from './fixes.ts'

const RULES = {
  'request-type-changed': {
    severity: 'breaking',
    sentence: 'the provider takes another type than callers send',
    fix: NARROW_FIX,
  },
  'request-type-narrowed': {
    severity: 'breaking',
    sentence: 'the provider no longer takes a type that callers may send',
    fix: NARROW_FIX,
  },
  'request-type-widened': {
    severity: 'info',
    sentence: 'the provider takes further types',
    fix: 'nothing to do',
  },
  'request-null-refused': {
    severity: 'breaking',
    sentence: 'the provider no longer takes null, which callers may send',
    fix: 'keep it nullable; treat null like an absent value',
  },
  'request-null-taken': {
    severity: 'info',
    sentence: 'the provider takes null as well',
    fix: 'nothing to do',
  },
  'request-enum-narrowed': {
    severity: 'breaking',
    sentence: 'the provider no longer takes values that callers may send',
    fix: 'keep taking the old values until no caller sends them; map them to the new ones',
  },
  'request-enum-widened': {
    severity: 'info',
    sentence: 'the provider takes further values',
    fix: 'nothing to do',
  },
  'request-constraint-tightened': {
    severity: 'breaking',
    sentence: 'the provider refuses values that were within the bounds',
    fix: NARROW_FIX,
  },
  'request-constraint-loosened': {
    severity: 'info',
    sentence: 'the provider takes values that were out of bounds',
    fix: 'nothing to do',
  },
  'request-pattern-added': {
    severity: 'breaking',
    sentence: 'the provider refuses texts that do not match its new pattern',
    fix: NARROW_FIX,
  },
  'request-pattern-changed': {
    severity: 'warning',
    sentence: 'the pattern is another one; texts that matched the old one may be refused',
    fix: 'make sure that the new pattern matches every text that the old one did',
  },
  'request-pattern-removed': {
    severity: 'info',
    sentence: 'the provider takes texts of any pattern',
    fix: 'nothing to do',
  },
  'request-format-added': {
    severity: 'breaking',
    sentence: 'the provider refuses texts that do not have its new format',
    fix: NARROW_FIX,
  },
  'request-format-changed': {
    severity: 'breaking',
    sentence: 'the provider takes another format than callers send',
    fix: NARROW_FIX,
  },
  'request-format-removed': {
    severity: 'info',
    sentence: 'the provider takes texts of any format',
    fix: 'nothing to do',
  },
  'request-property-required-added': {
    severity: 'breaking',
    sentence: 'the provider requires a new property, which callers do not send',
    fix: 'make it optional, or give it a default',
  },
  'request-property-became-required': {
    severity: 'breaking',
    sentence: 'the provider requires a property that callers may leave out',
    fix: 'keep it optional, or give it a default',
  },
  'request-property-refused': {
    severity: 'breaking',
    sentence: 'the provider refuses a property that callers may send',
    fix: 'keep taking it; ignore its value',
  },
  'request-property-ignored': {
    severity: 'warning',
    sentence:
      'the provider no longer knows a property that callers may send; its value has no effect',
    fix: 'keep it in the contract, deprecated, until no caller sends it',
  },
  'request-property-added': {
    severity: 'info',
    sentence: 'callers may send a further property',
    fix: 'nothing to do',
  },
  'request-property-became-optional': {
    severity: 'info',
    sentence: 'callers may leave a property out',
    fix: 'nothing to do',
  },
  'request-unknown-properties-refused': {
    severity: 'breaking',
    sentence: 'the provider refuses properties that the contract does not name',
    fix: 'keep the object open: let it ignore what it does not know',
  },
  'request-unknown-properties-taken': {
    severity: 'info',
    sentence: 'the provider takes properties that the contract does not name',
    fix: 'nothing to do',
  },
  'request-variant-removed': {
    severity: 'breaking',
    sentence: 'the provider no longer takes one of the shapes that callers may send',
    fix: 'keep taking the old shape until no caller sends it',
  },
  'request-variant-added': {
    severity: 'info',
    sentence: 'the provider takes a further shape',
    fix: 'nothing to do',
  },
  'request-default-changed': {
    severity: 'warning',
    sentence: 'what the provider assumes of a value that is left out is another one',
    fix: 'keep the default, or tell the callers who rely on it',
  },
  'request-schema-undecided': {
    severity: 'warning',
    sentence: 'the schema changed in a way that these rules cannot judge',
    fix: 'compare the two by hand',
  },
} as const satisfies Rules

/** What callers send: the new provider must take everything that the old one took. */
export const REQUEST_SCHEMA_RULES: Rules = RULES

type RequestRule = keyof typeof RULES

const RULE_OF: Readonly<Record<SchemaChangeKind, RequestRule>> = {
  'type-changed': 'request-type-changed',
  'type-narrowed': 'request-type-narrowed',
  'type-widened': 'request-type-widened',
  'null-added': 'request-null-taken',
  'null-removed': 'request-null-refused',
  'enum-value-added': 'request-enum-widened',
  'enum-closed-value-added': 'request-enum-widened',
  'enum-value-removed': 'request-enum-narrowed',
  'bound-tightened': 'request-constraint-tightened',
  'bound-loosened': 'request-constraint-loosened',
  'pattern-added': 'request-pattern-added',
  'pattern-removed': 'request-pattern-removed',
  'pattern-changed': 'request-pattern-changed',
  'format-added': 'request-format-added',
  'format-removed': 'request-format-removed',
  'format-changed': 'request-format-changed',
  'property-added': 'request-property-added',
  'required-property-added': 'request-property-required-added',
  'property-removed': 'request-property-ignored',
  'required-property-removed': 'request-property-ignored',
  'property-refused': 'request-property-refused',
  'property-became-required': 'request-property-became-required',
  'property-became-optional': 'request-property-became-optional',
  'unknown-properties-refused': 'request-unknown-properties-refused',
  'unknown-properties-taken': 'request-unknown-properties-taken',
  'variant-added': 'request-variant-added',
  'variant-removed': 'request-variant-removed',
  'default-changed': 'request-default-changed',
  undecided: 'request-schema-undecided',
}

/** Judges the changes of a schema of what callers of `operation` send, at `place` of the request. */
export function judgeRequestSchema(
  operation: string,
  place: string,
  changes: readonly SchemaChange[],
): readonly Finding[] {
  const refused = changes.filter(({ kind }) => kind === 'property-refused').map(({ at }) => at)
  return changes
    .filter(({ kind, at }) => RULE_OF[kind] !== 'request-property-ignored' || !refused.includes(at))
    .map(({ kind, at, detail }) =>
      toFinding(RULES, RULE_OF[kind], {
        operation,
        at: `${place}${at === '' ? '' : ` ${at}`}`,
        detail,
      }),
    )
}
