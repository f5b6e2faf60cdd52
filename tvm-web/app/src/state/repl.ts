// The REPL: lines that have been entered, with the answer to each. The lines are in the fragment of the
// address, so that a link shares them.

import { signal } from '@preact/signals';
import type { ReplAnswer } from '../worker/types';
import { client, program, report, show, start, stop, universal } from './session';
import { view } from './view';

/** A line with its answer. */
export interface Entry {
  text: string;
  answer: ReplAnswer;
}

export const entries = signal<Entry[]>([]);
/** Everything that was entered, errors too, for the arrow keys. */
export const history = signal<string[]>([]);
/** Is a line being answered? */
export const answering = signal(false);
/** Is the REPL ready for a line? */
export const ready = signal(false);

const FRAGMENT = '#repl=';

let begun = false;
/** The last request: lines are answered one after another, the first one when the model is there. */
let last: Promise<unknown> = Promise.resolve();

/** Starts the REPL, once, and enters the lines of the address. */
export async function begin() {
  if (begun) return;
  begun = true;
  const model = universal();
  if (!model) return report(new Error('This page has no universal model, so it has no REPL.'));
  last = load(model);
  for (const line of linesOf(location.hash)) await enter(line);
}

async function load(model: Promise<Uint8Array>) {
  answering.value = true;
  try {
    await start();
    await client.call('replStart', [await model]);
    ready.value = true;
  } catch (error) {
    report(error);
  } finally {
    answering.value = false;
  }
}

/** Enters a line. Returns whether it was accepted. */
export function enter(text: string): Promise<boolean> {
  if (text.trim() === '') return Promise.resolve(false);
  history.value = [...history.value, text];
  const accepted = last.then(() => answer(text));
  last = accepted;
  return accepted;
}

async function answer(text: string): Promise<boolean> {
  if (!ready.value) return false;
  answering.value = true;
  try {
    const answer = await client.call('replLine', [text]);
    entries.value = [...entries.value, { text, answer }];
    if (answer.ok) share();
    return answer.ok;
  } catch (error) {
    report(error);
    return false;
  } finally {
    answering.value = false;
  }
}

/** Takes the last accepted line back. */
export async function undo() {
  try {
    await client.call('replUndo', []);
    const last = entries.value.findLastIndex(({ answer }) => answer.ok);
    if (last >= 0) entries.value = entries.value.slice(0, last);
    share();
  } catch (error) {
    report(error);
  }
}

/** Opens the sequence of the REPL in the X-Ray. */
export async function openInXray() {
  try {
    stop();
    const opened = await client.call('openRepl', []);
    program.value = null;
    await show(opened);
    view.value = 'xray';
  } catch (error) {
    report(error);
  }
}

/** Puts the accepted lines into the fragment of the address. */
function share() {
  const lines = entries.value.filter(({ answer }) => answer.ok).map(({ text }) => text);
  const bytes = new TextEncoder().encode(JSON.stringify(lines));
  const encoded = btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
  window.history.replaceState(
    null,
    '',
    lines.length > 0 ? FRAGMENT + encoded : location.pathname + location.search,
  );
}

/** The lines in a fragment; none if it is not one of the REPL. */
export function linesOf(fragment: string): string[] {
  if (!fragment.startsWith(FRAGMENT)) return [];
  try {
    const encoded = fragment.slice(FRAGMENT.length).replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    const lines: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return Array.isArray(lines) ? lines.filter((line): line is string => typeof line === 'string') : [];
  } catch {
    report(new Error('The link to the REPL is damaged; it begins empty.'));
    return [];
  }
}
