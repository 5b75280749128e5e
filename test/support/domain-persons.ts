import { isOpen, type Action } from '../../src/domain/actions/action.ts';
import type { OrderInput } from '../../src/domain/inputs.ts';
import type { Facts } from './domain-facts.ts';
import type { Tape } from './domain-tape.ts';
import type { World } from './domain-world.ts';

/** What people do to an order: decide, hold, cancel, look, and meddle with its task. */
export function meddle(world: World, facts: Facts, tape: Tape): OrderInput[] {
  const { state, tasks } = world;
  const lines = state.lines.map((line) => line.lineId);
  switch (tape.choose(9)) {
    case 0:
      return [facts.commanded('hold')];
    case 1:
      return [facts.commanded('release')];
    case 2:
      return tape.happens(3) ? [facts.commanded('cancel')] : [];
    case 3:
      return [facts.commanded('cancel', lines.slice(0, 1))];
    case 4:
      return [facts.reconcile('D19')];
    case 5:
      if (state.task.told?.status === 'OPEN') tasks.face.status = 'COMPLETED';
      return [facts.task('COMPLETED')];
    case 6:
      if (state.task.told?.status === 'OPEN') tasks.face.priority = 'low';
      return [facts.reconcile('D14')];
    default: {
      const open = state.actions.filter(isOpen);
      const action = open[tape.choose(open.length)];
      return action === undefined ? [] : [decision({ world, facts, tape }, action)];
    }
  }
}

interface Setting {
  world: World;
  facts: Facts;
  tape: Tape;
}

function decision({ world, facts, tape }: Setting, action: Action): OrderInput {
  const choice = action.choices[tape.choose(action.choices.length)] ?? 'wait';
  const lineId = action.lineIds[0] ?? '';
  const line = world.state.lines.find((one) => one.lineId === lineId);
  const qty = 1 + tape.choose(3);
  return facts.decided(action.actionId, action.version, {
    decision: choice,
    substitutes:
      choice === 'substitute'
        ? [{ lineId, sku: line?.sku === 'SKU-1' ? 'SKU-2' : 'SKU-1', qty, ratio: 2 }]
        : [],
  });
}
