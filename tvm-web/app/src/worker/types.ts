// What crosses the boundary between Rust and the page. Positions count tokens from 0, prompt included;
// instructions of the program count from 0. Integers beyond 2^53 are strings.

import type { Step } from '../generated/types';

export type {
  About,
  Answer,
  ByteScore,
  ByteScores,
  Cause,
  Change,
  Comparison,
  Effect,
  Explanation,
  Found,
  HeadKeys,
  HeadView,
  HeadWeights,
  KeyPoint,
  MachineState,
  NeuronWeights,
  Progress,
  Question,
  ReplAnswer,
  ReplError,
  Seek,
  SlotUse,
  Step,
  Stream,
  TypedValue,
  User,
  Variable,
  Weight,
  Why,
  WriteView,
} from '../generated/types';

export type Place = Step['operand_places'][number];

/** The matrices of a layer, as in a model file. */
export const MATRICES = [
  'attention.query',
  'attention.key',
  'attention.value',
  'attention.output',
  'ffn.gate',
  'ffn.value',
  'ffn.output',
] as const;

export type MatrixName = (typeof MATRICES)[number];
