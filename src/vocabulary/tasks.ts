import { z } from 'zod';
import { IdSchema, InstantSchema, PrioritySchema } from '../contracts/primitives.ts';
import { TaskSchema, TaskStatusSchema } from '../contracts/tasks.ts';
import { OrderAddressSchema } from './orders.ts';

/** A task changed; `status` null when the event does not say to what. */
export const TaskReportedSchema = z.object({
  task_id: IdSchema,
  status: TaskStatusSchema.nullable(),
});
export type TaskReportedWords = z.infer<typeof TaskReportedSchema>;

/** A task as its manager shows it. */
export const TaskRecordSchema = TaskSchema;
export type TaskRecord = z.infer<typeof TaskRecordSchema>;

const DueSchema = InstantSchema.nullable();

export const CreateTaskSchema = z.object({
  order: OrderAddressSchema,
  priority: PrioritySchema,
  due_at: DueSchema,
  line_count: z.int().min(0),
  unit_count: z.int().min(0),
});
export type CreateTask = z.infer<typeof CreateTaskSchema>;

/** What changed of a task; what did not is absent. */
export const UpdateTaskSchema = z.object({
  task_id: IdSchema,
  status: z.enum(['COMPLETED', 'CANCELLED', 'OPEN']).optional(),
  priority: PrioritySchema.optional(),
  due_at: DueSchema.optional(),
  pick_ids: z.array(IdSchema).optional(),
  backorder_ids: z.array(IdSchema).optional(),
});
export type UpdateTask = z.infer<typeof UpdateTaskSchema>;

/** Asks a person to decide; `link` leads to the page of the decision. */
export const OpenActionTaskSchema = z.object({
  order: OrderAddressSchema,
  action_id: z.string().min(1),
  title: z.string().min(1),
  instructions: z.string(),
  link: z.string().min(1),
  priority: PrioritySchema,
  due_at: DueSchema,
  escalation: z.string().nullable(),
});
export type OpenActionTask = z.infer<typeof OpenActionTaskSchema>;

/** Somebody may have taken the task, so `status` is only there when it changes. */
export const UpdateActionTaskSchema = z.object({
  task_id: IdSchema,
  status: TaskStatusSchema.optional(),
  priority: PrioritySchema,
  due_at: DueSchema,
  escalation: z.string().nullable(),
});
export type UpdateActionTask = z.infer<typeof UpdateActionTaskSchema>;
