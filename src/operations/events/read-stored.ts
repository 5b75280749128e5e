import type { OrderAddress } from '../../domain/ids.ts';
import type { OrderInput } from '../../domain/inputs.ts';
import { messageOf } from '../../errors.ts';
import type { Normalise } from '../../inbox/plan.ts';
import type { EventWithBody } from '../../inbox/store.ts';

/** What the mapping of today makes of stored bytes. */
export type Reading =
  | { as: 'input'; order: OrderAddress; input: OrderInput }
  | { as: 'stock' }
  | { as: 'nothing' }
  | { as: 'unreadable'; detail: string };

export function readStored(event: EventWithBody, normalise: Normalise): Reading {
  try {
    const normalised = normalise(event);
    if (normalised === null) return { as: 'nothing' };
    if (normalised.to === 'stock') return { as: 'stock' };
    return { as: 'input', order: normalised.order, input: normalised.input };
  } catch (error) {
    return { as: 'unreadable', detail: messageOf(error) };
  }
}

/** The reading in a few words, for a preview. */
export function readingName(reading: Reading): string {
  switch (reading.as) {
    case 'input':
      return reading.input.type;
    case 'stock':
      return 'stock_alert';
    case 'nothing':
      return 'nothing';
    case 'unreadable':
      return 'unreadable';
  }
}
