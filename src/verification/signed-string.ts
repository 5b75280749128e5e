import { createHmac, type KeyObject } from 'node:crypto';

/** What a signed-string template may name. */
export interface SignedParts {
  id: string;
  ts: string;
  method: string;
  url: string;
  body: Buffer;
}

type Part = { literal: string } | { name: keyof SignedParts };
export type SignedTemplate = readonly Part[];

/** Splits a template such as `{id}.{ts}.{body}` once, so that no request pays for it. */
export function compileTemplate(template: string): SignedTemplate {
  return template
    .split(/(\{(?:id|ts|method|url|body)\})/)
    .filter((piece) => piece !== '')
    .map((piece) => {
      const name = /^\{(id|ts|method|url|body)\}$/.exec(piece)?.[1];
      return name === undefined ? { literal: piece } : { name: name as keyof SignedParts };
    });
}

interface HmacInput {
  algorithm: string;
  key: KeyObject;
  template: SignedTemplate;
  parts: SignedParts;
}

export function hmacOf({ algorithm, key, template, parts }: HmacInput): Buffer {
  const hmac = createHmac(algorithm, key);
  for (const part of template) hmac.update('literal' in part ? part.literal : parts[part.name]);
  return hmac.digest();
}

/** The signed bytes in one piece, for algorithms that take no stream. */
export function signedBytes(template: SignedTemplate, parts: SignedParts): Buffer {
  return Buffer.concat(
    template.map((part) => {
      const piece = 'literal' in part ? part.literal : parts[part.name];
      return typeof piece === 'string' ? Buffer.from(piece, 'utf8') : piece;
    }),
  );
}
