import { testRows } from './fixtures/test-rows.ts'

testRows(1, 9)
