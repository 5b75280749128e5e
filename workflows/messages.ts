import { defineSignal } from '@temporalio/workflow';
import type { OrderInput } from '../src/domain/inputs.ts';

/** The one signal of an order's workflow: everything that happened since the last one. */
export const orderInputsSignal = defineSignal<[OrderInput[]]>('inputs');

/** Stock of these SKUs may have risen; an empty list means "look at all that is waited for". */
export const stockRoseSignal = defineSignal<[string[]]>('stockRose');
