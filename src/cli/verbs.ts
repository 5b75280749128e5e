import type { Verb } from './command.ts';
import { actionsVerb } from './verbs/actions.ts';
import { connectionsVerb } from './verbs/connections.ts';
import { dlqVerb } from './verbs/dlq.ts';
import { doctorVerb } from './verbs/doctor.ts';
import { eventsVerb } from './verbs/events.ts';
import { mapVerb } from './verbs/map.ts';
import { ordersVerb } from './verbs/orders.ts';
import { processVerbs, upVerb } from './verbs/processes.ts';
import { reconcileVerb } from './verbs/reconcile.ts';
import { statusVerb } from './verbs/status.ts';
import { tailVerb } from './verbs/tail.ts';
import { triggerVerb } from './verbs/trigger.ts';

/** Every verb, in the order in which help shows them. */
export const VERBS: readonly Verb[] = [
  upVerb,
  statusVerb,
  doctorVerb,
  triggerVerb,
  tailVerb,
  ordersVerb,
  eventsVerb,
  dlqVerb,
  actionsVerb,
  reconcileVerb,
  connectionsVerb,
  mapVerb,
  ...processVerbs,
];
