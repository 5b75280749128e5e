import type { Connector } from '../attempt.ts';
import { createVendorCrm } from './crm.ts';
import { createVendorTasks, type VendorTasks } from './tasks.ts';
import { createVendorWms } from './wms.ts';

/** Speaks to an outside system by its file and the mappings of one bundle. */
export function createVendorConnector(options: VendorTasks): Connector {
  switch (options.spec.kind) {
    case 'wms':
      return createVendorWms(options);
    case 'tasks':
      return createVendorTasks(options);
    case 'crm':
      return createVendorCrm(options);
  }
}
