import { z } from 'zod';
import { parseEnv, type Env } from './env.ts';
import { loadLinksConfig } from './links.ts';

const ActionPageEnv = {
  CROSSDOCK_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  CROSSDOCK_API_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** How long a browser may decide after its person gave an API key. */
  CROSSDOCK_ACTION_PAGE_SESSION_MS: z.coerce
    .number()
    .int()
    .min(60_000)
    .max(30 * 86_400_000)
    .default(43_200_000),
  CROSSDOCK_ACTION_PAGE_BODY_BYTES_MAX: z.coerce.number().int().min(1024).default(262_144),
  /** Open actions on one page of their list. */
  CROSSDOCK_ACTION_PAGE_ROWS: z.coerce.number().int().min(1).max(200).default(50),
};

export type ActionPageSettings = ReturnType<typeof loadActionPageSettings>;

export function loadActionPageSettings(env: Env) {
  const read = parseEnv(ActionPageEnv, env);
  const origin = read.CROSSDOCK_PUBLIC_URL ?? read.CROSSDOCK_API_URL;
  return {
    /** `origin` is null where no address is set: the process then knows its own. */
    links: {
      secret: loadLinksConfig(env).linkSecret,
      origin: origin === undefined ? null : new URL(origin).origin,
    },
    sessionMs: read.CROSSDOCK_ACTION_PAGE_SESSION_MS,
    bodyBytesMax: read.CROSSDOCK_ACTION_PAGE_BODY_BYTES_MAX,
    rowsMax: read.CROSSDOCK_ACTION_PAGE_ROWS,
  };
}
