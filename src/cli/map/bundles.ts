import { z } from 'zod';
import type { Wiring } from '../../wiring/compile.ts';
import type { Api } from '../api.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { connect } from '../connect.ts';
import { EXIT } from '../exit-codes.ts';
import { usage } from '../flags.ts';
import { readAs, readRows } from '../rows.ts';
import { ActivationSchema, MAPPINGS_PATH, StatusSchema } from './api-shapes.ts';
import { compiled } from './directory.ts';

const WHOLE = /^[0-9a-f]{64}$/;
const PART = /^[0-9a-f]{4,63}$/;
const SEARCHED_MAX = 1000;

const FilesSchema = z.looseObject({
  bundle: z.string(),
  files: z.array(z.object({ path: z.string(), text: z.string() })),
});

/** The whole hash of a bundle that is named by its first letters, or by `active`. */
export async function bundleHash(api: Api, named: string): Promise<string> {
  if (WHOLE.test(named)) return named;
  const status = readAs(
    StatusSchema,
    await api.ask({ method: 'GET', path: MAPPINGS_PATH }),
    'the mappings',
  );
  if (named === 'active') return status.active.bundle;
  if (!PART.test(named)) {
    throw usage(
      `\`${named}\` is no bundle: give its hash, at least the first 4 letters of it, or \`active\`.`,
    );
  }
  const path = `${MAPPINGS_PATH}/history`;
  const { items } = await readRows(api, {
    path,
    query: {},
    row: ActivationSchema,
    limit: SEARCHED_MAX,
  });
  const known = [
    status.active.bundle,
    ...(status.candidate?.bundle == null ? [] : [status.candidate.bundle]),
    ...items.flatMap(({ bundle, previous }) => (previous === null ? [bundle] : [bundle, previous])),
  ];
  const found = [...new Set(known)].filter((hash) => hash.startsWith(named));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (found.length > 1)
    throw usage(`${named} is the beginning of ${found.length} bundles: ${found.join(', ')}.`);
  throw new CliError(
    EXIT.notFound,
    'not-found',
    `No bundle that ever served begins with ${named}.`,
    {
      hint: '`crossdock map history` lists them. The mapping_bundle of an order is on `crossdock orders show`.',
    },
  );
}

/** A stored bundle, compiled here from its files. */
export async function storedWiring(context: Context, named: string): Promise<Wiring> {
  const api = connect(context);
  const hash = await bundleHash(api, named);
  const path = `${MAPPINGS_PATH}/bundles/${hash}`;
  const { files } = readAs(FilesSchema, await api.ask({ method: 'GET', path }), path);
  return compiled(files, `bundle ${hash}`);
}
