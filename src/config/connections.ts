import type { ResolvedAuth } from '../connections/auth/resolved.ts';
import type { AuthSpec, ConnectionSpec, Setting } from '../wiring/spec.ts';
import type { ConnectionSettings } from './api.ts';
import type { Env } from './env.ts';

/** A connection whose file names variables that are not set: nothing is taken from it or sent to it. */
export interface ConnectionOff {
  name: string;
  /** Variables of the environment that it waits for. */
  missing: string[];
}

/** A setting's text, or the variable that it waits for. */
export function resolveSetting(
  { env, text }: Setting,
  from: Env,
): { text: string } | { missing: string } {
  const given = env === null ? undefined : from[env];
  const found = given === undefined || given === '' ? text : given;
  return found === null ? { missing: env ?? '' } : { text: found };
}

/** Resolves settings together; the names of all variables that are not set are collected. */
export function createResolver(env: Env): { text(setting: Setting): string; missing: string[] } {
  const missing: string[] = [];
  return {
    missing,
    text(setting) {
      const resolved = resolveSetting(setting, env);
      if ('text' in resolved) return resolved.text;
      if (!missing.includes(resolved.missing)) missing.push(resolved.missing);
      return '';
    },
  };
}

/** The webhooks of connection files, as far as their secrets are set. */
export function webhookConnections(
  specs: Iterable<ConnectionSpec>,
  env: Env,
): { on: ConnectionSettings[]; off: ConnectionOff[] } {
  const on: ConnectionSettings[] = [];
  const off: ConnectionOff[] = [];
  for (const { name, kind, webhooks } of specs) {
    if (webhooks === null) continue;
    const resolver = createResolver(env);
    const secrets = webhooks.secrets.map((setting, index) => ({
      id: `${name}-${index + 1}`,
      value: resolver.text(setting),
      state: 'active' as const,
      until: null,
    }));
    if (resolver.missing.length > 0) off.push({ name, missing: resolver.missing });
    else on.push({ name, kind, profile: webhooks.profile, secrets, ack: webhooks.ack });
  }
  return { on, off };
}

/** The address and the credentials of a connection file, or the variables that are not set. */
export function linkSettings(
  { url, below, auth, headers }: ConnectionSpec,
  env: Env,
):
  | { url: string; auth: ResolvedAuth; headers: Record<string, string> }
  | { missing: readonly string[] } {
  const resolver = createResolver(env);
  const settings = {
    url: resolver.text(url).replace(/\/+$/, '') + below,
    auth: resolveAuth(auth, resolver),
    headers: Object.fromEntries([...headers].map(([name, value]) => [name, resolver.text(value)])),
  };
  return resolver.missing.length > 0 ? { missing: resolver.missing } : settings;
}

function resolveAuth(
  auth: AuthSpec,
  { text }: Pick<ReturnType<typeof createResolver>, 'text'>,
): ResolvedAuth {
  switch (auth.kind) {
    case 'none':
      return auth;
    case 'header':
      return { ...auth, value: text(auth.value) };
    case 'bearer':
      return { ...auth, token: text(auth.token) };
    case 'basic':
      return { ...auth, user: text(auth.user), password: text(auth.password) };
    case 'oauth2':
      return {
        ...auth,
        tokenUrl: text(auth.tokenUrl),
        clientId: text(auth.clientId),
        clientSecret: text(auth.clientSecret),
      };
    case 'login':
      return {
        ...auth,
        send: new Map([...auth.send].map(([field, value]) => [field, text(value)])),
      };
  }
}

/** Variables that a connection waits for: those of its address and credentials, and of its webhooks. */
export function missingIn(env: Env): (spec: ConnectionSpec) => readonly string[] {
  return (spec) => {
    const link = linkSettings(spec, env);
    const { off } = webhookConnections([spec], env);
    const missing = [
      ...('missing' in link ? link.missing : []),
      ...off.flatMap((one) => one.missing),
    ];
    return [...new Set(missing)];
  };
}
