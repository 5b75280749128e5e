import type { z } from 'zod';
import {
  AnnouncedSchema,
  OrderCancelSchema,
  OrderIntentSchema,
  OrderRecordSchema,
  OrderStatedSchema,
  TellCrmSchema,
} from './orders.ts';
import {
  CancelAnsweredSchema,
  CancelPickSchema,
  PickNamedSchema,
  PickRecordSchema,
  PickReportedSchema,
  PickTouchedSchema,
  RequestPickSchema,
  StockLevelSchema,
  StockRisenSchema,
  UpdatePickSchema,
} from './picks.ts';
import {
  CreateTaskSchema,
  OpenActionTaskSchema,
  TaskRecordSchema,
  TaskReportedSchema,
  UpdateActionTaskSchema,
  UpdateTaskSchema,
} from './tasks.ts';
import { TEMPLATE_SCHEMAS } from './template.ts';

/** What the core says to other systems and hears of them: the inner end of every mapping. */
export const OUR_SCHEMAS = {
  'order.created': OrderIntentSchema,
  'order.updated': OrderIntentSchema,
  'order.cancelled': OrderCancelSchema,
  'order.stated': OrderStatedSchema,
  'order.record': OrderRecordSchema,
  'order.announced': AnnouncedSchema,
  'pick.reported': PickReportedSchema,
  'pick.touched': PickTouchedSchema,
  'pick.record': PickRecordSchema,
  'pick.named': PickNamedSchema,
  'pick.cancel_answered': CancelAnsweredSchema,
  'task.reported': TaskReportedSchema,
  'task.record': TaskRecordSchema,
  'stock.risen': StockRisenSchema,
  'stock.level': StockLevelSchema,
  'command.request_pick': RequestPickSchema,
  'command.update_pick': UpdatePickSchema,
  'command.cancel_pick': CancelPickSchema,
  'command.create_task': CreateTaskSchema,
  'command.update_task': UpdateTaskSchema,
  'command.open_action_task': OpenActionTaskSchema,
  'command.update_action_task': UpdateActionTaskSchema,
  'command.tell_crm': TellCrmSchema,
} as const satisfies Record<string, z.ZodType>;

export type OurName = keyof typeof OUR_SCHEMAS;

/** Every schema that a mapping may run between, by the name that mapping files know. */
export const SCHEMAS: Readonly<Record<string, z.ZodType>> = { ...TEMPLATE_SCHEMAS, ...OUR_SCHEMAS };
