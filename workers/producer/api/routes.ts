/** Every operation of the API; the document at `/api/openapi.json` is made of the same list. */
import { AUDIT_ROUTES } from './audit.ts'
import { FORGET_ROUTES } from './forget.ts'
import { METRIC_ROUTES } from './metrics.ts'
import { MERCHANT_ROUTES } from './merchants.ts'
import { withOpenApi } from './openapi.ts'
import { QUEUE_ROUTES } from './queues.ts'
import { RECORD_ROUTES } from './records.ts'
import { RUN_ROUTES } from './runs.ts'
import { SANDBOX_ROUTES } from './sandbox.ts'
import { SEARCH_ROUTES } from './search.ts'
import { SESSION_ROUTES } from './session.ts'
import { STAGE_ROUTES } from './stages.ts'
import { STATUS_ROUTES } from './status.ts'

export const ROUTES = withOpenApi([
  ...SESSION_ROUTES,
  ...STATUS_ROUTES,
  ...RUN_ROUTES,
  ...RECORD_ROUTES,
  ...QUEUE_ROUTES,
  ...STAGE_ROUTES,
  ...METRIC_ROUTES,
  ...MERCHANT_ROUTES,
  ...SEARCH_ROUTES,
  ...AUDIT_ROUTES,
  ...FORGET_ROUTES,
  ...SANDBOX_ROUTES,
])
