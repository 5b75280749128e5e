import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { HeadlineSchema, OrderStageSchema } from '../contracts/operators.ts';
import { AppError } from '../errors.ts';
import type { EventWithBody } from '../inbox/store.ts';
import { orderOfLane } from '../normalise/lane.ts';
import type { EventReplayPreview } from '../operations/events/replay-event.ts';
import type { Operations } from '../operations/operations.ts';
import { changesNothing } from './audit-calls.ts';
import { connectionsOf, findEvent, type ConnectionNames } from './find-event.ts';
import type { Inbox } from './ports.ts';
import {
  API_KEY_SECURITY,
  COMMON_PROBLEMS,
  CONFLICT,
  json,
  NOT_FOUND,
  UNREADABLE,
} from './route-parts.ts';
import { WordSchema } from './schemas.ts';

interface EventReplayOptions {
  app: OpenAPIHono;
  inbox: Inbox;
  operations: Operations;
  connectionNames: ConnectionNames;
}

export function addEventReplayRoute(options: EventReplayOptions): void {
  const { app, inbox, operations, connectionNames } = options;
  app.openapi(replayRoute, async (c) => {
    const eventId = c.req.valid('param').event_id;
    const connections = connectionsOf(c.req.valid('query').connection, connectionNames);
    const { dry_run: dryRun = false, force = false } = c.req.valid('json');
    const event = await findStored(inbox, connections, eventId);
    if (dryRun) {
      changesNothing(c);
      return c.json(previewView(event, operations.events.preview(event)), 200);
    }
    await operations.events.replay(event, force);
    const orderId = orderOfLane(event.lane)?.orderId ?? null;
    const { connection } = event;
    const status = 'replaying' as const;
    return c.json({ event_id: eventId, connection, order_id: orderId, status }, 202);
  });
}

async function findStored(
  inbox: Inbox,
  connections: readonly string[],
  eventId: string,
): Promise<EventWithBody> {
  for (const connection of connections) {
    const event = await inbox.get(connection, eventId);
    if (event !== undefined) return event;
  }
  const held = await findEvent(inbox, connections, eventId);
  throw new AppError(
    'conflict',
    `Event ${eventId} of ${held.connection} was never taken (${held.cause ?? 'quarantined'}), so there is nothing to replay. Have its sender send it again, corrected, under a new event id.`,
    { problem: 'event-held-back', members: { cause: held.cause } },
  );
}

function previewView(
  event: EventWithBody,
  preview: EventReplayPreview,
): z.infer<typeof PreviewSchema> {
  const { order } = preview;
  return {
    dry_run: true,
    event_id: event.eventId,
    event_type: event.eventType,
    connection: event.connection,
    order_id: orderOfLane(event.lane)?.orderId ?? null,
    order,
    reads_as: preview.readsAs,
    effect: preview.effect,
    done: preview.done,
    would_run: preview.wouldRun,
    summary: preview.summary,
  };
}

const BodySchema = z.object({
  dry_run: z.boolean().optional(),
  force: z.boolean().optional(),
});

const PreviewSchema = z
  .object({
    dry_run: z.literal(true),
    event_id: z.string(),
    event_type: z.string(),
    connection: z.string(),
    order_id: z.string().nullable(),
    order: z
      .object({ stage: OrderStageSchema, headline: HeadlineSchema, version: z.int() })
      .nullable(),
    reads_as: z.string(),
    effect: z.enum(['applied', 'skipped', 'late', 'dead', 'nothing', 'under_way']),
    done: z.array(z.string()),
    would_run: z.array(z.string()),
    summary: z.string(),
  })
  .meta({ id: 'EventReplayPreview' });

const AnswerSchema = z
  .object({
    event_id: z.string(),
    connection: z.string(),
    order_id: z.string().nullable(),
    status: z.literal('replaying'),
  })
  .meta({ id: 'EventReplay' });

const replayRoute = createRoute({
  method: 'post',
  path: '/api/v1/events/{event_id}/replay',
  operationId: 'replayEvent',
  tags: ['events'],
  summary: 'Put a stored event back, or see what that would do',
  description:
    'It goes to its order under its own id, so what was taken before is not taken twice. An event of a closed order, or that nothing acts on, is refused unless `force`.',
  security: API_KEY_SECURITY,
  request: {
    params: z.object({ event_id: z.string() }),
    query: z.object({ connection: WordSchema.optional() }),
    body: { required: false, ...json('', BodySchema) },
  },
  responses: {
    200: json('What it would do (`dry_run`)', PreviewSchema),
    202: json('It is on its way', AnswerSchema),
    ...NOT_FOUND,
    ...CONFLICT,
    ...UNREADABLE,
    ...COMMON_PROBLEMS,
  },
});
