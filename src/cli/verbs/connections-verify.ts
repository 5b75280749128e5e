import { z } from 'zod';
import type { Command, Context } from '../command.ts';
import { connect } from '../connect.ts';
import { EXIT } from '../exit-codes.ts';
import { ASKING_ONE_EXITS } from '../exits.ts';
import { usage } from '../flags.ts';
import { readBytes, readHeaders } from '../request-files.ts';
import { readAs } from '../rows.ts';
import { printTable } from '../table.ts';

const ExaminationSchema = z.looseObject({
  ok: z.boolean(),
  checks: z.array(z.looseObject({ check: z.string(), ok: z.boolean(), detail: z.string() })),
});

export const verify: Command = {
  name: 'verify',
  purpose: 'the signature doctor: why a webhook is refused',
  about: [
    'Shows each check, the bytes that are signed, and the likely cause: the JSON written again, a line end too many, hex instead of base64, another header, a clock that is off, a retired secret. Nothing of the request is kept and no secret is shown.',
    'The headers file has one `Name: value` a line (what `curl -v` prints will do, its first line too) or is a JSON object. The body file must hold the very bytes: `curl --data-binary`, not a copy out of an editor.',
  ],
  operands: [{ name: 'NAME', about: 'the connection that it was sent to, such as crm' }],
  flags: {
    'headers-file': { value: 'FILE', about: 'the headers of the request' },
    header: { value: 'HEADER', many: true, about: 'one header, `Name: value`; beside the file' },
    'body-file': { value: 'FILE', about: 'the exact bytes of its body' },
    method: { value: 'METHOD', about: 'its method, for profiles that sign it (POST)' },
    path: { value: 'PATH', about: 'its path, for profiles that sign it' },
  },
  examples: [
    ['crossdock connections verify crm --headers-file h.txt --body-file b.json', 'look at one'],
    [
      'crossdock connections verify crm --header "X-Signature: 0a1b" --body-file b.json --json',
      'the checks for a script',
    ],
  ],
  exits: {
    ...ASKING_ONE_EXITS,
    1: 'a check failed: the webhook would be refused; or the server failed',
  },
  run: async (context) => {
    const answer = await connect(context).ask({
      method: 'POST',
      path: `/api/v1/connections/${encodeURIComponent(context.operands['NAME'] ?? '')}/verify`,
      body: requestIn(context),
    });
    const { ok, checks } = readAs(ExaminationSchema, answer, 'an examination');
    const { terminal } = context;
    if (context.json) terminal.emit(answer);
    else {
      printTable(
        terminal,
        ['CHECK', '', 'DETAIL'],
        checks.map((check) => [check.check, check.ok ? 'ok' : 'FAILED', check.detail]),
      );
      terminal.say(ok ? 'it is authentic' : 'it would be refused');
    }
    return ok ? EXIT.ok : EXIT.failed;
  },
};

function requestIn({ flags, cwd }: Context) {
  const headersFile = flags.text('headers-file');
  const bodyFile = flags.text('body-file');
  const single = flags.list('header');
  if (bodyFile === undefined || (headersFile === undefined && single.length === 0)) {
    throw usage(
      'The doctor needs the body and the headers of the request.',
      'Give --body-file FILE and --headers-file FILE, or --header "Name: value" for each.',
    );
  }
  const fromFile =
    headersFile === undefined
      ? undefined
      : readHeaders(readBytes(cwd, headersFile, 'headers-file').toString('utf8'), headersFile);
  const given = readHeaders(single.join('\n'), '--header');
  const method = flags.text('method') ?? fromFile?.method;
  const path = flags.text('path') ?? fromFile?.path;
  return {
    headers: { ...fromFile?.headers, ...given.headers },
    body_base64: readBytes(cwd, bodyFile, 'body-file').toString('base64'),
    ...(method !== undefined && { method }),
    ...(path !== undefined && { path }),
  };
}
