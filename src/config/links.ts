import { z } from 'zod';
import { parseEnv, type Env } from './env.ts';

const LinksEnv = {
  /** Where people reach the api process; links in tasks and events begin with it. */
  CROSSDOCK_PUBLIC_URL: z.url().optional(),
  CROSSDOCK_API_URL: z.url().default('http://127.0.0.1:4000'),
  /** Makes the tokens of links to actions. Without it such a page asks for an API key. */
  CROSSDOCK_LINK_SECRET: z.string().default(''),
};

/** What links to our own pages are made with. */
export function loadLinksConfig(env: Env): { publicUrl: string; linkSecret: string } {
  const v = parseEnv(LinksEnv, env);
  return {
    publicUrl: v.CROSSDOCK_PUBLIC_URL ?? v.CROSSDOCK_API_URL,
    linkSecret: v.CROSSDOCK_LINK_SECRET,
  };
}
