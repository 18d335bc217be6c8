/** Search. Rules: ../search/search.ts. */
import { search } from '@switchboard/shared/api/search'
import { searchFor } from '../search/search-hits.ts'
import { searchPorts } from '../search/search-ports.ts'
import { route } from './route.ts'

export const SEARCH_ROUTES = [route(search, ({ body, env }) => searchFor(body, searchPorts(env)))]
