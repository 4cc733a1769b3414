import { readDescription } from '../parse/description.ts'
import { readFacts } from '../parse/facts/read-facts.ts'
import { readPinnedBase } from '../parse/pinned-base.ts'
import { type Project, readProject } from '../parse/project.ts'
import { readSettingsLayers, toSeverities } from '../parse/read-settings.ts'
import { RULES } from '../plan/rules/catalog.ts'
import { judge, type Judgement } from '../plan/rules/judge.ts'

/** A judgement, and what it is of. */
export interface JudgedRepository {
  readonly name: string
  readonly project: Project
  readonly judgement: Judgement
}

/** What a repository is judged for. */
export interface JudgeOptions {
  readonly environment?: string
  readonly nowSeconds: number
}

/** Reads the repository that `cwd` lies in and judges it by every rule; changes nothing. */
export async function judgeRepository(
  cwd: string,
  { environment, nowSeconds }: JudgeOptions,
): Promise<JudgedRepository> {
  const project = await readProject(cwd)
  const [description, pinnedBase] = await Promise.all([
    readDescription(project.root, { packageName: project.name }),
    readPinnedBase(project.root),
  ])
  const facts = await readFacts(project, {
    description,
    nowSeconds,
    ...(pinnedBase === undefined ? {} : { pinnedBase }),
  })
  const layers = await readSettingsLayers(project.root, project.packageJson.servicex)
  const judgement = judge(facts, {
    rules: RULES,
    severities: toSeverities(layers),
    ...(environment === undefined ? {} : { environment }),
  })
  return { name: facts.name, project, judgement }
}
