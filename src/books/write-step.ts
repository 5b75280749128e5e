import type { Sqlite } from '../db/open.ts';
import { orderWorkflowId } from '../domain/ids.ts';
import type { StepRecord } from '../domain/step.ts';
import { prepareWriteActions } from './write-actions.ts';
import { prepareWriteAnswers } from './write-answers.ts';

/** Writes one step inside the caller's transaction; false when it, or a later one, stands already. */
export type WriteStep = (record: StepRecord) => boolean;

/**
 * The projection's only writer. A step is numbered by the inputs that it contains and carries the
 * whole view: one that was cut off and ran again, with more inputs than before, is written over
 * what its first run wrote; one lost to a power cut is healed by the next.
 */
export function prepareWriteStep(sqlite: Sqlite): WriteStep {
  const sql = prepareStatements(sqlite);
  const writeActions = prepareWriteActions(sqlite);
  const writeAnswers = prepareWriteAnswers(sqlite);
  return (record) => {
    const { view } = record;
    const orderKey = orderKeyOf(record);
    const workflowId = orderWorkflowId(record.order);
    const written = sql.upsertOrder.get({
      orderKey,
      ...record.order,
      workflowId,
      step: record.step,
      version: view.version,
      stage: view.stage,
      headline: view.headline,
      needsAction: view.flags.includes('NEEDS_ACTION') ? 1 : 0,
      priority: view.priority,
      promisedAt: record.promisedAt,
      view: JSON.stringify(view),
      createdAt: record.createdAt,
      at: record.at,
      closedAt: record.closedAt,
    });
    if (written === undefined) return false;
    for (const term of record.terms) sql.addTerm.run(term, orderKey);
    for (const e of record.entries)
      sql.addEntry.run(orderKey, e.seq, e.at, e.kind, e.summary, e.cause);
    for (const f of record.fates) {
      sql.setFate.run(f.connection, f.eventId, orderKey, f.state, record.at);
    }
    for (const letter of record.deadLetters) sql.addLetter.run({ ...letter, orderKey });
    for (const id of record.replayed) sql.settleLetter.run('replayed', record.at, id);
    for (const id of record.discarded) sql.settleLetter.run('discarded', record.at, id);
    sql.clearWaiting.run(orderKey);
    for (const row of record.waiting) {
      sql.addWaiting.run({
        ...row,
        orderKey,
        workflowId,
        wms: record.wms,
        priority: view.priority,
        promisedAt: record.promisedAt,
      });
    }
    for (const offerId of record.settledOffers) sql.settleOffer.run(offerId);
    writeActions({
      orderKey,
      actions: view.actions,
      openBefore: written.openActions,
      at: record.at,
    });
    writeAnswers(record);
    return true;
  };
}

function prepareStatements(sqlite: Sqlite) {
  return {
    upsertOrder: sqlite.prepare<[object], { openActions: number }>(`
    insert into orders (order_key, connection, order_id, workflow_id, step, version, stage, headline,
      needs_action, priority, promised_at, view, created_at, updated_at, closed_at)
    values (@orderKey, @connection, @orderId, @workflowId, @step, @version, @stage, @headline,
      @needsAction, @priority, @promisedAt, @view, @createdAt, @at, @closedAt)
    on conflict (order_key) do update set step = excluded.step, version = excluded.version,
      stage = excluded.stage, headline = excluded.headline, needs_action = excluded.needs_action,
      priority = excluded.priority, promised_at = excluded.promised_at, view = excluded.view,
      updated_at = excluded.updated_at, closed_at = excluded.closed_at
    where excluded.step >= orders.step or excluded.closed_at is not null
    returning (select count(*) from actions a
      where a.order_key = orders.order_key and a.closed_at is null) as openActions`),
    addTerm: sqlite.prepare(
      'insert into order_terms (term, order_key) values (?, ?) on conflict do nothing',
    ),
    addEntry: sqlite.prepare(`
    insert into timeline (order_key, seq, at, kind, summary, cause) values (?, ?, ?, ?, ?, ?)
    on conflict (order_key, seq) do update set at = excluded.at, kind = excluded.kind,
      summary = excluded.summary, cause = excluded.cause`),
    setFate: sqlite.prepare(`
    insert into applied_events (connection, event_id, order_key, state, at) values (?, ?, ?, ?, ?)
    on conflict (connection, event_id) do update set state = excluded.state, at = excluded.at`),
    addLetter: sqlite.prepare(`
    insert into dead_letters (id, order_key, kind, connection, subject, cause, attempts, last_status,
      last_error, request, status, at) values (@id, @orderKey, @kind, @connection, @subject, @cause, @attempts,
      @lastStatus, @lastError, @request, 'open', @at) on conflict do nothing`),
    settleLetter: sqlite.prepare(
      `update dead_letters set status = ?, resolved_at = ? where id = ? and status = 'open'`,
    ),
    clearWaiting: sqlite.prepare('delete from waiting where order_key = ?'),
    addWaiting: sqlite.prepare(`
    insert into waiting (backorder_id, order_key, workflow_id, wms, sku, qty, priority, promised_at,
      since, not_before) values (@backorderId, @orderKey, @workflowId, @wms, @sku, @qty, @priority,
      @promisedAt, @since, @notBefore)`),
    settleOffer: sqlite.prepare('delete from offers where offer_id = ?'),
  };
}

export function orderKeyOf({ order }: Pick<StepRecord, 'order'>): string {
  return `${order.connection}/${order.orderId}`;
}
