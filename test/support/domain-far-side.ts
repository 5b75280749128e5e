import type { Command, CommandOutcome, CrmSnapshot, TaskPatch } from '../../src/domain/commands.ts';
import type { ActionTaskFace } from '../../src/domain/actions/action.ts';
import type { CrmNotice, CrmTold } from '../../src/domain/order.ts';

type Sent<K extends Command['kind']> = Extract<Command, { kind: K }>;

/** A CRM that takes only the delta that follows, and the same one again. */
export class StrictCrm {
  readonly taken: CrmNotice[] = [];
  readonly lines = new Map<string, CrmTold>();
  /** Whether its account of an order names the backorder events that it was told. */
  showsEvents = true;
  disagreements = 0;

  tell(command: Sent<'tell_crm'>): CommandOutcome {
    let upTo = 0;
    for (const notice of command.notices) {
      const taken = this.taken[notice.sequence - 1];
      const follows = notice.sequence === this.taken.length + 1 && this.apply(notice);
      if (taken !== undefined ? JSON.stringify(taken) !== JSON.stringify(notice) : !follows) {
        this.disagreements += 1;
        return { type: 'crm_disagrees', crm: this.snapshot() };
      }
      if (taken === undefined) this.taken.push(structuredClone(notice));
      upTo = notice.sequence;
    }
    return { type: 'crm_told', upTo };
  }

  /** `known` is what its asker thinks it was told last: to be elsewhere is to disagree. */
  look(known: number): CommandOutcome {
    if (known !== this.taken.length) this.disagreements += 1;
    return { type: 'crm_seen', crm: this.snapshot() };
  }

  snapshot(): CrmSnapshot {
    const backorderEvents = this.taken.flatMap(({ type, backorderId }) =>
      backorderId === null ? [] : [{ type, backorderId }],
    );
    return {
      sequence: this.taken.length,
      ...(this.showsEvents ? { announced: backorderEvents } : {}),
      lines: [...this.lines].map(([lineId, told]) => ({ lineId, ...told })),
    };
  }

  private apply(notice: CrmNotice): boolean {
    const after = structuredClone(this.lines);
    for (const { lineId, bucket, delta, cumulative } of notice.lines) {
      const line = after.get(lineId) ?? { picked: 0, shipped: 0, backordered: 0, cancelled: 0 };
      line[bucket] += delta;
      if (line[bucket] !== cumulative || cumulative < 0) return false;
      after.set(lineId, line);
    }
    for (const [lineId, line] of after) this.lines.set(lineId, line);
    return true;
  }
}

/** A task manager that makes one task per key; an update sets what it names, however often. */
export class TaskDesk {
  /** Keys under which a task of the order's own was made. */
  readonly created = new Set<string>();
  face: TaskPatch = {};
  /** Whether somebody has deleted the order's task. */
  deleted = false;
  /** What the tasks of actions show, by action id. */
  readonly actions = new Map<string, ActionTaskFace>();

  create({ key, priority, dueAt }: Sent<'create_task'>): CommandOutcome {
    if (!this.created.has(key)) {
      this.face = { status: 'OPEN', priority, dueAt };
      this.deleted = false;
    }
    this.created.add(key);
    return { type: 'task_created', taskId: this.taskId(), status: 'OPEN' };
  }

  update({ patch }: Sent<'update_task'>): CommandOutcome {
    if (this.deleted) return { type: 'task_missing' };
    this.face = { ...this.face, ...patch };
    return { type: 'task_updated', status: this.face.status ?? 'OPEN' };
  }

  look(): CommandOutcome {
    if (this.deleted) return { type: 'task_missing' };
    const { status = 'OPEN', priority = 'normal', dueAt = null } = this.face;
    const { pickIds = [], backorderIds = [] } = this.face;
    return { type: 'task_seen', status, face: { priority, dueAt, pickIds, backorderIds } };
  }

  openAction({ actionId, face }: Sent<'open_action_task'>): CommandOutcome {
    this.actions.set(actionId, face);
    return { type: 'task_created', taskId: `T-${actionId}`, status: 'OPEN' };
  }

  updateAction({ actionId, face }: Sent<'update_action_task'>): CommandOutcome {
    this.actions.set(actionId, face);
    return { type: 'task_updated', status: face.status };
  }

  private taskId(): string {
    return `T-${this.created.size}`;
  }
}
