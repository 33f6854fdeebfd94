/** Formulas → combine nodes: one node per operator application, shared between equal sub-expressions. */
import { factorOperator } from '../algebra/operators/registry.js';
import { madeLeaves } from '../algebra/evaluate.js';
import type { Digest } from '../digest.js';
import { OminusError } from '../errors.js';
import { printFormula } from '../expression/print.js';
import { leftmostAdapter } from '../expression/resolve.js';
import type { Application, Formula, MadeFormula } from '../expression/types.js';
import { keyOf } from './key.js';
import type { GramRule, OperandKey } from './key-facts.js';
import { asNodeId, type NodeTable } from './node-table.js';
import type { Evaluable, NodeId, Operand } from './node.js';
import { combineFacts, type CombineNode } from './nodes/combine.js';
import { makeFacts, type MakeNode } from './nodes/make.js';
import { roundFacts } from './nodes/round.js';

/** Longest expression that serves as a node's id; a longer one is named by its digest. */
const LONGEST_ID = 96;

/** How the leaves of one formula are scaled, and the Gram matrices that say so. */
export interface Ground {
  readonly gram: NodeId;
  readonly rule: GramRule;
}

/** A leaf that a node of the plan makes. */
export interface MadeLeaf {
  readonly id: NodeId;
  readonly key: Digest;
}

/** What all combine nodes of a plan share. */
export interface CombineContext {
  readonly table: NodeTable;
  /**
   * By the leftmost adapter of a whole formula, which lends its scaling to all with `semantics: reference`, and by the made leaves that
   * the Gram matrices cover beside the adapters.
   */
  readonly groundOf: (leftmost: string | undefined, made?: readonly MadeLeaf[]) => Ground;
  /** Digest of an adapter, by its name in the spec. */
  readonly digestOf: (name: string) => Digest;
  readonly missing: 'pass' | 'error';
}

/** Makes the nodes of formulas, and knows the keys of operands. */
export class CombineNodes {
  readonly #context: CombineContext;
  readonly #keys = new Map<NodeId, Digest>();
  /** Steps share sub-formulas, and every call is met more than once. */
  readonly #known = new Map<MadeFormula, MadeLeaf>();

  constructor(context: CombineContext) {
    this.#context = context;
  }

  /**
   * The operand that a formula is; adds what nodes it needs.
   *
   * @throws OminusError `EXPRESSION_INVALID` for a call without adapters
   */
  operandOf(formula: Formula): Operand {
    // A made leaf by itself needs no Gram matrices that cover it.
    return formula.kind === 'make'
      ? { kind: 'made', id: this.#addMake(formula).id }
      : this.#operandOn(formula, this.#groundOf([formula]));
  }

  /** The leaves of formulas that nodes make; adds those nodes. */
  madeLeavesOf(formulas: readonly Formula[]): readonly MadeLeaf[] {
    return formulas.flatMap(madeLeaves).map((leaf) => this.#addMake(leaf));
  }

  /** Gram matrices that cover all leaves of these formulas; made ones are made first, from operands that have Gram matrices of their own. */
  #groundOf(formulas: readonly Formula[]): Ground {
    return this.#context.groundOf(leftmostOf(formulas), this.madeLeavesOf(formulas));
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
        return { kind: 'made', id: this.#addMake(formula).id };
    }
  }

  /** The form of an operand in keys. */
  keyOf(operand: Evaluable): OperandKey {
    switch (operand.kind) {
      case 'adapter':
        return operand.digest;
      case 'zero':
        return 'zero';
      case 'node':
      case 'made':
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
      case 'made':
        return [operand.id];
      case 'written':
        return [...this.dependencies(operand.of), operand.id];
    }
  }

  #addMake(formula: MadeFormula): MadeLeaf {
    const known = this.#known.get(formula);
    if (known !== undefined) {
      return known;
    }
    const { operator, options } = formula.call;
    if (leftmostOf(formula.call.operands) === undefined) {
      throw new OminusError('EXPRESSION_INVALID', {
        message: `${printFormula(formula)} has no adapter in it, so there is nothing to make a leaf from`,
        hint: `Write ${factorOperator(operator).call.example}, where x is or has an adapter.`,
      });
    }
    const operands = formula.call.operands.map((operand) => this.operandOf(operand));
    const { gram, rule } = this.#groundOf(formula.call.operands);
    const key = keyOf(
      makeFacts({
        operator,
        operatorVersion: factorOperator(operator).version,
        operands: operands.map((operand) => this.keyOf(operand)),
        options,
        scaling: rule,
      }),
    );
    const expression = printFormula(formula);
    const node: Omit<MakeNode, 'id'> = {
      kind: 'make',
      key,
      dependsOn: [...new Set([gram, ...operands.flatMap((operand) => this.dependencies(operand))])],
      gram,
      operator,
      operands,
      options,
      expression,
    };
    const { id } = this.#context.table.add(
      asNodeId(`make:${expression.length <= LONGEST_ID ? expression : key.slice(7, 23)}`),
      node,
    );
    this.#keys.set(id, key);
    const leaf = { id, key };
    this.#known.set(formula, leaf);
    return leaf;
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

function leftmostOf(formulas: readonly Formula[]): string | undefined {
  return formulas.map(leftmostAdapter).find((name) => name !== undefined);
}
