import { type Finding, type Rules, toFinding } from '../rule.ts'
import type { SchemaChange, SchemaChangeKind } from '../schema-change.ts'
import { WIDEN_FIX } from './fixes.ts'

const RULES = {
  'response-type-changed': {
    severity: 'breaking',
    sentence: 'the reply has another type than callers read',
    fix: WIDEN_FIX,
  },
  'response-type-widened': {
    severity: 'breaking',
    sentence: 'the reply may have a type that callers do not know',
    fix: WIDEN_FIX,
  },
  'response-type-narrowed': {
    severity: 'info',
    sentence: 'the reply has fewer types',
    fix: 'nothing to do',
  },
  'response-null-added': {
    severity: 'breaking',
    sentence: 'the reply may now be null where it never was',
    fix: 'leave the property out if it was optional, or keep giving a value',
  },
  'response-null-removed': {
    severity: 'info',
    sentence: 'the reply is never null any more',
    fix: 'nothing to do',
  },
  'response-enum-widened': {
    severity: 'warning',
    sentence: 'the reply may have values that callers do not know',
    fix: 'make sure that callers treat an unknown value like a default, before the first one is sent',
  },
  'response-closed-enum-widened': {
    severity: 'breaking',
    sentence: 'the reply may have values beyond those that the contract called complete',
    fix: WIDEN_FIX,
  },
  'response-enum-narrowed': {
    severity: 'info',
    sentence: 'some values are no longer sent',
    fix: 'nothing to do',
  },
  'response-constraint-loosened': {
    severity: 'breaking',
    sentence: 'the reply may have values outside of the bounds that callers check',
    fix: WIDEN_FIX,
  },
  'response-constraint-tightened': {
    severity: 'info',
    sentence: 'the reply keeps to narrower bounds',
    fix: 'nothing to do',
  },
  'response-pattern-added': {
    severity: 'info',
    sentence: 'texts of the reply keep to a pattern',
    fix: 'nothing to do',
  },
  'response-pattern-changed': {
    severity: 'warning',
    sentence: 'the pattern is another one; callers may refuse texts that do not match the old one',
    fix: 'make sure that every text that is sent matches the old pattern too',
  },
  'response-pattern-removed': {
    severity: 'breaking',
    sentence: 'texts of the reply no longer keep to the pattern that callers check',
    fix: WIDEN_FIX,
  },
  'response-format-added': {
    severity: 'info',
    sentence: 'texts of the reply keep to a format',
    fix: 'nothing to do',
  },
  'response-format-changed': {
    severity: 'breaking',
    sentence: 'texts of the reply have another format than callers read',
    fix: WIDEN_FIX,
  },
  'response-format-removed': {
    severity: 'breaking',
    sentence: 'texts of the reply no longer keep to the format that callers read',
    fix: WIDEN_FIX,
  },
  'response-property-removed': {
    severity: 'breaking',
    sentence: 'the reply no longer has a property that it always had',
    fix: 'keep sending it, deprecated, until no caller reads it',
  },
  'response-property-became-optional': {
    severity: 'breaking',
    sentence: 'the reply may lack a property that it always had',
    fix: 'keep sending it always; send an empty value where there is none',
  },
  'response-optional-property-removed': {
    severity: 'warning',
    sentence: 'the reply never has an optional property any more',
    fix: 'make sure that no caller needs it',
  },
  'response-property-added': {
    severity: 'info',
    sentence: 'the reply has a further property',
    fix: 'nothing to do',
  },
  'response-property-became-required': {
    severity: 'info',
    sentence: 'the reply always has a property that it could lack',
    fix: 'nothing to do',
  },
  'response-unknown-properties': {
    severity: 'info',
    sentence: 'whether the reply has properties that the contract does not name changed',
    fix: 'nothing to do: callers ignore what they do not know',
  },
  'response-variant-added': {
    severity: 'breaking',
    sentence: 'the reply may have a shape that callers do not know',
    fix: WIDEN_FIX,
  },
  'response-variant-removed': {
    severity: 'info',
    sentence: 'one of the shapes is no longer sent',
    fix: 'nothing to do',
  },
  'response-default-changed': {
    severity: 'warning',
    sentence:
      'what callers assume of a value that is left out is no longer what the provider means',
    fix: 'keep the default, or always send the value',
  },
  'response-schema-undecided': {
    severity: 'warning',
    sentence: 'the schema changed in a way that these rules cannot judge',
    fix: 'compare the two by hand',
  },
} as const satisfies Rules

/** What callers are sent: they must understand everything that the new provider gives. */
export const RESPONSE_SCHEMA_RULES: Rules = RULES

type ResponseRule = keyof typeof RULES

const RULE_OF: Readonly<Record<SchemaChangeKind, ResponseRule | undefined>> = {
  'type-changed': 'response-type-changed',
  'type-narrowed': 'response-type-narrowed',
  'type-widened': 'response-type-widened',
  'null-added': 'response-null-added',
  'null-removed': 'response-null-removed',
  'enum-value-added': 'response-enum-widened',
  'enum-closed-value-added': 'response-closed-enum-widened',
  'enum-value-removed': 'response-enum-narrowed',
  'bound-tightened': 'response-constraint-tightened',
  'bound-loosened': 'response-constraint-loosened',
  'pattern-added': 'response-pattern-added',
  'pattern-removed': 'response-pattern-removed',
  'pattern-changed': 'response-pattern-changed',
  'format-added': 'response-format-added',
  'format-removed': 'response-format-removed',
  'format-changed': 'response-format-changed',
  'property-added': 'response-property-added',
  'required-property-added': 'response-property-added',
  'property-removed': 'response-optional-property-removed',
  'required-property-removed': 'response-property-removed',
  // The removal itself is found as well.
  'property-refused': undefined,
  'property-became-required': 'response-property-became-required',
  'property-became-optional': 'response-property-became-optional',
  'unknown-properties-refused': 'response-unknown-properties',
  'unknown-properties-taken': 'response-unknown-properties',
  'variant-added': 'response-variant-added',
  'variant-removed': 'response-variant-removed',
  'default-changed': 'response-default-changed',
  undecided: 'response-schema-undecided',
}

/** Judges the changes of a schema of what callers of `operation` are sent, at `place` of the reply. */
export function judgeResponseSchema(
  operation: string,
  place: string,
  changes: readonly SchemaChange[],
): readonly Finding[] {
  return changes.flatMap(({ kind, at, detail }) => {
    const rule = RULE_OF[kind]
    if (rule === undefined) return []
    const where = `${place}${at === '' ? '' : ` ${at}`}`
    return [toFinding(RULES, rule, { operation, at: where, detail })]
  })
}
