import { z } from 'zod';
import {
  CrmEventSchema,
  CrmOrderSchema,
  OrderCancelledSchema,
  OrderCreatedSchema,
  OrderUpdatedSchema,
} from '../../src/contracts/crm.ts';
import { InventoryAlertSchema } from '../../src/contracts/inventory.ts';
import {
  PickCancelAnswerSchema,
  PickCancelSchema,
  PickEventSchema,
  PickPatchSchema,
  PickRequestSchema,
  PickSchema,
  PickStatusSchema,
} from '../../src/contracts/picks.ts';
import {
  IdSchema,
  pageOf,
  PrioritySchema,
  QuantitySchema,
} from '../../src/contracts/primitives.ts';
import {
  TaskCreateSchema,
  TaskEventSchema,
  TaskPatchSchema,
  TaskSchema,
  TaskStatusSchema,
} from '../../src/contracts/tasks.ts';

/** What the core says and hears, as schemas: the inner end of every mapping. */

const EpochMsSchema = z.int();
const UnitsSchema = QuantitySchema;
const AddressSchema = z.object({ connection: z.string().min(1), orderId: IdSchema });
const FactSchema = z.object({
  connection: z.string().min(1),
  eventId: z.string().min(1),
  receivedAt: EpochMsSchema,
});

function event<Payload extends z.ZodType>(payload: Payload) {
  return z.object({ fact: FactSchema, timestamp: z.iso.datetime({ offset: true }), payload });
}

const AskedLineSchema = z.object({ lineId: z.string().min(1), sku: IdSchema, qty: UnitsSchema });

const INTENT = {
  version: z.int().nullable(),
  priority: PrioritySchema,
  promisedAt: EpochMsSchema.nullable(),
  lines: z.array(AskedLineSchema),
};

const CountsSchema = z.object({
  lineId: IdSchema,
  sku: IdSchema,
  requested: UnitsSchema,
  allocated: UnitsSchema,
  picked: UnitsSchema,
  shipped: UnitsSchema,
  short: UnitsSchema,
  cancelled: UnitsSchema,
});

const SnapshotSchema = z.object({
  pickId: IdSchema,
  status: PickStatusSchema,
  sequence: z.int(),
  lines: z.array(CountsSchema),
});

const AnnouncedSchema = z.object({ type: z.string(), backorderId: z.string() });

const NoticeSchema = z.object({
  sequence: z.int().min(1),
  type: CrmEventSchema.shape.event_type,
  at: EpochMsSchema,
  status: z.string(),
  lines: z.array(
    z.object({
      lineId: IdSchema,
      sku: IdSchema,
      bucket: z.enum(['picked', 'shipped', 'backordered', 'cancelled']),
      delta: z.int(),
      cumulative: UnitsSchema,
    }),
  ),
  backorderId: z.string().nullable(),
  pickId: z.string().nullable(),
});

const ActionFaceSchema = z.object({
  status: TaskStatusSchema,
  priority: PrioritySchema,
  dueAt: EpochMsSchema.nullable(),
  escalation: z.string().nullable(),
});

export const TEMPLATE_SCHEMAS: Record<string, z.ZodType> = {
  'crm.order_created': event(OrderCreatedSchema),
  'crm.order_updated': event(OrderUpdatedSchema),
  'crm.order_cancelled': event(OrderCancelledSchema),
  'crm.order': CrmOrderSchema,
  'crm.standing': z.object({
    order: CrmOrderSchema,
    announced: z.array(AnnouncedSchema).optional(),
  }),
  'crm.event': CrmEventSchema,
  'crm.events': pageOf(CrmEventSchema),
  'tasks.event': event(TaskEventSchema),
  'tasks.task': TaskSchema,
  'tasks.create': TaskCreateSchema,
  'tasks.patch': TaskPatchSchema,
  'wms.pick': PickSchema,
  'wms.pick_event': event(PickEventSchema),
  'wms.pick_request': PickRequestSchema,
  'wms.pick_cancel': PickCancelSchema,
  'wms.pick_patch': PickPatchSchema.extend({ priority: PrioritySchema.optional() }),
  'wms.cancel_answer': z.object({
    asked: z.array(IdSchema).nullable(),
    answer: PickCancelAnswerSchema,
  }),
  'wms.inventory_alert': event(InventoryAlertSchema),
  'order.stated': z.object({
    intent: z.object(INTENT),
    cancel: z
      .object({
        version: z.int(),
        reason: z.string().nullable(),
        lines: z.array(z.string()).nullable(),
      })
      .nullable(),
  }),
  'order.created': FactSchema.extend({ type: z.literal('order_created'), ...INTENT }),
  'order.updated': FactSchema.extend({
    type: z.literal('order_updated'),
    sentAt: EpochMsSchema,
    ...INTENT,
  }),
  'order.cancelled': FactSchema.extend({
    type: z.literal('order_cancelled'),
    version: z.int().nullable(),
    reason: z.string().nullable(),
    lines: z.array(z.string()).nullable(),
  }),
  'order.task_reported': FactSchema.extend({
    type: z.literal('task_reported'),
    taskId: z.string(),
    status: TaskStatusSchema.nullable(),
  }),
  'order.pick_reported': FactSchema.extend({
    type: z.literal('pick_reported'),
    pickId: z.string(),
    reference: z.string().nullable(),
    status: PickStatusSchema,
    sequence: z.int(),
    counts: z.enum(['picked', 'shipped']),
    lines: z.array(
      z.object({
        lineId: z.string(),
        sku: z.string(),
        delta: z.int(),
        cumulative: UnitsSchema,
        short: UnitsSchema,
        cancelled: UnitsSchema.nullable(),
      }),
    ),
  }),
  'order.address': z.object({ order: AddressSchema.optional() }),
  'order.pick_snapshot': SnapshotSchema,
  'order.cancel_answered': z.object({
    type: z.literal('cancel_answered'),
    result: z.string(),
    answered: z.array(z.string()),
    pick: SnapshotSchema,
  }),
  'order.crm_snapshot': z.object({
    sequence: z.int(),
    announced: z.array(AnnouncedSchema).optional(),
    lines: z.array(
      z.object({
        lineId: z.string(),
        picked: UnitsSchema,
        shipped: UnitsSchema,
        backordered: UnitsSchema,
        cancelled: UnitsSchema,
      }),
    ),
  }),
  'order.announced': z.object({ announced: z.array(AnnouncedSchema) }),
  'order.task_seen': z.object({
    type: z.literal('task_seen'),
    status: z.string(),
    face: z.object({
      priority: PrioritySchema,
      dueAt: EpochMsSchema.nullable(),
      pickIds: z.array(z.string()),
      backorderIds: z.array(z.string()),
    }),
  }),
  'stock.risen': z.object({ wms: z.string(), sku: IdSchema.optional() }),
  'command.create_task': z.object({
    order: AddressSchema,
    priority: PrioritySchema,
    dueAt: EpochMsSchema.nullable(),
    lineCount: z.int(),
    unitCount: z.int(),
  }),
  'command.update_task': z.object({
    status: z.enum(['COMPLETED', 'CANCELLED', 'OPEN']).optional(),
    priority: PrioritySchema.optional(),
    dueAt: EpochMsSchema.nullable().optional(),
    pickIds: z.array(z.string()).optional(),
    backorderIds: z.array(z.string()).optional(),
  }),
  'command.open_action_task': z.object({
    order: AddressSchema,
    actionId: z.string(),
    title: z.string().min(1),
    instructions: z.string(),
    link: z.string(),
    face: ActionFaceSchema,
  }),
  'command.update_action_task': z.object({ face: ActionFaceSchema, statusChanges: z.boolean() }),
  'command.update_pick': z.object({ priority: PrioritySchema }),
  'command.request_pick': z.object({
    order: AddressSchema,
    key: z.string().min(1),
    priority: PrioritySchema,
    requestedAt: EpochMsSchema,
    lines: z.array(AskedLineSchema),
  }),
  'command.cancel_pick': z.object({
    lines: z.array(IdSchema).nullable(),
    reason: z.string().nullable(),
  }),
  'command.tell_crm': z.object({ order: AddressSchema, key: z.string(), notice: NoticeSchema }),
};
