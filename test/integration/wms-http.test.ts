import { describe } from 'vitest';
import { wmsConformance } from '../support/wms-conformance.ts';
import { inProcessTarget } from '../support/wms-target.ts';

describe('the WMS in this process', () => wmsConformance(inProcessTarget));
