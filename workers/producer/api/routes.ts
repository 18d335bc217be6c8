/** Every operation of the API; the document at `/api/openapi.json` is made of the same list. */
import { ACTION_ITEM_ROUTES } from './action-items.ts'
import { ASK_ROUTES } from './ask.ts'
import { AUDIT_ROUTES } from './audit.ts'
import { FORGET_ROUTES } from './forget.ts'
import { MERCHANT_ROUTES } from './merchants.ts'
import { METRIC_ROUTES } from './metrics.ts'
import { withOpenApi } from './openapi.ts'
import { OVERVIEW_ROUTES } from './overview.ts'
import { PULSE_ROUTES } from './pulse.ts'
import { QUEUE_ROUTES } from './queues.ts'
import { LETTER_ROUTES } from './letters.ts'
import { RECORD_ROUTES } from './records.ts'
import { REINDEX_ROUTES } from './reindex.ts'
import { REPLAY_ROUTES } from './replays.ts'
import { RUN_ROUTES } from './runs.ts'
import { SANDBOX_ROUTES } from './sandbox.ts'
import { SEARCH_ROUTES } from './search.ts'
import { SESSION_ROUTES } from './session.ts'
import { STAGE_ROUTES } from './stages.ts'
import { STATUS_ROUTES } from './status.ts'
import { UNMATCHED_ROUTES } from './unmatched.ts'
import { TALK_ROUTES } from './talk.ts'

export const ROUTES = withOpenApi([
  ...SESSION_ROUTES,
  ...STATUS_ROUTES,
  ...PULSE_ROUTES,
  ...OVERVIEW_ROUTES,
  ...RUN_ROUTES,
  ...RECORD_ROUTES,
  ...TALK_ROUTES,
  ...LETTER_ROUTES,
  ...REPLAY_ROUTES,
  ...QUEUE_ROUTES,
  ...STAGE_ROUTES,
  ...METRIC_ROUTES,
  ...MERCHANT_ROUTES,
  ...SEARCH_ROUTES,
  ...AUDIT_ROUTES,
  ...FORGET_ROUTES,
  ...REINDEX_ROUTES,
  ...ASK_ROUTES,
  ...ACTION_ITEM_ROUTES,
  ...SANDBOX_ROUTES,
  ...UNMATCHED_ROUTES,
])
