import type { z } from 'zod';
import type { DeadLetterRow } from '../books/read-dead-letters.ts';
import { orderOfKey } from '../books/read-orders.ts';
import type { DeadLetterSchema } from '../contracts/operators.ts';
import type { CauseGroup } from '../operations/dead-letters/groups.ts';
import type { LetterPreview } from '../operations/dead-letters/preview.ts';
import type { ShownLetter } from '../operations/dead-letters/show-letter.ts';
import type { ReplayProgress } from '../operations/replays/replay-store.ts';
import type {
  CauseGroupSchema,
  DeadLetterDetailSchema,
  ReplayPreviewSchema,
  ReplayProgressSchema,
} from './dead-letter-schemas.ts';
import { instant, instantOrNull } from './instant.ts';

type Detail = z.infer<typeof DeadLetterDetailSchema>;

/** Characters of what was sent that a detail shows. */
const EXCERPT_CHARS_MAX = 2000;

export function deadLetterView(row: DeadLetterRow): z.infer<typeof DeadLetterSchema> {
  return {
    id: row.id,
    kind: row.kind,
    connection: row.connection,
    order_id: orderOfKey(row.orderKey).orderId,
    subject: row.subject,
    cause: row.cause,
    attempts: row.attempts,
    last_status: row.lastStatus,
    last_error: row.lastError,
    status: row.status,
    at: instant(row.at),
  };
}

export function deadLetterDetail({ letter, call }: ShownLetter): Detail {
  const { subject, lastStatus, lastError } = letter;
  return {
    ...deadLetterView(letter),
    resolved_at: instantOrNull(letter.resolvedAt),
    blocks_order: letter.blocks === 1,
    request:
      call === null
        ? null
        : {
            method: call.method,
            path: call.path,
            idempotency_key: subject,
            excerpt: excerptOf(call.body),
          },
    // The last error of a command is `HTTP <status>: <what the far side answered>`.
    response: { status: lastStatus, excerpt: lastError.replace(/^HTTP \d{3}(: )?/, '') },
  };
}

function excerptOf(text: string | null): string | null {
  if (text === null || text.length <= EXCERPT_CHARS_MAX) return text;
  return `${text.slice(0, EXCERPT_CHARS_MAX)}…`;
}

export function causeGroupView(group: CauseGroup): z.infer<typeof CauseGroupSchema> {
  return {
    kind: group.kind,
    connection: group.connection,
    cause: group.cause,
    count: group.count,
    orders_blocked: group.ordersBlocked,
    oldest_at: instant(group.oldestAt),
    newest_at: instant(group.newestAt),
    last_error: group.lastError,
    sample_ids: group.sampleIds,
  };
}

export function letterPreviewView(
  preview: LetterPreview,
): z.infer<typeof ReplayPreviewSchema>['samples'][number] {
  const { id, orderId, whatWouldHappen } = preview;
  return { id, order_id: orderId, what_would_happen: whatWouldHappen };
}

export function replayView(replay: ReplayProgress): z.infer<typeof ReplayProgressSchema> {
  return {
    replay_id: replay.replayId,
    status: replay.status,
    total: replay.total,
    sent: replay.sent,
    failed: replay.failed,
    skipped: replay.skipped,
    remaining: replay.remaining,
    rate_per_s: replay.ratePerS,
    filter: JSON.parse(replay.filter) as Record<string, unknown>,
    actor: replay.actor,
    created_at: instant(replay.createdAt),
    finished_at: instantOrNull(replay.finishedAt),
    last_error: replay.lastError,
  };
}
