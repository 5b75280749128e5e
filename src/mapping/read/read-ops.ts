import { nearest } from '../shape/nearest.ts';
import type { NodeReader } from '../yaml/fields.ts';
import type { MapEntry, YamlNode } from '../yaml/node.ts';
import { PLAIN_OPS, type OpSpec } from './spec.ts';

const ALL_OPS: readonly string[] = [...PLAIN_OPS, 'to_datetime', 'fn'];
const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;

export function readOps(node: YamlNode | undefined, reader: NodeReader): OpSpec[] {
  if (node === undefined) return [];
  const items = node.kind === 'list' ? node.items : [node];
  return items.map((item) => readOp(item, reader)).filter((op) => op !== null);
}

function readOp(node: YamlNode, reader: NodeReader): OpSpec | null {
  if (node.kind === 'map') {
    const [entry, second] = node.entries;
    if (entry !== undefined && second === undefined) return readTakingOp(entry, reader);
    const message = 'An operator is one word, {to_datetime: {tz: ..}} or {fn: name@1}.';
    reader.mistakes.add(node.place, { code: 'grammar', message });
    return null;
  }
  const word = reader.text(node, 'An operator');
  if (word === null) return null;
  const kind = PLAIN_OPS.find((op) => op === word);
  if (kind !== undefined) return { kind, place: node.place };
  const needs = { to_datetime: '{to_datetime: {tz: Europe/Berlin}}', fn: '{fn: name@1}' };
  const form = Object.entries(needs).find(([op]) => op === word)?.[1];
  const message =
    form === undefined
      ? `There is no operator ${word}; there are ${ALL_OPS.join(', ')}.`
      : `Write ${form}.`;
  const suggestion = form === undefined ? nearest(word, ALL_OPS) : undefined;
  reader.mistakes.add(node.place, { code: 'unknown-name', message, suggestion });
  return null;
}

function readTakingOp({ key, keyPlace, value }: MapEntry, reader: NodeReader): OpSpec | null {
  if (key === 'fn') {
    const name = reader.text(value, 'fn');
    return name === null ? null : { kind: 'fn', name, place: value.place };
  }
  if (key === 'to_datetime') return readToDatetime(value, reader);
  const message = `${key} takes nothing, or does not exist.`;
  const suggestion = nearest(key, ALL_OPS);
  reader.mistakes.add(keyPlace, { code: 'unknown-name', message, suggestion });
  return null;
}

function readToDatetime(node: YamlNode, reader: NodeReader): OpSpec | null {
  const fields = reader.fields(node, ['tz', 'time'], 'to_datetime');
  const zoneNode = fields?.get('tz');
  if (fields === null || zoneNode === undefined) {
    const message =
      'to_datetime needs tz: (such as UTC or Europe/Berlin): a local time without its zone is a guess.';
    reader.mistakes.add(node.place, { code: 'grammar', message });
    return null;
  }
  const zone = reader.text(zoneNode, 'tz');
  const timeNode = fields.get('time');
  const time = timeNode === undefined ? null : reader.text(timeNode, 'time');
  if (zone === null) return null;
  if (!isZone(zone)) {
    const message = `${zone} is not a time zone of the IANA list.`;
    reader.mistakes.add(zoneNode.place, { code: 'unknown-name', message });
    return null;
  }
  if (timeNode !== undefined && time !== null && !TIME.test(time)) {
    reader.mistakes.add(timeNode.place, {
      code: 'grammar',
      message: `time is written '23:59' or '23:59:59'.`,
    });
    return null;
  }
  return { kind: 'to_datetime', zone, time, place: node.place };
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
