/** All operators by name. */
import type { Application } from '../../expression/types.js';
import { direct } from './direct.js';
import { extract } from './extract.js';
import type { Operator } from './operator.js';

/** The operators of the expression language. */
export const OPERATORS: Readonly<Record<Application<unknown>['operator'], Operator>> = { direct, extract };
