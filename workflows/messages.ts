/** Queries and signals of the workflows, shared with clients. */
import { defineQuery } from '@temporalio/workflow';
import type { ProgressAnswer } from '../core/plan/run-types.js';

/** How far a run is. */
export const progressQuery = defineQuery<ProgressAnswer>('progress');
