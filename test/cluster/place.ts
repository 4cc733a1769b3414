/** The cluster that the tests of this folder deploy to. */
export interface Place {
  readonly kubeconfig: string
  readonly context: string
  /** What apps are pushed to and pulled from: `127.0.0.1:5000`. */
  readonly registry: string
  /** What apps are built on; the tool's own choice when absent. */
  readonly baseImage?: string
  /** The minor version of Kubernetes. */
  readonly minor: number
  /** The packed servicex. */
  readonly tarball: string
  /** What is in it, where this repository's packages are found. */
  readonly servicex: string
  /** Where what was built and fetched is kept between the tests. */
  readonly cache: string
  /** It ends with these tests: nothing needs to be tidied up. */
  readonly isThrowaway: boolean
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Absent where there is no cluster. */
    readonly place?: Place
    /** Why there is none. */
    readonly noPlace?: string
  }
}

/** The first minor version that has every object a deploy makes: policy/v1, autoscaling/v2, matchLabelKeys. */
export const COMPLETE_MINOR = 27
