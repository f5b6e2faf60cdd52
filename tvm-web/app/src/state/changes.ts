// Changes of the model, and how the changed model's run differs from the true one.

import { signal } from '@preact/signals';
import type { Change, Comparison } from '../worker/types';
import { client, report } from './session';

export const changes = signal<Change[]>([]);
export const comparison = signal<Comparison | null>(null);
/** Is the changed model being run? */
export const comparing = signal(false);

/** The changed model is not run for longer than this, since it may never end. */
const MOST_TOKENS = 20_000_000;

let run: AbortController | null = null;

const target = ({ value: _, ...where }: Change) => JSON.stringify(where);

/** Takes a change into the list; it replaces a change of the same thing. */
export function addChange(change: Change) {
  stopComparing();
  comparison.value = null;
  changes.value = [...changes.value.filter((known) => target(known) !== target(change)), change];
}

export function removeChange(change: Change) {
  stopComparing();
  comparison.value = null;
  changes.value = changes.value.filter((known) => known !== change);
}

export function stopComparing() {
  run?.abort();
}

/** Runs the changed model beside the true one. */
export async function compare() {
  stopComparing();
  const own = (run = new AbortController());
  comparing.value = true;
  comparison.value = null;
  try {
    await client.call('change', [changes.value]);
    comparison.value = await client.call('compare', [MOST_TOKENS], {
      signal: own.signal,
      onProgress: (value) => {
        if (run === own) comparison.value = value as Comparison;
      },
    });
  } catch (error) {
    report(error);
  } finally {
    if (run === own) comparing.value = false;
  }
}
