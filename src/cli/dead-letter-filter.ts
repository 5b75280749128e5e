import type { Context, FlagSpecs } from './command.ts';

export const FILTER_FLAGS: FlagSpecs = {
  cause: { value: 'CAUSE', about: 'only those of this cause' },
  connection: { value: 'NAME', about: 'only those of this connection' },
  order: { value: 'ORDER_ID', about: 'only those of this order' },
};

export const LETTER_OPERAND = {
  name: 'ID',
  about: 'the id of the dead letter, from `crossdock dlq list`',
};

export type Filter = ReturnType<typeof filterOf>;

export function filterOf({ flags }: Context) {
  return {
    cause: flags.text('cause'),
    connection: flags.text('connection'),
    order_id: flags.text('order'),
  };
}
