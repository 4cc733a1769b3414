import { testRows } from './fixtures/test-rows.ts'

testRows(10, 32)
