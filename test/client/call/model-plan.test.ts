import { toSnapshot } from 'servicex/contract'
import { expect, test } from 'vitest'
import { toContractPlan } from '../../../src/client/call/model-plan.ts'
import { toOperationModels } from '../../../src/client/contract/operation-model.ts'
import { toServicePlan } from '../../../src/convention/service-plan.ts'
import { billing } from '../../fixtures/client/billing.ts'

test('a direct client plans its calls as a generated one does', () => {
  expect(toContractPlan(billing, toOperationModels(billing))).toEqual(
    toServicePlan(toSnapshot(billing)),
  )
})
