import { defineSearchAttributeKey } from '@temporalio/common';

/** Search attributes of an order's workflow. Ids and stages only: no personal data. */
export const orderStageKey = defineSearchAttributeKey('OrderStage', 'KEYWORD');
export const crmOrderIdKey = defineSearchAttributeKey('CrmOrderId', 'KEYWORD');
export const connectionKey = defineSearchAttributeKey('Connection', 'KEYWORD');
export const needsActionKey = defineSearchAttributeKey('NeedsAction', 'BOOL');
export const oldestDueKey = defineSearchAttributeKey('OldestDue', 'DATETIME');
