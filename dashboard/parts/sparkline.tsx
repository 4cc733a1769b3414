import type { VNode } from 'preact'

/** Bars of what happened in each span of time, failures on top in their own colour. */
export function Sparkbars(props: {
  readonly values: readonly number[]
  readonly failures?: readonly number[]
  readonly label: string
}): VNode {
  const { values, failures = [], label } = props
  const most = Math.max(1, ...values)
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${values.length * 4} 28`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {values.map((value, index) => {
        const height = value === 0 ? 1 : Math.max(2, (value / most) * 28)
        const failed = ((failures[index] ?? 0) / most) * 28
        return (
          <>
            <rect
              x={index * 4}
              y={28 - height}
              width={3}
              height={height}
              class={value === 0 ? 'spark-none' : 'spark-bar'}
            />
            {failed > 0 && (
              <rect
                x={index * 4}
                y={28 - Math.max(2, failed)}
                width={3}
                height={Math.max(2, failed)}
                class="spark-bad"
              />
            )}
          </>
        )
      })}
    </svg>
  )
}

/** A line of how something went. */
export function Sparkline({ values }: { readonly values: readonly number[] }): VNode {
  const most = Math.max(...values)
  const least = Math.min(0, ...values)
  const range = most - least || 1
  const points = values.map((value, index) => {
    const x = (index / Math.max(1, values.length - 1)) * 96
    return `${x.toFixed(1)},${(19 - ((value - least) / range) * 18).toFixed(1)}`
  })
  return (
    <svg class="sparkline" viewBox="0 0 96 20" preserveAspectRatio="none" aria-hidden="true">
      <polyline points={points.join(' ')} />
    </svg>
  )
}
