import { setTimeout as sleep } from 'node:timers/promises';
import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleOptions,
} from '@temporalio/client';
import { TASK_QUEUE } from '../domain/ids.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { ReconciliationInput, reconciliation } from '../../workflows/reconciliation.ts';

const TIERS = ['T1', 'T2', 'T3', 'T4'] as const;
type Tier = (typeof TIERS)[number];

export interface ScheduleSettings {
  everyMs: Record<Tier, number>;
  /** Part of the interval by which starts are spread. */
  jitterShare: number;
  scheduled: boolean;
}

type TierSchedule = ScheduleOptions<{
  type: 'startWorkflow';
  workflowType: 'reconciliation';
  workflowId: string;
  taskQueue: string;
  args: Parameters<typeof reconciliation>;
  staticSummary: string;
}>;

const ABOUT: Record<Tier, string> = {
  T1: 'Reconciliation T1: what changed lately',
  T2: 'Reconciliation T2: everything that is open, here and there',
  T3: 'Reconciliation T3: everything',
  T4: 'Reconciliation T4: our own books and outboxes',
};

export interface KeepSchedulesOptions {
  client: Client;
  settings: ScheduleSettings;
  /** Pause before the next try while Temporal is away, in ms. */
  retryMs: number;
  signal: AbortSignal;
  log: Logger;
}

/** Brings the schedules about, however long Temporal stays away; ends when `signal` does. */
export async function keepSchedules(options: KeepSchedulesOptions): Promise<void> {
  const { client, settings, retryMs, signal, log } = options;
  while (!signal.aborted) {
    try {
      await ensureSchedules(client, settings);
      return;
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'reconciliation.not_scheduled');
      await sleep(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Makes the schedules as the settings want them: new ones, changed ones, and none when they are off. */
export async function ensureSchedules(client: Client, settings: ScheduleSettings): Promise<void> {
  for (const tier of TIERS) {
    if (settings.scheduled) await ensureSchedule(client, scheduleOf(tier, settings));
    else await removeSchedule(client, tier);
  }
}

async function ensureSchedule(client: Client, schedule: TierSchedule): Promise<void> {
  try {
    await client.schedule.create(schedule);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec, action, policies = {} } = schedule;
    await client.schedule
      .getHandle(schedule.scheduleId)
      .update(({ state }) => ({ spec, action, policies, state }));
  }
}

async function removeSchedule(client: Client, tier: Tier): Promise<void> {
  try {
    await client.schedule.getHandle(scheduleIdOf(tier)).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

function scheduleOf(tier: Tier, { everyMs, jitterShare }: ScheduleSettings): TierSchedule {
  const every = everyMs[tier];
  const input: ReconciliationInput = {
    runId: null,
    kind: tier,
    mode: 'repair',
    connection: null,
    orderId: null,
  };
  return {
    scheduleId: scheduleIdOf(tier),
    spec: { intervals: [{ every }], jitter: Math.round(every * jitterShare) },
    policies: {
      overlap: ScheduleOverlapPolicy.SKIP,
      catchupWindow: Math.max(every, CATCHUP_MIN_MS),
      pauseOnFailure: false,
    },
    action: {
      type: 'startWorkflow',
      workflowType: 'reconciliation',
      workflowId: scheduleIdOf(tier),
      taskQueue: TASK_QUEUE,
      args: [input],
      staticSummary: ABOUT[tier],
    },
  };
}

/** Temporal's own lower bound. */
const CATCHUP_MIN_MS = 10_000;

function scheduleIdOf(tier: Tier): string {
  return `recon/${tier}`;
}
