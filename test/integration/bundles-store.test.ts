import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { digestOf } from '../../src/bundles/digest.ts';
import { openBundleStore, type BundleStore } from '../../src/bundles/store.ts';
import { createBundlesStage, type BundlesStage } from '../support/bundles-stage.ts';

let stage: BundlesStage;
let store: BundleStore;

beforeEach(() => {
  stage = createBundlesStage();
  store = openBundleStore(stage.file);
});

afterEach(() => {
  store.close();
  stage.end();
});

const hash = (letter: string): string => letter.repeat(64);
const SHARED = { path: 'tables/shared.yaml', text: 'the same in every bundle' };
const filesOf = (text: string) => [{ path: 'rules/own.yaml', text }, SHARED];

function keep(letter: string, text = letter): void {
  store.keep({ hash: hash(letter), files: filesOf(text) }, 1000);
}

function activate(letter: string, kind: 'boot' | 'reload' | 'rollback' = 'reload', at = 2000) {
  return store.activate({ hash: hash(letter), at, by: 'ann', note: null, kind }, null);
}

function rows(query: string): unknown[] {
  const sqlite = new Database(stage.file);
  const all = sqlite.prepare(query).all();
  sqlite.close();
  return all;
}

function run(statement: string): () => void {
  return () => {
    const sqlite = new Database(stage.file);
    try {
      sqlite.pragma('foreign_keys = ON');
      sqlite.exec(statement);
    } finally {
      sqlite.close();
    }
  };
}

it('gives back the files of a bundle as they were stored', () => {
  keep('a');
  expect(store.get(hash('a'))).toEqual({
    hash: hash('a'),
    digest: digestOf(filesOf('a')),
    storedAt: 1000,
    files: filesOf('a'),
  });
  expect(store.get(hash('b'))).toBeUndefined();
});

it('stores a hash once, as it was first, and a shared text once', () => {
  keep('a');
  keep('a', 'something else');
  keep('b');
  expect(store.get(hash('a'))?.files).toEqual(filesOf('a'));
  expect(rows('SELECT hash FROM bundles')).toHaveLength(2);
  expect(rows('SELECT hash FROM bundle_texts')).toHaveLength(3);
});

it('refuses every change of what is stored', () => {
  keep('a');
  activate('a');
  const changes = [
    `UPDATE bundles SET digest = 'x'`,
    `UPDATE bundle_texts SET text = 'x'`,
    `UPDATE bundle_files SET path = 'x'`,
    `DELETE FROM bundle_files`,
    `DELETE FROM bundle_texts`,
    `UPDATE activations SET note = 'x'`,
    `DELETE FROM activations`,
  ];
  for (const change of changes) expect(run(change), change).toThrow();
  expect(store.get(hash('a'))?.files).toEqual(filesOf('a'));
});

it('activates only what is stored, and never removes what serves', () => {
  expect(() => activate('a')).toThrow('only a stored bundle');
  keep('a');
  keep('b');
  activate('a');
  expect(() => store.remove(hash('a'))).toThrow('serves');
  activate('b');
  store.remove(hash('a'));
  expect(store.get(hash('a'))).toBeUndefined();
  expect(rows('SELECT hash FROM bundle_texts')).toHaveLength(2);
  expect(store.active()).toMatchObject({ hash: hash('b'), previous: hash('a') });
});

it('notices a file that was damaged', () => {
  keep('a');
  run(`DROP TRIGGER bundle_texts_no_update; UPDATE bundle_texts SET text = text || ' '`)();
  expect(() => store.get(hash('a'))).toThrow('is damaged');
});

it('keeps the history, newest first and in pages', () => {
  for (const letter of ['a', 'b', 'c', 'd', 'e']) {
    keep(letter);
    activate(letter);
  }
  const first = store.history({ limit: 2 });
  expect(first.items.map(({ seq }) => seq)).toEqual([5, 4]);
  const second = store.history({ limit: 2, cursor: first.next ?? '' });
  const third = store.history({ limit: 2, cursor: second.next ?? '' });
  expect([...second.items, ...third.items].map(({ seq }) => seq)).toEqual([3, 2, 1]);
  expect(third.next).toBeNull();
  expect(third.items[0]).toEqual({
    seq: 1,
    hash: hash('a'),
    previous: null,
    at: 2000,
    by: 'ann',
    note: null,
    kind: 'reload',
  });
  expect(() => store.history({ limit: 2, cursor: 'x' })).toThrow('cursor');
});

it('goes back one step more with each rollback, and forth only by what follows', () => {
  for (const letter of ['a', 'b', 'c']) keep(letter);
  const backTo = (): string | undefined => store.backTo()?.hash[0];
  activate('a', 'boot');
  expect(backTo()).toBeUndefined();
  activate('b');
  activate('c');
  expect(backTo()).toBe('b');
  activate('b', 'rollback');
  expect(backTo()).toBe('a');
  activate('c');
  expect(backTo()).toBe('b');
  activate('b', 'rollback');
  activate('a', 'rollback');
  expect(backTo()).toBeUndefined();
});

it('knows how long each bundle has been out of use', () => {
  for (const letter of ['a', 'b', 'c']) keep(letter);
  activate('a', 'boot', 2000);
  activate('b', 'reload', 3000);
  expect(store.ages().filter(({ hash: one }) => one !== hash('b'))).toEqual([
    { hash: hash('c'), idleSince: 1000 },
    { hash: hash('a'), idleSince: 3000 },
  ]);
});
