import { z } from 'zod';
import { IdSchema, InstantSchema, PrioritySchema } from './primitives.ts';

export const TaskStatusSchema = z.enum(['OPEN', 'ASSIGNED', 'COMPLETED', 'CANCELLED']);

const ExternalRefSchema = z.object({ type: z.string().min(1).max(32), id: IdSchema });

const MetadataSchema = z.record(z.string(), z.unknown());

/** Body of `POST /tasks` (201 created, 200 the existing one for the same `Idempotency-Key`). */
export const TaskCreateSchema = z.object({
  external_ref: ExternalRefSchema,
  task_type: z.enum(['fulfillment_pick', 'human_action']),
  priority: PrioritySchema,
  title: z.string().min(1).max(256),
  instructions: z.string().max(4096).nullable().optional(),
  due_date: InstantSchema.nullable().optional(),
  assignee: z.string().max(128).nullable().optional(),
  metadata: MetadataSchema.default({}),
});

/** Body of `PATCH /tasks/{id}`; `metadata` is merged by key. */
export const TaskPatchSchema = z.object({
  status: TaskStatusSchema.optional(),
  assignee: z.string().max(128).nullable().optional(),
  due_date: InstantSchema.nullable().optional(),
  priority: PrioritySchema.optional(),
  metadata: MetadataSchema.optional(),
});

export const TaskSchema = z.object({
  task_id: IdSchema,
  external_ref: ExternalRefSchema,
  task_type: z.string(),
  status: TaskStatusSchema,
  priority: PrioritySchema,
  title: z.string(),
  instructions: z.string().nullable(),
  due_date: InstantSchema.nullable(),
  assignee: z.string().nullable(),
  metadata: MetadataSchema,
  created_at: InstantSchema,
  updated_at: InstantSchema,
});

/** `payload` of `TASK.CREATED`, `TASK.ASSIGNED`, `TASK.COMPLETED`, after the seed. */
export const TaskEventSchema = z.object({
  task_id: IdSchema,
  external_ref: ExternalRefSchema,
  task_type: z.string().optional(),
  status: TaskStatusSchema.optional(),
  assignee: z.string().nullable().optional(),
  priority: z.string().optional(),
  instructions: z.string().nullable().optional(),
  due_date: z.string().nullable().optional(),
});

export type TaskCreate = z.infer<typeof TaskCreateSchema>;
export type TaskPatch = z.infer<typeof TaskPatchSchema>;
export type Task = z.infer<typeof TaskSchema>;
export type TaskEvent = z.infer<typeof TaskEventSchema>;
