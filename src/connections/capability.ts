/** What a vendor offers against doing one thing twice. */
export interface Capability {
  /** A create under a known idempotency key is answered with what the first one did. */
  idempotentCreate: boolean;
  /** What was created can be read by our own reference. */
  getByReference: boolean;
  /** What was created can be searched for; its index is behind by up to `lagMs`. */
  search: { lagMs: number } | null;
}

/** An earlier attempt may have had its effect. */
export interface Doubt {
  /** `lost`: no answer, or one of a gateway that gave up. `failed`: the far side says it failed. */
  how: 'lost' | 'failed';
  /** When that attempt ended, epoch ms. */
  at: number;
}

/**
 * What comes before a create goes out: nothing; a look by reference; a search, and when it shows
 * nothing, the wait for its index; or a person, where nothing can tell.
 */
export type Remedy = 'resend' | 'probe' | 'search-then-wait' | 'ask-a-person';

/**
 * Without keys even a first attempt is looked for: a worker that died may have made one that it
 * could not tell of.
 */
export function remedyFor(capability: Capability, doubt: Doubt | null): Remedy {
  const { idempotentCreate, getByReference, search } = capability;
  const safe = idempotentCreate && doubt?.how !== 'lost';
  if (safe) return 'resend';
  if (getByReference) return 'probe';
  if (idempotentCreate) return 'resend';
  if (search !== null) return 'search-then-wait';
  return doubt === null ? 'resend' : 'ask-a-person';
}
