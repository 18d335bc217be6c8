/** Figures for Prometheus. */
import { readMetrics } from '@switchboard/shared/api/metrics'
import { metricsOf } from '../monitoring/metrics.ts'
import { toText } from '../monitoring/prometheus.ts'
import { route } from './route.ts'

export const METRIC_ROUTES = [
  route(readMetrics, async ({ env }) => {
    const text = toText(await metricsOf(env, Date.now()))
    return new Response(text, {
      headers: {
        'content-type': readMetrics.contentType ?? 'text/plain',
        'cache-control': 'no-store',
      },
    })
  }),
]
