import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { API_KEY } from '../support/api-stage.ts';
import { temporaryFolder } from '../support/books-shelf.ts';
import { crossdock, dataDirOf, type CliRun } from '../support/cli-stage.ts';
import {
  openConnectionsStage,
  orderText,
  type ConnectionsStage,
} from '../support/connections-stage.ts';
import { SECRETS } from '../support/signed-webhooks-server.ts';
import { templateHeaders } from '../support/signed.ts';

interface Cli {
  stage: ConnectionsStage;
  /** Where its files are. */
  cwd: string;
  run(...argv: string[]): Promise<CliRun>;
  write(name: string, text: string): void;
}

async function open(): Promise<Cli> {
  const stage = await openConnectionsStage();
  const dataDir = dataDirOf({ api: stage.url, apiKey: API_KEY });
  const cwd = temporaryFolder();
  return {
    stage,
    cwd,
    run: (...argv) => crossdock(['connections', ...argv, '--data-dir', dataDir], { cwd }),
    write: (name, text) => writeFileSync(join(cwd, name), text),
  };
}

describe('crossdock connections', () => {
  test('list shows who sends and under which secrets', async () => {
    const { run } = await open();
    const { end, stdout } = await run('list');
    expect(end).toBe(0);
    expect(stdout).toMatch(/crm +crm +template +\/webhooks\/orders +open +- +crm-1 active/);
    const [page] = (await run('list', '--json')).json();
    expect(page.items).toHaveLength(6);
  });

  test('show tells of one, and ends with 4 for one that is not there', async () => {
    const { run, stage } = await open();
    await stage.order('wrong', 'evt_1');
    const { end, stdout } = await run('show', 'crm');
    expect(end).toBe(0);
    expect(stdout).toMatch(/last refusal +\S+ not_authentic \(signature-mismatch\)/);
    expect((await run('show', 'nobody')).end).toBe(4);
  });

  test('rotate prints the secret on stdout and what to do with it on stderr', async () => {
    const { run, stage } = await open();
    const { end, stdout, stderr } = await run('rotate', 'crm', '--overlap', '60');
    expect(end).toBe(0);
    const secret = /^secret +([0-9a-f]{64})$/m.exec(stdout)?.[1] ?? '';
    expect(stderr).toMatch(/Give the secret to the sender of crm before/);
    expect(stderr).not.toContain(secret);
    expect((await stage.order(secret, 'evt_1')).status).toBe(202);
    const again = await run('rotate', 'crm', '--json');
    expect(again.end).toBe(5);
    expect(again.json()).toMatchObject([{ error: { code: 'rotation-overlap', exit: 5 } }]);
    const [forced] = (await run('rotate', 'crm', '--force', '--json')).json();
    expect((await stage.order(forced.secret, 'evt_2')).status).toBe(202);
  });

  test('rotate takes a secret that the sender has made from a file', async () => {
    const { run, stage, write } = await open();
    write('new.txt', 'made-by-the-sender\n');
    const { end } = await run('rotate', 'crm', '--secret-file', 'new.txt');
    expect(end).toBe(0);
    expect((await stage.order('made-by-the-sender', 'evt_1')).status).toBe(202);
  });

  test('pause and resume', async () => {
    const { run, stage } = await open();
    expect((await run('pause', 'crm', '--reason', 'a move')).stdout).toMatch(
      /paused +since .*: a move/,
    );
    expect((await stage.order(SECRETS.crm, 'evt_1')).status).toBe(503);
    expect((await run('resume', 'crm')).stdout).toMatch(/paused +no/);
    expect((await stage.order(SECRETS.crm, 'evt_1')).status).toBe(202);
  });
});

describe('crossdock connections verify', () => {
  const headersOf = (secret: string, body: string) =>
    Object.entries(templateHeaders(secret, body)).map(([name, value]) => `${name}: ${value}`);

  test('reads what curl -v prints and the exact bytes, and ends with 0 when it is authentic', async () => {
    const { run, stage, write } = await open();
    const body = `${orderText('evt_1', stage.ingestClock.now)}\r\n`;
    write('b.json', body);
    const lines = ['POST /webhooks/orders HTTP/1.1', ...headersOf(SECRETS.crm, body), ''];
    write('h.txt', lines.map((line) => `> ${line}`).join('\r\n'));
    const { end, stdout, stderr } = await run(
      ...['verify', 'crm', '--headers-file', 'h.txt', '--body-file', 'b.json'],
    );
    expect(end).toBe(0);
    expect(stdout).toMatch(/signature +ok +It is that of the secret crm-1 \(active\)/);
    expect(stderr).toMatch(/it is authentic/);
  });

  test('says why it would be refused and ends with 1', async () => {
    const { run, stage, write } = await open();
    const body = orderText('evt_1', stage.ingestClock.now);
    write('b.json', `${body}\n`);
    write('h.json', JSON.stringify(templateHeaders(SECRETS.crm, body)));
    const argv = ['verify', 'crm', '--headers-file', 'h.json', '--body-file', 'b.json'];
    const { end, stdout, stderr } = await run(...argv);
    expect(end).toBe(1);
    expect(stdout).toMatch(/signature +FAILED .*the line end at its end was taken off/);
    expect(stderr).toMatch(/it would be refused/);
    const [answer] = (await run(...argv, '--json')).json();
    expect(answer).toMatchObject({ ok: false });
    const single = headersOf(SECRETS.crm, body).flatMap((line) => ['--header', line]);
    expect((await run('verify', 'crm', ...single, '--body-file', 'b.json')).end).toBe(1);
  });

  test.each([
    ['no files', [], /needs the body and the headers/],
    [
      'a file that is not there',
      ['--headers-file', 'x', '--body-file', 'b'],
      /--body-file b cannot|x cannot be read/,
    ],
    [
      'a line that is no header',
      ['--header', 'nonsense', '--body-file', 'h'],
      /a line that is no header/,
    ],
    [
      'no JSON object',
      ['--headers-file', 'h', '--body-file', 'h'],
      /is no JSON object of header names/,
    ],
  ])('with %s ends with 2', async (_what, argv, told) => {
    const { run, write } = await open();
    write('h', '{"a":');
    const { end, stderr } = await run('verify', 'crm', ...argv);
    expect(end).toBe(2);
    expect(stderr).toMatch(told);
  });
});
