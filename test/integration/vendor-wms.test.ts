import { startAcme } from '../support/vendor-acme.ts';
import { startBare } from '../support/vendor-bare.ts';
import { conformsAsWms } from '../support/vendor-conformance.ts';

conformsAsWms('a vendor with keys, line ids and a cursor', startAcme);
conformsAsWms('a vendor with little', startBare);
