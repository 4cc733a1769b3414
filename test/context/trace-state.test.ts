import { expect, test } from 'vitest'
import { HeaderTraceState } from '../../src/context/propagation/trace-state.ts'

test('a vendor reads and changes its own member, and only that', () => {
  const state = new HeaderTraceState('congo=t61,rojo=00f')
  expect(state.get('rojo')).toBe('00f')
  expect(state.get('roj')).toBeUndefined()
  expect(state.set('rojo', 'new').serialize()).toBe('rojo=new,congo=t61')
  expect(state.unset('congo').serialize()).toBe('rojo=00f')
  expect(state.unset('congo').unset('rojo').set('a', '1').serialize()).toBe('a=1')
  expect(state.serialize()).toBe('congo=t61,rojo=00f')
})
