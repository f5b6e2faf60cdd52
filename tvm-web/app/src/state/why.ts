// Why a token is what it is: a path that goes back from it, one answer after the other.

import { computed, effect, signal } from '@preact/signals';
import { Cancelled } from '../worker/client';
import type { Question, Step, Why } from '../worker/types';
import { about, busy, client, find, position, report, select } from './session';
import { detail } from './view';

/** An answer on the path, with the instruction that it belongs to. */
export interface Answered {
  why: Why;
  step: Step | null;
}

/** Answers that are followed at most by themselves. */
const MOST = 2_000;

/** The path from the token that was asked for. */
export const path = signal<Answered[]>([]);
/** Which answer of the path is shown. */
export const shownIndex = signal(0);
export const shownAnswer = computed(() => path.value[shownIndex.value] ?? null);

let asking: AbortController | null = null;

/** Another program has other reasons. */
effect(() => {
  void about.value;
  asking?.abort();
  path.value = [];
  shownIndex.value = 0;
});

/** The question that leads on from an answer to where it is from. */
export function onward({ causes, main }: Why): Question | null {
  return main === null ? null : (causes[main]?.next ?? null);
}

/** Asks why the selected token is there, and begins a path with it. */
export function askSelected(): Promise<void> {
  return begin(position.value);
}

/** Asks why the last byte of the output at the selected token was written. */
export async function askOutput(): Promise<void> {
  try {
    const isOutput = (await client.call('tokens', [position.value, 1]))[0];
    const kind = isOutput === undefined ? undefined : about.value?.token_kinds[isOutput];
    const at = kind === 'output' ? position.value : await find({ kind: 'output', forward: false });
    if (at !== null) await begin(at);
  } catch (error) {
    report(error);
  }
}

function begin(at: number): Promise<void> {
  detail.value = { kind: 'why' };
  path.value = [];
  shownIndex.value = 0;
  return follow({ kind: 'token', position: at });
}

/** Answers a question and adds it to the path, behind the answer that is shown. */
export function follow(question: Question): Promise<void> {
  return goOn(async (signal) => {
    const answered = await answer(question, signal);
    path.value = [...path.value.slice(0, shownIndex.value + 1), answered];
    show(path.value.length - 1);
  });
}

/** Follows the path from the answer that is shown to its end. */
export function followToEnd(): Promise<void> {
  return goOn(async (signal) => {
    const whole = path.value.slice(0, shownIndex.value + 1);
    try {
      for (let steps = 0; steps < MOST; steps++) {
        const last = whole.at(-1);
        const question = last && onward(last.why);
        if (!question) break;
        whole.push(await answer(question, signal));
        busy.value = `following: ${whole.length} answers`;
      }
    } finally {
      busy.value = null;
    }
    path.value = whole;
    show(whole.length - 1);
  });
}

/** Shows an answer of the path, and selects its token. */
export function show(index: number) {
  const answered = path.value[index];
  if (!answered) return;
  shownIndex.value = index;
  select(answered.why.pass ?? answered.why.question.position);
}

async function goOn(task: (signal: AbortSignal) => Promise<void>): Promise<void> {
  asking?.abort();
  const own = (asking = new AbortController());
  try {
    await task(own.signal);
  } catch (error) {
    report(error);
  }
}

async function answer(question: Question, signal: AbortSignal): Promise<Answered> {
  const why = await client.call('why', [question], {
    signal,
    onProgress: (left) => (busy.value = `reading ${left as number} tokens again`),
  });
  if (signal.aborted || !why) throw new Cancelled();
  const known = about.value?.has_program && question.position >= about.value.prompt_length;
  const steps = known ? await client.call('steps', [question.position, 0, 0]) : [];
  return { why, step: steps[0] ?? null };
}
