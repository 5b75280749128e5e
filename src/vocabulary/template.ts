import type { z } from 'zod';
import {
  CrmEventSchema,
  CrmOrderSchema,
  OrderCancelledSchema,
  OrderCreatedSchema,
  OrderUpdatedSchema,
} from '../contracts/crm.ts';
import { EnvelopeSchema } from '../contracts/envelope.ts';
import { InventoryAlertSchema, StockLevelSchema } from '../contracts/inventory.ts';
import {
  PickCancelAnswerSchema,
  PickCancelSchema,
  PickEventSchema,
  PickPatchSchema,
  PickRequestSchema,
  PickSchema,
} from '../contracts/picks.ts';
import { PrioritySchema } from '../contracts/primitives.ts';
import {
  TaskCreateSchema,
  TaskEventSchema,
  TaskPatchSchema,
  TaskSchema,
} from '../contracts/tasks.ts';

/** Envelope and payload in one schema, so that a body is checked in one pass. */
function event<Payload extends z.ZodType>(payload: Payload) {
  return EnvelopeSchema.extend({ payload });
}

/** What travels between Crossdock and systems that speak the template contract. */
export const TEMPLATE_SCHEMAS = {
  /** What every event of the template contract has, also one of a type that nobody acts on. */
  'template.envelope': EnvelopeSchema,
  'crm.order_created': event(OrderCreatedSchema),
  'crm.order_updated': event(OrderUpdatedSchema),
  'crm.order_cancelled': event(OrderCancelledSchema),
  'crm.order': CrmOrderSchema,
  'crm.event': CrmEventSchema,
  'tasks.event': event(TaskEventSchema),
  'tasks.task': TaskSchema,
  'tasks.create': TaskCreateSchema,
  'tasks.patch': TaskPatchSchema,
  'wms.pick_event': event(PickEventSchema),
  'wms.inventory_alert': event(InventoryAlertSchema),
  'wms.pick': PickSchema,
  'wms.pick_request': PickRequestSchema,
  'wms.pick_cancel': PickCancelSchema,
  'wms.pick_patch': PickPatchSchema.extend({ priority: PrioritySchema.optional() }),
  'wms.cancel_answer': PickCancelAnswerSchema,
  'wms.stock_level': StockLevelSchema,
} as const satisfies Record<string, z.ZodType>;
