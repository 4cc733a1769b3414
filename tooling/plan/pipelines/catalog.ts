import { planCircleci } from './circleci.ts'
import { planGithub } from './github.ts'
import { planGitlab } from './gitlab.ts'
import { planJenkins } from './jenkins.ts'
import type { Pipeline, PipelineFacts } from './pipeline.ts'
import { planTravis } from './travis.ts'

/** The CI systems a pipeline can be written for. */
export const PIPELINES: Readonly<Record<string, (facts: PipelineFacts) => Pipeline>> = {
  github: planGithub,
  gitlab: planGitlab,
  circleci: planCircleci,
  travis: planTravis,
  jenkins: planJenkins,
}
