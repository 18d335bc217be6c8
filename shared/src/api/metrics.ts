/** Figures for Prometheus. */
import * as v from 'valibot'
import { operation } from './operation.ts'

export const readMetrics = operation({
  name: 'readMetrics',
  method: 'GET',
  path: '/metrics',
  summary: 'Figures in the Prometheus text format, not older than a minute.',
  access: 'read',
  answer: v.string(),
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
})
