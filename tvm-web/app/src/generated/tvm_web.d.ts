/* tslint:disable */
/* eslint-disable */

/**
 * WebAssembly typed line by line.
 */
export class Repl {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Types a line: `ReplAnswer`.
     */
    line(text: string): string;
    /**
     * Nothing was typed yet; the model is a universal one.
     */
    constructor(universal: Uint8Array | number[]);
    /**
     * The program of all lines, to be looked into.
     */
    session(): Session;
    /**
     * What came of the lines until now: `ReplAnswer`.
     */
    state(): string;
    /**
     * Takes the last line back: `ReplAnswer`.
     */
    undo(): string;
}

/**
 * A program and its run.
 */
export class Session {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * What is open: `About`.
     */
    about(): string;
    /**
     * Goes on by at most so many tokens, and says how far the run is: `Progress`.
     */
    advance(tokens: number): string;
    /**
     * Makes a changed model (`Change[]`), which runs from the beginning; without changes there is none.
     */
    change(changes: string): void;
    /**
     * The changed model goes on by at most so many tokens, and the true one until it is as far: `Comparison`.
     */
    compareOn(tokens: number): string;
    /**
     * What the model did at a position: `Explanation`.
     */
    explain(position: number): string;
    /**
     * The weights of a head: `HeadWeights`.
     */
    headWeights(layer: number, head: number): string;
    /**
     * The keys of a head at a position: `HeadKeys`.
     */
    head(position: number, layer: number, head: number): string;
    /**
     * Bytes of memory before the token at a position.
     */
    memory(position: number, address: number, number: number): Uint8Array;
    /**
     * The weights of a neuron: `NeuronWeights`.
     */
    neuron(layer: number, neuron: number): string;
    /**
     * The number of the executed instruction that the token at a position is of.
     */
    numberOf(position: number): number | undefined;
    /**
     * Opens a model file with a program in its weights.
     */
    static openModel(model: Uint8Array | number[], input: Uint8Array | number[]): Session;
    /**
     * Opens a model file, universal or of this program, with the program: a module, WebAssembly text or token text. `lines`
     * are pairs, of a place in the code of a module and the line of its source from there on; none if they are not known.
     * `host` is a `HostRecord`: what the host of the program did in an earlier run; empty if it has none.
     */
    static openProgram(model: Uint8Array | number[], name: string, source: Uint8Array | number[], input: Uint8Array | number[], lines: Uint32Array | number[], host: string): Session;
    /**
     * The bytes that were written before a position.
     */
    output(position: number): Uint8Array;
    /**
     * Reads at most so many of the tokens that must be read before a position can be explained, and says how many are
     * left.
     */
    prepareExplain(position: number, tokens: number): number;
    /**
     * Reads at most so many tokens ahead, so that positions far into the run are soon prepared, and says how many are left.
     */
    readAhead(tokens: number): number;
    /**
     * The scores of the tokens that stand for bytes, at a position: `ByteScores`.
     */
    scores(position: number): string;
    /**
     * Looks for something (`Seek`) from a position on, and reads about so many tokens: `Found`.
     */
    seek(from: number, what: string, most: number): string;
    /**
     * What a slot holds at a boundary, and who uses it: `SlotUse`.
     */
    slot(boundary: number, slot: number): string;
    /**
     * A model file with the program in its weights.
     */
    specialise(): Uint8Array;
    /**
     * The machine before the token at a position: `MachineState`.
     */
    state(position: number): string;
    /**
     * Executed instructions from the one with this number on: `Step[]`.
     */
    stepsByNumber(first: number, number: number): string;
    /**
     * Instructions around the token at a position: `Step[]`.
     */
    steps(position: number, before: number, after: number): string;
    /**
     * Tokens from a position on.
     */
    tokens(from: number, number: number): Uint16Array;
    /**
     * Why a token follows, or why a head stores a value (`Question`): `Why`.
     */
    why(question: string): string;
}

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly __wbg_repl_free: (a: number, b: number) => void;
    readonly __wbg_session_free: (a: number, b: number) => void;
    readonly repl_line: (a: number, b: number, c: number) => [number, number];
    readonly repl_new: (a: number, b: number) => [number, number, number];
    readonly repl_session: (a: number) => [number, number, number];
    readonly repl_state: (a: number) => [number, number];
    readonly repl_undo: (a: number) => [number, number];
    readonly session_about: (a: number) => [number, number];
    readonly session_advance: (a: number, b: number) => [number, number];
    readonly session_change: (a: number, b: number, c: number) => [number, number];
    readonly session_compareOn: (a: number, b: number) => [number, number, number, number];
    readonly session_explain: (a: number, b: number) => [number, number, number, number];
    readonly session_head: (a: number, b: number, c: number, d: number) => [number, number, number, number];
    readonly session_headWeights: (a: number, b: number, c: number) => [number, number, number, number];
    readonly session_memory: (a: number, b: number, c: number, d: number) => [number, number, number, number];
    readonly session_neuron: (a: number, b: number, c: number) => [number, number, number, number];
    readonly session_numberOf: (a: number, b: number) => [number, number];
    readonly session_openModel: (a: number, b: number, c: number, d: number) => [number, number, number];
    readonly session_openProgram: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number, k: number, l: number) => [number, number, number];
    readonly session_output: (a: number, b: number) => [number, number];
    readonly session_prepareExplain: (a: number, b: number, c: number) => [number, number, number];
    readonly session_readAhead: (a: number, b: number) => number;
    readonly session_scores: (a: number, b: number) => [number, number, number, number];
    readonly session_seek: (a: number, b: number, c: number, d: number, e: number) => [number, number, number, number];
    readonly session_slot: (a: number, b: number, c: number) => [number, number, number, number];
    readonly session_specialise: (a: number) => [number, number, number, number];
    readonly session_state: (a: number, b: number) => [number, number, number, number];
    readonly session_steps: (a: number, b: number, c: number, d: number) => [number, number, number, number];
    readonly session_stepsByNumber: (a: number, b: number, c: number) => [number, number, number, number];
    readonly session_tokens: (a: number, b: number, c: number) => [number, number];
    readonly session_why: (a: number, b: number, c: number) => [number, number, number, number];
    readonly __externref_table_alloc: () => number;
    readonly __wbindgen_externrefs: WebAssembly.Table;
    readonly __wbindgen_malloc: (a: number, b: number) => number;
    readonly __wbindgen_realloc: (a: number, b: number, c: number, d: number) => number;
    readonly __wbindgen_free: (a: number, b: number, c: number) => void;
    readonly __externref_table_dealloc: (a: number) => void;
    readonly __wbindgen_start: () => void;
}

export type SyncInitInput = BufferSource | WebAssembly.Module;

/**
 * Instantiates the given `module`, which can either be bytes or
 * a precompiled `WebAssembly.Module`.
 *
 * @param {{ module: SyncInitInput }} module - Passing `SyncInitInput` directly is deprecated.
 *
 * @returns {InitOutput}
 */
export function initSync(module: { module: SyncInitInput } | SyncInitInput): InitOutput;

/**
 * If `module_or_path` is {RequestInfo} or {URL}, makes a request and
 * for everything else, calls `WebAssembly.instantiate` directly.
 *
 * @param {{ module_or_path: InitInput | Promise<InitInput> }} module_or_path - Passing `InitInput` directly is deprecated.
 *
 * @returns {Promise<InitOutput>}
 */
export default function __wbg_init (module_or_path: { module_or_path: InitInput | Promise<InitInput> } | InitInput | Promise<InitInput>): Promise<InitOutput>;
