import { defineSignal } from '@temporalio/workflow';

export const BARE_TASK_QUEUE = 'bench-bare';

export const nextSignal = defineSignal('next');
