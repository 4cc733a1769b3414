import type { VNode } from 'preact'

/** Gives a long name that may break after each of its words. */
export function toBreakable(name: string): (string | VNode)[] {
  return name.split(/(?<=[_./])/).flatMap((word, index) => [word, <wbr key={index} />])
}
