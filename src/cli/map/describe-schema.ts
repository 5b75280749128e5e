import type { z } from 'zod';
import { findSlot, listPaths } from '../../mapping/shape/find.ts';
import { parsePath } from '../../mapping/shape/path.ts';
import { nameOf, type Slot } from '../../mapping/shape/shape.ts';
import { slotOf, type End } from '../../mapping/shape/zod-shape.ts';

export interface SchemaField {
  path: string;
  type: string;
  /** May be missing; on the target side, need not be written. */
  absent: boolean;
  nullable: boolean;
}

/** Every field of a schema, as rules write its path. */
export function describeSchema(schema: z.ZodType, end: End): SchemaField[] {
  const root = slotOf(schema, end);
  return listPaths(root).flatMap((path) => {
    const parsed = parsePath(path);
    if (typeof parsed === 'string') return [];
    const found = findSlot(root, parsed.segments, { name: '', open: true });
    if (!found.ok) return [];
    return [{ path, ...faceOf(found.slot) }];
  });
}

function faceOf({ shape, absent, nullable }: Slot): Omit<SchemaField, 'path'> {
  const type =
    shape.kind === 'array' && shape.element.shape.kind === 'object' ? 'an array' : nameOf(shape);
  return { type, absent, nullable };
}
