import type { VNode } from 'preact'
import type { FrameRecord } from '../../tooling/plan/dev/record.ts'
import { findOwnFrame } from '../../tooling/plan/dev/stack.ts'
import { CopyButton } from './copy-button.tsx'

/** A stack as it is read: the app's own frames with their source, those of others in the background. */
export function Stack({ frames }: { readonly frames: readonly FrameRecord[] }): VNode {
  if (frames.length === 0) return <p class="muted">The error came without a stack.</p>
  const first = frames.indexOf(findOwnFrame(frames) ?? (frames[0] as FrameRecord))
  return (
    <ol class="stack">
      {frames.map((frame, index) => (
        <li key={index} class={frame.isOwn ? 'own' : undefined}>
          <p>
            <span class="function">{frame.function ?? '<anonymous>'}</span>
            <code class="clip" title={frame.file}>
              {toShortFile(frame.file)}
              {frame.line === undefined ? '' : `:${frame.line}`}
            </code>
            {frame.isOwn && <CopyButton text={toPlace(frame)} label="Copy the place" isBare />}
          </p>
          {index === first && frame.source !== undefined && <Source frame={frame} />}
        </li>
      ))}
    </ol>
  )
}

function Source({ frame }: { readonly frame: FrameRecord }): VNode {
  return (
    <pre class="source" tabIndex={0} aria-label={`Source around line ${frame.line}`}>
      {frame.source?.map(([line, text]) => (
        <span key={line} class={line === frame.line ? 'here' : undefined}>
          <i>{line}</i>
          {text}
          {'\n'}
        </span>
      ))}
    </pre>
  )
}

function toPlace({ file, line, column }: FrameRecord): string {
  return [file, line, column].filter((part) => part !== undefined).join(':')
}

function toShortFile(file: string): string {
  return file.split('/').slice(-3).join('/')
}
