/** Formulas → combine nodes: one node per operator application, shared between equal sub-expressions. */
import type { Digest } from '../digest.js';
import { OminusError } from '../errors.js';
import { printFormula } from '../expression/print.js';
import { leftmostAdapter } from '../expression/resolve.js';
import type { Application, Formula } from '../expression/types.js';
import { keyOf } from './key.js';
import type { GramRule, OperandKey } from './key-facts.js';
import { asNodeId, type NodeTable } from './node-table.js';
import type { Evaluable, NodeId, Operand } from './node.js';
import { combineFacts, type CombineNode } from './nodes/combine.js';
import { roundFacts } from './nodes/round.js';

/** Longest expression that serves as a node's id; a longer one is named by its digest. */
const LONGEST_ID = 96;

/** How the leaves of one formula are scaled, and the Gram matrices that say so. */
export interface Ground {
  readonly gram: NodeId;
  readonly rule: GramRule;
}

/** What all combine nodes of a plan share. */
export interface CombineContext {
  readonly table: NodeTable;
  /** By the leftmost adapter of a whole formula, which lends its scaling to all with `semantics: reference`. */
  readonly groundOf: (leftmost: string | undefined) => Ground;
  /** Digest of an adapter, by its name in the spec. */
  readonly digestOf: (name: string) => Digest;
  readonly missing: 'pass' | 'error';
}

/** Makes the nodes of formulas, and knows the keys of operands. */
export class CombineNodes {
  readonly #context: CombineContext;
  readonly #keys = new Map<NodeId, Digest>();

  constructor(context: CombineContext) {
    this.#context = context;
  }

  /** The operand that a formula is; adds what nodes it needs. */
  operandOf(formula: Formula): Operand {
    return this.#operandOn(formula, this.#context.groundOf(leftmostAdapter(formula)));
  }

  #operandOn(formula: Formula, ground: Ground): Operand {
    switch (formula.kind) {
      case 'adapter':
        return { kind: 'adapter', digest: this.#context.digestOf(formula.name) };
      case 'zero':
        return { kind: 'zero' };
      case 'apply':
        return { kind: 'node', id: this.#addApplication(formula, formula.application, ground) };
      case 'make':
        throw new OminusError('INTERNAL', { message: `no node makes ${formula.call.operator}` });
    }
  }

  /** What stands for an operand in keys. */
  keyOf(operand: Evaluable): OperandKey {
    switch (operand.kind) {
      case 'adapter':
        return operand.digest;
      case 'zero':
        return 'zero';
      case 'node':
        return this.#keys.get(operand.id) ?? operand.id;
      case 'written':
        return keyOf(roundFacts({ candidate: this.keyOf(operand.of), dtype: operand.dtype }));
    }
  }

  /** Nodes that must be done before an operand can be used. */
  dependencies(operand: Evaluable): readonly NodeId[] {
    switch (operand.kind) {
      case 'adapter':
      case 'zero':
        return [];
      case 'node':
        return [operand.id];
      case 'written':
        return [...this.dependencies(operand.of), operand.id];
    }
  }

  #addApplication(formula: Formula, application: Application<Formula>, ground: Ground): NodeId {
    const { table, missing } = this.#context;
    const { gram, rule } = ground;
    const { reference, ...rest } = application;
    const operands: Application<Operand> = {
      ...rest,
      left: this.#operandOn(application.left, ground),
      right: this.#operandOn(application.right, ground),
      ...(reference === undefined ? {} : { reference: this.#operandOn(reference, ground) }),
    };
    const inKeys: Application<OperandKey> = {
      ...rest,
      left: this.keyOf(operands.left),
      right: this.keyOf(operands.right),
      ...(operands.reference === undefined ? {} : { reference: this.keyOf(operands.reference) }),
    };
    const key = keyOf(combineFacts(inKeys, missing, rule));
    const used = [operands.left, operands.right, ...(operands.reference === undefined ? [] : [operands.reference])];
    const node: Omit<CombineNode, 'id'> = {
      kind: 'combine',
      key,
      dependsOn: [...new Set([gram, ...used.flatMap((operand) => this.dependencies(operand))])],
      gram,
      application: operands,
      missing,
    };
    const text = printFormula(formula);
    const id = table.add(asNodeId(`combine:${text.length <= LONGEST_ID ? text : key.slice(7, 23)}`), node).id;
    this.#keys.set(id, key);
    return id;
  }
}
