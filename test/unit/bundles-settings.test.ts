import { expect, it } from 'vitest';
import { loadMappingsSettings } from '../../src/config/mappings.ts';

it('watches each second, lets a fifth of the outputs change and looks at 200 inputs by default', () => {
  expect(loadMappingsSettings({})).toMatchObject({
    directory: undefined,
    desk: { watchMs: 1000, changedShareMax: 0.2, shadowInputsMax: 200 },
  });
});

it('takes 0 for never watching', () => {
  expect(loadMappingsSettings({ CROSSDOCK_MAPPINGS_WATCH_MS: '0' }).desk.watchMs).toBe(0);
});

it('refuses a share above one', () => {
  expect(() => loadMappingsSettings({ CROSSDOCK_MAPPINGS_CHANGED_SHARE_MAX: '20' })).toThrow(
    'CROSSDOCK_MAPPINGS_CHANGED_SHARE_MAX',
  );
});
