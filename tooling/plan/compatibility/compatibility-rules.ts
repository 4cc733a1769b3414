import type { Rules } from './rule.ts'
import { BODY_RULES } from './rules/body-rules.ts'
import { ERROR_RULES } from './rules/error-rules.ts'
import { OPERATION_RULES } from './rules/operation-rules.ts'
import { PARAMETER_RULES } from './rules/parameter-rules.ts'
import { PROMISE_RULES } from './rules/promise-rules.ts'
import { REPLY_RULES } from './rules/reply-rules.ts'
import { REQUEST_SCHEMA_RULES } from './rules/request-schema-rules.ts'
import { RESPONSE_SCHEMA_RULES } from './rules/response-schema-rules.ts'
import { SERVICE_RULES } from './rules/service-rules.ts'

/** Every rule of compatibility by id, family by family. */
export const COMPATIBILITY_RULES: Rules = {
  ...SERVICE_RULES,
  ...OPERATION_RULES,
  ...PARAMETER_RULES,
  ...BODY_RULES,
  ...REQUEST_SCHEMA_RULES,
  ...REPLY_RULES,
  ...RESPONSE_SCHEMA_RULES,
  ...ERROR_RULES,
  ...PROMISE_RULES,
}
