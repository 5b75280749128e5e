import type { HmacProfile } from '../profile.ts';

/** Another way to make key bytes of the text of a secret. */
export interface KeyVariant {
  /** Ends the sentence "the signature fits when ...". */
  when: string;
  bytes: Buffer;
}

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const HEX = /^(?:[0-9a-f]{2})+$/i;
const PREFIX = /^(?:whsec_|whpk_)/;

/** What senders make of a secret by mistake; `profile` says what is right. */
export function keyVariants(profile: HmacProfile, value: string): KeyVariant[] {
  const bare = value.replace(PREFIX, '');
  const decodes = profile.key === 'whsec' && PREFIX.test(value);
  const variants: KeyVariant[] = [];
  const add = (when: string, bytes: Buffer): void => {
    if (bytes.length > 0) variants.push({ when, bytes });
  };
  if (decodes) {
    add('its text is used as it is, instead of the base64 behind its prefix', Buffer.from(value));
    add('its text behind the prefix is used without decoding the base64', Buffer.from(bare));
  } else {
    if (BASE64.test(bare)) {
      add('it is decoded as base64 first; its text is the key', Buffer.from(bare, 'base64'));
    }
    if (bare !== value) add('its prefix is left out; it belongs to the key', Buffer.from(bare));
  }
  if (HEX.test(bare)) {
    add('it is decoded as hex first; its text is the key', Buffer.from(bare, 'hex'));
  }
  add('a line end was copied behind it', Buffer.from(`${value}\n`));
  add('a space was copied behind it', Buffer.from(`${value} `));
  add('it stands in double quotes', Buffer.from(`"${value}"`));
  add('it stands in single quotes', Buffer.from(`'${value}'`));
  return variants;
}
