import { z } from 'zod';

/** The escape hatch: what no operator says, as a pure and synchronous function with checked ends. */
export interface MapFunction {
  /** Used in rules as `name@version`. */
  name: string;
  /** Rises with every change of what it does. */
  version: number;
  input: z.ZodType;
  output: z.ZodType;
  run(input: never): unknown;
}

interface TypedFunction<Input extends z.ZodType, Output extends z.ZodType> {
  name: string;
  version: number;
  input: Input;
  output: Output;
  run(input: z.output<Input>): z.input<Output>;
}

/** Types `run` by its schemas; a file of `functions/` exports what this returns. */
export function defineFunction<Input extends z.ZodType, Output extends z.ZodType>(
  definition: TypedFunction<Input, Output>,
): MapFunction {
  return definition;
}

/** What a module of `functions/` may export. */
export const MapFunctionSchema = z.object({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be like order_of_reference'),
  version: z.int().min(1),
  input: z.instanceof(z.ZodType),
  output: z.instanceof(z.ZodType),
  run: z.custom<MapFunction['run']>((value) => typeof value === 'function', 'must be a function'),
});

export function functionName({ name, version }: Pick<MapFunction, 'name' | 'version'>): string {
  return `${name}@${version}`;
}
