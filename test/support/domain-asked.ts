import type { ActionView } from '../../src/contracts/operators.ts';
import type { Answer } from '../../src/domain/answers.ts';
import type { ActionDecided } from '../../src/domain/inputs.ts';
import { Scene } from './domain-scene.ts';

/** A scene in which people are asked, and answer. */
export class AskedScene extends Scene {
  /** The only open action, or the only one for that reason. */
  action(reason?: string): ActionView {
    const open = this.open().filter((one) => reason === undefined || one.reason === reason);
    const [action, ...others] = open;
    if (action === undefined || others.length > 0) throw new Error('not one action is open');
    return action;
  }

  open(): ActionView[] {
    const { actions = [] } = this.step?.view ?? {};
    return actions.filter(({ status }) => status === 'OPEN' || status === 'ACKED');
  }

  decide(decision: ActionDecided['decision'], more: Partial<ActionDecided> = {}): Answer {
    const { action_id: actionId, version } = this.open()[0] ?? this.action();
    return this.ask(this.facts.decided(actionId, version, { decision, ...more }));
  }

  ask(fact: Parameters<Scene['feed']>[0]): Answer {
    this.feed(fact);
    const told = this.effects.answers.findLast(({ eventId }) => eventId === fact?.eventId);
    if (told === undefined) throw new Error('nobody answered');
    return told.answer;
  }
}
