import {z} from 'zod';

const CutSchema = z.object({text: z.string(), chars_max: z.int().min(1)});

/** The beginning of a text, as far as a field of the other system takes it. */
export const cut = {
  name: 'cut',
  version: 1,
  input: CutSchema,
  output: z.string(),
  run: ({text, chars_max}: z.infer<typeof CutSchema>): string => text.slice(0, chars_max),
};
