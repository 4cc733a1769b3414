import { captureError, init } from 'servicex'
import { serve } from '../serve.cjs'

serve({ metricsPort: init().adminPort, onError: captureError })
