/** What a call did: `replayed` is the stored answer of an earlier one. */
export type Effect = 'created' | 'replayed' | 'none';

declare module 'hono' {
  interface ContextVariableMap {
    /** Set by a handler for the request log; absent means `none`. */
    effect: Effect;
  }
}
