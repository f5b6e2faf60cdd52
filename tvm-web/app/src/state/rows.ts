// The rows of the token list: the prompt in rows of eight tokens, then a row for every executed
// instruction. They are read from the worker in blocks, of which the last ones used are kept.

import { computed, signal } from '@preact/signals';
import { about, client, instructionNumber, position, progress, report, tokenCount } from './session';
import type { Step } from '../worker/types';

/** A row: an executed instruction, or eight tokens of the prompt. */
export interface TokenRow {
  position: number;
  text: string;
  step: Step | null;
  tokens: Uint16Array;
}

/** Tokens in a row of the prompt: those of an instruction of a program in the prompt, whose first token is `{`. */
const PROMPT_WIDTH = 8;
const BLOCK = 64;
const KEPT_BLOCKS = 64;

/** The tokens that are not grouped by instructions: the prompt; all, if the program is not known. */
const plainLength = computed(() => {
  const model = about.value;
  if (!model) return 0;
  return model.has_program ? model.prompt_length : tokenCount.value;
});

/** How many rows they have. */
export const promptRows = computed(() => {
  const length = plainLength.value;
  return length === 0 ? 0 : 1 + Math.ceil((length - 1) / PROMPT_WIDTH);
});

const instructionCount = computed(() => (about.value?.has_program ? (progress.value?.instructions ?? 0) : 0));

export const rowCount = computed(() => promptRows.value + instructionCount.value);

/** The row of the selected token. */
export const selectedRow = computed(() => {
  const number = instructionNumber.value;
  if (number !== null) return promptRows.value + number;
  return Math.ceil(position.value / PROMPT_WIDTH);
});

/** Rises whenever rows have arrived. */
const arrived = signal(0);
let blocks = new Map<string, TokenRow[]>();
let loading = new Set<string>();
let owner: unknown = null;

/** A row if it is known; otherwise it is asked for. Reading it makes a component follow arrivals. */
export function rowAt(row: number): TokenRow | null {
  void arrived.value;
  forgetOthers();
  const inPrompt = row < promptRows.value;
  const index = inPrompt ? row : row - promptRows.value;
  const block = Math.floor(index / BLOCK);
  const key = `${inPrompt ? 'prompt' : 'run'} ${block}`;
  const known = blocks.get(key);
  const found = known?.[index % BLOCK];
  if (!found && !(known && known.length === BLOCK)) void request(key, inPrompt, block);
  return found ?? null;
}

function forgetOthers() {
  if (owner === about.value) return;
  owner = about.value;
  blocks = new Map();
  loading = new Set();
}

async function request(key: string, inPrompt: boolean, block: number) {
  if (loading.has(key)) return;
  loading.add(key);
  const own = loading;
  try {
    const rows = inPrompt ? await promptBlock(block) : await runBlock(block);
    if (own !== loading) return;
    const before = blocks.get(key)?.length ?? -1;
    blocks.set(key, rows);
    for (const oldest of blocks.keys()) if (blocks.size > KEPT_BLOCKS) blocks.delete(oldest);
    if (rows.length > before) arrived.value++;
  } catch (error) {
    report(error);
  } finally {
    own.delete(key);
  }
}

async function promptBlock(block: number): Promise<TokenRow[]> {
  const length = plainLength.value;
  const begin = (row: number) => (row === 0 ? 0 : 1 + (row - 1) * PROMPT_WIDTH);
  const first = begin(block * BLOCK);
  const end = Math.min(begin((block + 1) * BLOCK), length);
  const tokens = await client.call('tokens', [first, end - first]);
  const rows: TokenRow[] = [];
  for (let row = block * BLOCK; row < (block + 1) * BLOCK && begin(row) < end; row++) {
    const range = tokens.slice(begin(row) - first, Math.min(begin(row + 1), end) - first);
    rows.push({ position: begin(row), text: '', step: null, tokens: range });
  }
  return rows;
}

async function runBlock(block: number): Promise<TokenRow[]> {
  const steps = await client.call('stepsByNumber', [block * BLOCK, BLOCK]);
  const first = steps[0];
  const last = steps.at(-1);
  if (!first || !last) return [];
  const tokens = await client.call('tokens', [first.position, last.position + last.tokens - first.position]);
  return steps.map((step) => {
    const from = step.position - first.position;
    return { position: step.position, text: step.text, step, tokens: tokens.slice(from, from + step.tokens) };
  });
}
