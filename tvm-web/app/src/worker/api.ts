// What the page can ask of the worker: the methods of the session of Rust, and the long ones in slices.

import type {
  About,
  ByteScores,
  Change,
  Comparison,
  Explanation,
  HeadKeys,
  HeadWeights,
  MachineState,
  NeuronWeights,
  Progress,
  Question,
  ReplAnswer,
  Seek,
  SlotUse,
  Step,
  Why,
} from './types';

/** What is to be opened. */
export interface Opening {
  name: string;
  kind: 'model' | 'program';
  data: Uint8Array;
  /** What executes a program: the universal model, or one of the program. */
  model: Uint8Array | null;
  input: Uint8Array;
  /** Of which line of the source the places of the code are, as pairs in a row. */
  lines: Uint32Array;
  /** What the host of the program did in an earlier run, as JSON; empty if it has none. */
  host: string;
}

/** Methods of the worker. Those that run in slices can be cancelled and tell their progress. */
export interface SessionApi {
  /** Starts the WebAssembly module; before everything else. */
  start(wasm: Uint8Array): void;
  open(opening: Opening): About;
  /** Opens the sequence of the REPL as a run of its own. */
  openRepl(): About;
  about(): About;
  specialise(): Uint8Array;
  /** In slices, one at least: runs on until so many tokens exist, or the end. */
  advance(until: number): Progress;
  tokens(from: number, count: number): Uint16Array;
  steps(position: number, before: number, after: number): Step[];
  stepsByNumber(first: number, count: number): Step[];
  numberOf(position: number): number | null;
  state(position: number): MachineState;
  memory(position: number, address: number, count: number): Uint8Array;
  output(position: number): Uint8Array;
  /** In slices. */
  seek(from: number, what: Seek): number | null;
  /** In slices, as the next three: null if it was stopped. */
  explain(position: number): Explanation | null;
  scores(position: number): ByteScores | null;
  why(question: Question): Why | null;
  head(position: number, layer: number, head: number): HeadKeys | null;
  headWeights(layer: number, head: number): HeadWeights;
  neuron(layer: number, neuron: number): NeuronWeights;
  slot(boundary: number, slot: number): SlotUse;
  change(changes: Change[]): void;
  /** In slices: runs the changed model until so many tokens, or its end. */
  compare(until: number): Comparison;
  replStart(universal: Uint8Array): void;
  replLine(text: string): ReplAnswer;
  replUndo(): ReplAnswer;
}
