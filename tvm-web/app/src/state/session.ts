// The state of the page: what is open, how far the run is, which token is selected, and what is known
// of it. Panels read the signals; everything that changes them is a function of this module.

import { batch, computed, effect, signal } from '@preact/signals';
import { fromBase64, load, readPage, type PageProgram } from '../data/page';
import { Cancelled, Client } from '../worker/client';
import type { About, Explanation, MachineState, Progress, Seek, Step } from '../worker/types';
import { Latest } from './latest';

export const page = readPage();
export const client = new Client();

/** What has been opened; null until then. */
export const about = signal<About | null>(null);
export const progress = signal<Progress | null>(null);
/** Is the run going on? */
export const running = signal(false);
/** What went wrong last, for the user. */
export const problem = signal<string | null>(null);
/** What long work is under way besides the run, for the user. */
export const busy = signal<string | null>(null);

/** The selected token. */
export const position = signal(0);
/** The machine after the selected token. */
export const state = signal<MachineState | null>(null);
/** The machine's memory is asked for by its panel, for this position. */
export const shown = signal<{ position: number; step: Step | null } | null>(null);
/** The number of the executed instruction that the selected token belongs to; null in the prompt. */
export const instructionNumber = signal<number | null>(null);
/** The forward pass at the selected token. */
export const explanation = signal<Explanation | null>(null);
/** The output up to the selected token. */
export const output = signal<Uint8Array>(new Uint8Array());

/** Instructions at which a run through the program stops. */
export const breakpoints = signal<ReadonlySet<number>>(new Set());
/** The open program of the page. */
export const program = signal<PageProgram | null>(null);
/** The input of the open program, as text. */
export const input = signal('');

/** The instruction that the selected token belongs to; in the prompt the first one. */
export const currentInstruction = computed(
  () => state.value?.step?.instruction ?? state.value?.cursor ?? null,
);

export const tokenCount = computed(() => progress.value?.tokens ?? about.value?.prompt_length ?? 0);

/** A run that is longer stops here until the user lets it go on. */
const FIRST_LIMIT = 100_000_000;

let run: AbortController | null = null;
let search: AbortController | null = null;

/** Shows an error to the user. */
export function report(error: unknown) {
  if (error instanceof Cancelled) return;
  problem.value = error instanceof Error ? error.message : String(error);
}

let universalModel: Promise<Uint8Array> | null = null;

/** The universal model, loaded once. */
export function universal(): Promise<Uint8Array> | null {
  if (!page.universal) return null;
  universalModel ??= load(page.universal);
  return universalModel;
}

/** The model that executes a program of the page. */
function modelOf(chosen: PageProgram): Promise<Uint8Array> | null {
  return chosen.model ? load(chosen.model) : universal();
}

let started: Promise<void> | null = null;

/** Starts the WebAssembly module in the worker, once. */
export function start(): Promise<void> {
  started ??= load(page.wasm).then((wasm) => client.call('start', [wasm]));
  return started;
}

/** Opens a program that did not come with the page. Says whether it could be opened. */
export function openOwn(name: string, bytes: Uint8Array, text: string): Promise<boolean> {
  const isText = bytes[0] !== 0;
  const source = isText ? { name, text: new TextDecoder().decode(bytes) } : null;
  return open({ title: name, name, kind: 'program', data: '', bytes, input: '', source }, text);
}

/** Opens a program of the page, and runs it to its end. Says whether it could be opened. */
export async function open(chosen: PageProgram, text?: string): Promise<boolean> {
  stop();
  problem.value = null;
  busy.value = `opening ${chosen.title}`;
  try {
    await start();
    const bytes = text === undefined ? fromBase64(chosen.input) : new TextEncoder().encode(text);
    const opened = await client.call('open', [
      {
        name: chosen.name,
        kind: chosen.kind,
        data: chosen.bytes ?? (await load(chosen.data)),
        model: chosen.kind === 'program' ? await modelOf(chosen) : null,
        input: bytes,
        lines: Uint32Array.from((chosen.lines ?? []).flat()),
        host: chosen.host ? JSON.stringify(chosen.host) : '',
      },
    ]);
    program.value = chosen;
    input.value = new TextDecoder().decode(bytes);
    await show(opened);
    return true;
  } catch (error) {
    report(error);
    return false;
  } finally {
    busy.value = null;
  }
}

/** Shows what the worker has opened, from its beginning. */
export async function show(opened: About) {
  const begun = await client.call('advance', [0]);
  batch(() => {
    about.value = opened;
    progress.value = begun;
    state.value = null;
    explanation.value = null;
    output.value = new Uint8Array();
    breakpoints.value = new Set();
  });
  select(opened.prompt_length - 1);
  if (!begun.ended) void advance();
}

/** Lets the run go on to its end, in the background. */
export async function advance() {
  run?.abort();
  const own = (run = new AbortController());
  running.value = true;
  try {
    const limit = Math.max(FIRST_LIMIT, tokenCount.value + FIRST_LIMIT);
    progress.value = await client.call('advance', [limit], {
      signal: own.signal,
      onProgress: (value) => {
        if (run === own) progress.value = value as Progress;
      },
    });
  } catch (error) {
    report(error);
  } finally {
    if (run === own) running.value = false;
  }
}

/** Stops the run and every search. */
export function stop() {
  run?.abort();
  search?.abort();
  running.value = false;
}

const followMachine = new Latest<number>(async (at) => {
  const known = about.value?.has_program ?? false;
  const [machine, number, written] = await Promise.all([
    known ? client.call('state', [at + 1]) : null,
    known ? client.call('numberOf', [at]) : null,
    client.call('output', [at + 1]),
  ]);
  batch(() => {
    state.value = machine;
    instructionNumber.value = number;
    output.value = written;
    shown.value = machine && { position: at, step: machine.step };
  });
}, report);

/** The forward pass that is being read again up to a far position; another selection stops it. */
let farPass: AbortController | null = null;

const followPass = new Latest<number>(async (at) => {
  const own = new AbortController();
  try {
    const pass = await client.call('explain', [at], {
      signal: own.signal,
      onProgress: (left) => {
        farPass = own;
        busy.value = `reading ${left as number} tokens again`;
      },
    });
    if (pass) explanation.value = pass;
  } finally {
    if (farPass === own) {
      farPass = null;
      busy.value = null;
    }
  }
}, report);

/** Selects a token. */
export function select(at: number) {
  const last = Math.max(tokenCount.value - 1, 0);
  position.value = Math.min(Math.max(Math.round(at), 0), last);
  farPass?.abort();
  followMachine.ask(position.value);
  followPass.ask(position.value);
}

/** Selects a token and waits until its forward pass is known, or another token is selected. */
export function selectAndWait(at: number): Promise<void> {
  select(at);
  const wanted = position.value;
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (explanation.value?.position !== wanted && position.value === wanted) return;
      queueMicrotask(() => stop());
      resolve();
    });
  });
}

/** Looks for something from the selected token; its position, or null. */
export async function find(what: Seek): Promise<number | null> {
  search?.abort();
  const own = (search = new AbortController());
  const slow = setTimeout(() => (busy.value = 'searching'), 200);
  try {
    return await client.call('seek', [position.value, what], { signal: own.signal });
  } finally {
    clearTimeout(slow);
    if (search === own) busy.value = null;
  }
}

/** Steps that are under way: each begins where the one before it has ended, however fast the keys are. */
let stepping: Promise<void> = Promise.resolve();

/** Looks for something from the selected token, and selects what is found. */
export function seek(what: Seek): Promise<void> {
  if (what.kind !== 'instruction' && what.kind !== 'line') return seekNow(what);
  stepping = stepping.then(() => seekNow(what));
  return stepping;
}

async function seekNow(what: Seek): Promise<void> {
  try {
    const found = await find(what);
    if (found === null) {
      problem.value = `${describe(what)}: none ${what.forward ? 'after' : 'before'} token ${position.value}.`;
      return;
    }
    problem.value = null;
    select(found);
  } catch (error) {
    report(error);
  }
}

function describe(what: Seek): string {
  switch (what.kind) {
    case 'write':
      return `Write to address ${what.address}`;
    case 'search':
      return `"${what.text}"`;
    default:
      return what.kind[0]!.toUpperCase() + what.kind.slice(1);
  }
}

/** Sets or removes a breakpoint. */
export function toggleBreakpoint(instruction: number) {
  const next = new Set(breakpoints.value);
  if (!next.delete(instruction)) next.add(instruction);
  breakpoints.value = next;
}

/** The instructions with which a line of the source begins: each where the one before it is of another line. */
export function beginningsOfLine(line: number): number[] {
  const listed = about.value?.instructions ?? [];
  const begins = (at: number) => listed[at]!.line === line && listed[at - 1]?.line !== line;
  return [...listed.keys()].filter(begins);
}

/** Sets or removes breakpoints at all places where a line of the source begins. */
export function toggleLine(line: number) {
  const instructions = beginningsOfLine(line);
  const next = new Set(breakpoints.value);
  const isSet = instructions.some((at) => next.has(at));
  for (const at of instructions) {
    if (isSet) next.delete(at);
    else next.add(at);
  }
  breakpoints.value = next;
}

/** Goes to the next breakpoint, or to the end of the run if there is none. */
export function toBreakpoint(forward: boolean) {
  return seek({ kind: 'breakpoint', instructions: [...breakpoints.value], forward });
}

/** Opens the program that the page begins with. */
export async function openFirst(): Promise<void> {
  const first = page.programs[0];
  if (first) await open(first);
}
