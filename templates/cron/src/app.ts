import { init, job } from 'servicex'
import service from '../service.ts'
import { tidy } from './tidy.ts'

const { env } = init(service)

job('tidy', () => tidy(env.KEEP_DAYS))
