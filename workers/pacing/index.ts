/**
 * Pacing Worker: hosts the gates. Deployed first and rarely, so that no other deploy resets them.
 * Rules: packages/pacing.
 */
export { Gate } from '@switchboard/pacing/gate'

export default {
  fetch: () => new Response(null, { status: 404 }), // the gates are reached through their bindings
} satisfies ExportedHandler
