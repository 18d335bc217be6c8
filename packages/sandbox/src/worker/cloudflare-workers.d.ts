/**
 * The one class of the runtime that sandbox.ts extends. Cloudflare's own types describe the globals of
 * a Worker, which in this package would collide with Node's.
 */
declare module 'cloudflare:workers' {
  export abstract class WorkerEntrypoint<Env> {
    protected readonly env: Env
    constructor(context: unknown, env: Env)
  }
}
