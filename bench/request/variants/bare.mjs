import { serve } from '../serve.cjs'

serve()
