import type { VNode } from 'preact'

/** Paths on a grid of 16, drawn with a stroke. */
const PATHS = {
  mark: 'M3.5 4.5h7M6 8h6.5M3.5 11.5h5',
  overview: 'M2.5 2.5h4.5v4.5h-4.5zM9 2.5h4.5v4.5h-4.5zM2.5 9h4.5v4.5h-4.5zM9 9h4.5v4.5h-4.5z',
  traces: 'M2 3.5h8M5 8h7M8 12.5h6',
  logs: 'M2.5 3.5h11M2.5 6.5h8M2.5 9.5h11M2.5 12.5h6',
  errors: 'M8 2l6.5 11.5h-13zM8 6.5v3.2M8 11.6v.1',
  metrics: 'M2 13.5h12M3 10.5l3-4 3 2.500 4-6',
  sun: 'M8 5.200a2.800 2.800 0 100 5.600 2.800 2.800 0 000-5.600M8 1.500v1.300M8 13.200v1.300M1.500 8h1.300M13.200 8h1.300M3.400 3.400l.900.900M11.700 11.700l.900.900M3.400 12.600l.900-.900M11.700 4.300l.900-.900',
  moon: 'M13.500 9.600A5.800 5.800 0 016.400 2.500a5.800 5.800 0 107.100 7.100z',
  half: 'M8 2a6 6 0 100 12 6 6 0 000-12zM8 2v12M8 5l5.200-1M8 8.500h6M8 12l4.500-.400',
  help: 'M8 2a6 6 0 100 12 6 6 0 000-12zM6.300 6.300a1.750 1.750 0 113 1.250c-.700.600-1.300.900-1.300 1.750M8 11.300v.100',
  back: 'M10 3L5 8l5 5',
  next: 'M6 3l5 5-5 5',
  down: 'M3.500 6L8 10.500 12.500 6',
  copy: 'M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3',
  done: 'M3 8.500l3.500 3.500L13 4.500',
  search: 'M7 2.500a4.500 4.500 0 100 9 4.500 4.500 0 000-9zM10.300 10.300l3.700 3.700',
  close: 'M4 4l8 8M12 4l-8 8',
  restart: 'M13 8a5 5 0 11-1.600-3.700M13 2v3h-3',
  stop: 'M4.500 4.500h7v7h-7z',
  start: 'M5 3.500l7.500 4.500L5 12.500z',
  open: 'M6 3.500H3.500v9h9V10M9 3h4v4M13 3L7.500 8.500',
} as const

/** The pictures there are. */
export type IconName = keyof typeof PATHS

/** A small picture that says what the words beside it say. */
export function Icon({ name }: { readonly name: IconName }): VNode {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.4"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  )
}
