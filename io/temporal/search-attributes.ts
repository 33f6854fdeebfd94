/** Which of our search attributes a namespace knows. A workflow that writes an unknown one hangs for ever. */
import type { Connection } from '@temporalio/client';
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import proto from '@temporalio/proto';
import { SEARCH_ATTRIBUTES, type SearchAttributeName } from '../../core/search-attributes.js';

const { IndexedValueType } = proto.temporal.api.enums.v1;

/** Temporal's number for each type that we use. */
export const SEARCH_ATTRIBUTE_TYPES = {
  Keyword: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  Double: IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
} as const;

/** All names, in a fixed order. */
export const SEARCH_ATTRIBUTE_NAMES = Object.keys(SEARCH_ATTRIBUTES) as readonly SearchAttributeName[];

/**
 * The search attributes that a namespace lacks, or has with another type.
 *
 * @throws the server's error, for example when the caller may not list them
 */
export async function missingSearchAttributes(
  connection: Connection,
  namespace: string,
): Promise<readonly SearchAttributeName[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return SEARCH_ATTRIBUTE_NAMES.filter(
    (name) => customAttributes[name] !== SEARCH_ATTRIBUTE_TYPES[SEARCH_ATTRIBUTES[name]],
  );
}

/** A value for each of our search attributes. */
export type SearchAttributeValues = {
  readonly [Name in SearchAttributeName]: (typeof SEARCH_ATTRIBUTES)[Name] extends 'Double' ? number : string;
};

/** The values as Temporal's client takes them, without those that the namespace does not know. */
export function searchAttributePairs(
  values: SearchAttributeValues,
  usable: readonly SearchAttributeName[],
): SearchAttributePair[] {
  return usable.map((name) => {
    const value = values[name];
    return typeof value === 'number'
      ? { key: defineSearchAttributeKey(name, 'DOUBLE'), value }
      : { key: defineSearchAttributeKey(name, 'KEYWORD'), value };
  });
}
