import type { Verb } from '../command.ts';
import { activate, rollback } from '../map/activate.ts';
import { check } from '../map/check.ts';
import { diff } from '../map/diff.ts';
import { explain } from '../map/explain.ts';
import { preview } from '../map/preview.ts';
import { remap } from '../map/remap.ts';
import { schema } from '../map/schema.ts';
import { show } from '../map/show.ts';
import { history, status } from '../map/status.ts';
import { test } from '../map/test.ts';

export const mapVerb: Verb = {
  name: 'map',
  purpose: 'mappings and connections: check, test, show, explain, preview, diff, activate',
  commands: [
    check,
    test,
    show,
    explain,
    preview,
    diff,
    schema,
    status,
    activate,
    rollback,
    history,
    remap,
  ],
};
