/** An order is known by the CRM connection that sent it and that CRM's id of it. */
export interface OrderAddress {
  connection: string;
  orderId: string;
}

export const TASK_QUEUE = 'crossdock-v1';

/** The connection whose orders carry no prefix in keys. */
export const DEFAULT_CRM = 'crm';

const PLAIN = /^[A-Za-z0-9_-]$/;

/** Writes any text in the alphabet of event ids: every other UTF-8 byte as `.XX`. */
function escapeId(text: string): string {
  let out = '';
  for (const char of text) {
    if (PLAIN.test(char)) out += char;
    else
      for (const byte of utf8(char)) out += '.' + byte.toString(16).padStart(2, '0').toUpperCase();
  }
  return out;
}

function unescapeId(text: string): string {
  const percent = text.replaceAll(/\.([0-9A-F]{2})/g, '%$1');
  try {
    return decodeURIComponent(percent);
  } catch {
    return text;
  }
}

function utf8(char: string): number[] {
  const encoded = encodeURIComponent(char);
  if (!encoded.startsWith('%')) return [char.charCodeAt(0)];
  return encoded
    .slice(1)
    .split('%')
    .map((hex) => Number.parseInt(hex, 16));
}

/** The `{order}` of every key: unique over connections, free of `:` inside the order id. */
export function orderRef(order: OrderAddress): string {
  const id = escapeId(order.orderId);
  return order.connection === DEFAULT_CRM ? id : `${escapeId(order.connection)}:${id}`;
}

export function orderWorkflowId(order: OrderAddress): string {
  return `order/${order.connection}/${order.orderId}`;
}

export function allocatorWorkflowId(wmsConnection: string): string {
  return `allocator/${wmsConnection}`;
}

export function taskKey(order: OrderAddress, purpose: string): string {
  return `task:${orderRef(order)}:${purpose}`;
}

/** Idempotency key and, at the same time, our reference in the body of a pick request. */
export function pickKey(order: OrderAddress, split: number, attempt: number): string {
  return `pick:${orderRef(order)}:${split}:${attempt}`;
}

export function crmKey(order: OrderAddress, sequence: number): string {
  return `crm:${orderRef(order)}:${sequence}`;
}

const PICK_KEY = /^pick:(?:([^:]+):)?([^:]+):(\d+):(\d+)$/;

/** The order that a pick reference belongs to; undefined when the reference is not ours. */
export function orderOfPickKey(reference: string): OrderAddress | undefined {
  const match = PICK_KEY.exec(reference);
  const orderId = match?.[2];
  if (orderId === undefined) return undefined;
  return {
    connection: match?.[1] === undefined ? DEFAULT_CRM : unescapeId(match[1]),
    orderId: unescapeId(orderId),
  };
}

/** Which of the order's picks a reference of ours names; null when it is not ours. */
export function splitOfPickKey(reference: string): { split: number; attempt: number } | null {
  const match = PICK_KEY.exec(reference);
  return match === null ? null : { split: Number(match[3]), attempt: Number(match[4]) };
}

/** Identity of a line whose CRM sends none: order id and 1-based position at first sight (L5). */
export function lineIdOf(orderId: string, position: number): string {
  return `${orderId}-${position}`;
}
