import { conformsAsCrm } from '../support/vendor-conformance-crm.ts';
import { conformsAsTasks } from '../support/vendor-conformance-tasks.ts';
import { startDesk } from '../support/vendor-desk.ts';
import { startShop } from '../support/vendor-shop.ts';

conformsAsTasks('a vendor of tickets', startDesk);
conformsAsCrm('a vendor of orders', startShop);
