// The session as Rust offers it. Structured results are JSON text.

/** The class `Session` of the WebAssembly module. */
export interface RustSession {
  specialise(): Uint8Array;
  about(): string;
  advance(tokens: number): string;
  tokens(from: number, count: number): Uint16Array;
  steps(position: number, before: number, after: number): string;
  stepsByNumber(first: number, count: number): string;
  numberOf(position: number): number | undefined;
  state(position: number): string;
  memory(position: number, address: number, count: number): Uint8Array;
  output(position: number): Uint8Array;
  seek(from: number, what: string, most: number): string;
  readAhead(tokens: number): number;
  prepareExplain(position: number, tokens: number): number;
  explain(position: number): string;
  scores(position: number): string;
  why(question: string): string;
  head(position: number, layer: number, head: number): string;
  headWeights(layer: number, head: number): string;
  neuron(layer: number, neuron: number): string;
  slot(boundary: number, slot: number): string;
  change(changes: string): void;
  compareOn(tokens: number): string;
  free(): void;
}

/** The class `Repl` of the WebAssembly module. */
export interface RustRepl {
  line(text: string): string;
  undo(): string;
  session(): RustSession;
  free(): void;
}
