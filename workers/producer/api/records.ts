/** Records, and what people hold of them. */
import { pageAgain, releaseProperty } from '@switchboard/shared/api/records'
import { pageAgain as makeAgain, releaseProperty as handBack } from '../people.ts'
import { route } from './route.ts'

export const RECORD_ROUTES = [
  route(releaseProperty, ({ params, body: { property }, env }) => handBack(params, property, env)),
  route(pageAgain, ({ params, env }) => makeAgain(params, env)),
]
