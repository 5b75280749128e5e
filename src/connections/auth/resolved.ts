import type { AuthSpec, Setting, TokenLifetime } from '../../wiring/spec.ts';

type Text<Value> = Value extends Setting
  ? string
  : Value extends ReadonlyMap<string, Setting>
    ? ReadonlyMap<string, string>
    : Value;

type Texts<Spec> = Spec extends unknown ? { [Name in keyof Spec]: Text<Spec[Name]> } : never;

/** How calls prove who we are, with the texts that its settings stand for. */
export type ResolvedAuth = Texts<AuthSpec>;

/** Kinds that trade credentials for a token which ends. */
export type TokenAuth = Extract<ResolvedAuth, { lifetime: TokenLifetime }>;
