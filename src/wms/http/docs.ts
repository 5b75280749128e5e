import { z } from '@hono/zod-openapi';
import { ProblemSchema } from '../../contracts/problem.ts';

interface DocumentedAnswer {
  description: string;
  content?: Record<string, { schema: z.ZodType }>;
}

const PROBLEM: DocumentedAnswer = {
  description: 'What happened, what it means and what to do (RFC 9457)',
  content: { 'application/problem+json': { schema: ProblemSchema } },
};

/** Documents the answers of a route; every refusal is a problem. */
export function answersOf(
  answers: Record<number, [description: string, schema: z.ZodType]>,
): Record<number, DocumentedAnswer> & { default: DocumentedAnswer } {
  const documented: Record<number, DocumentedAnswer> = {};
  for (const [status, [description, schema]] of Object.entries(answers)) {
    documented[Number(status)] = { description, content: { 'application/json': { schema } } };
  }
  return { ...documented, default: PROBLEM };
}

export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { 'application/json': { schema } } } as const;
}

/** The header as a parameter of the document; `requireIdempotencyKey` enforces it. */
export function keyHeader(need: 'required' | 'optional') {
  return z.object({
    'idempotency-key':
      need === 'required'
        ? z
            .string()
            .openapi({ description: 'Repeats with the same key and body get the same answer.' })
        : z.string().optional(),
  });
}

export const bearer = [{ bearer: [] }];
