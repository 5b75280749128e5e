import type { MapError } from './run/run.ts';

/** Errors that one text names; the others are counted. */
const NAMED_MAX = 5;

/** What went wrong with a run, for people: where, by which rule, and never the value. */
export function describeMapErrors(errors: readonly MapError[]): string {
  const named = errors.slice(0, NAMED_MAX).map(describeMapError);
  const more = errors.length - named.length;
  return more > 0 ? `${named.join('; ')}; and ${more} more` : named.join('; ');
}

function describeMapError({ mapping, version, rule, target, message }: MapError): string {
  // The place is part of the sentence, and whoever quotes it ends it.
  return `${message.replace(/\.$/, '')} (${target} by ${mapping}@${version}, ${rule})`;
}
