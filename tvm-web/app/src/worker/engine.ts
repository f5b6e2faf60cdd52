// The WebAssembly module: how it is started, and its classes.

import { initSync, Repl, Session } from '../generated/tvm_web';
import type { RustRepl, RustSession } from './rust';

/** Compiles and starts the module. */
export function start(wasm: Uint8Array) {
  initSync({ module: wasm as BufferSource });
}

/** Opens a model file with a program in its weights. */
export function openModel(model: Uint8Array, input: Uint8Array): RustSession {
  return Session.openModel(model, input) as unknown as RustSession;
}

/** Opens a program with the universal model, or one of the program. */
export function openProgram(
  model: Uint8Array,
  name: string,
  source: Uint8Array,
  input: Uint8Array,
  lines: Uint32Array,
  host: string,
): RustSession {
  return Session.openProgram(model, name, source, input, lines, host) as unknown as RustSession;
}

/** Starts a REPL of the universal model. */
export function openRepl(universal: Uint8Array): RustRepl {
  return new Repl(universal) as unknown as RustRepl;
}
