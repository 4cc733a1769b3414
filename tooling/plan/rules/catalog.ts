import type { Rule } from './rule.ts'
import { baseImagePinned } from './base-image-pinned.ts'
import { ciDeploys } from './ci-deploys.ts'
import { clientsGenerated } from './clients-generated.ts'
import { commitHashTag } from './commit-hash-tag.ts'
import { companyEndpoints } from './company-endpoints.ts'
import { contractsCompatible } from './contracts-compatible.ts'
import { generatorAge } from './generator-age.ts'
import { initFirst } from './init-first.ts'
import { lockfilePresent } from './lockfile-present.ts'
import { noLatest } from './no-latest.ts'
import { oneLogger } from './one-logger.ts'
import { oneNamespace } from './one-namespace.ts'
import { podHardened } from './pod-hardened.ts'
import { secretsInSecrets } from './secrets-in-secrets.ts'

/** Every rule of the convention, in the order they are told. */
export const RULES: readonly Rule[] = [
  commitHashTag,
  noLatest,
  baseImagePinned,
  lockfilePresent,
  oneNamespace,
  secretsInSecrets,
  companyEndpoints,
  podHardened,
  initFirst,
  oneLogger,
  clientsGenerated,
  contractsCompatible,
  ciDeploys,
  generatorAge,
]
