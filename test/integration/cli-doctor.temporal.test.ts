import { expect, inject, test } from 'vitest';
import { askTemporalServer, judgeTemporalServer } from '../../src/cli/doctor/temporal-server.ts';

const TIMEOUT_MS = 20_000;

test('a server that we started has the namespace and every search attribute', async () => {
  const { address, namespace } = inject('temporal');
  const target = { address, namespace, connectionOptions: { address } };
  const findings = await askTemporalServer(target, TIMEOUT_MS);
  expect(findings).toEqual({
    unreachable: undefined,
    namespaceExists: true,
    attributesMissing: [],
  });
  expect(judgeTemporalServer(target, findings).map(({ status }) => status)).toEqual([
    'ok',
    'ok',
    'ok',
  ]);
});

test('a namespace that is not there is found out', async () => {
  const { address } = inject('temporal');
  const target = { address, namespace: 'no-such-namespace', connectionOptions: { address } };
  const findings = await askTemporalServer(target, TIMEOUT_MS);
  expect(findings).toMatchObject({ unreachable: undefined, namespaceExists: false });
});

test('a server that is not there is found out', async () => {
  const address = '127.0.0.1:1';
  const target = { address, namespace: 'default', connectionOptions: { address } };
  const findings = await askTemporalServer(target, 1000);
  expect(findings.unreachable).toEqual(expect.any(String));
});
