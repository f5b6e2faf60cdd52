// Where a step of the tour leads: tokens of the run, and what is shown of them. A program that has no
// such token stays where it is.

import { about, client, explanation, find, report, select, selectAndWait } from '../../state/session';
import { detail } from '../../state/view';
import type { Step } from '../../worker/types';

/** Instructions that are looked at for one that a step needs, and how many at once. */
const MOST_STEPS = 4_096;
const AT_ONCE = 256;

/** Selects the last token of the prompt, after which the run begins. */
export function toFirst(): Promise<void> {
  return selectAndWait((about.value?.prompt_length ?? 1) - 1);
}

/** Selects the token before the first instruction that is like this, so that its first token comes next. */
export async function toStep(wanted: (step: Step) => boolean): Promise<void> {
  try {
    for (let first = 0; first < MOST_STEPS; first += AT_ONCE) {
      const steps = await client.call('stepsByNumber', [first, AT_ONCE]);
      const found = steps.find(wanted);
      if (found) return await selectAndWait(found.position - 1);
      if (steps.length < AT_ONCE) return;
    }
  } catch (error) {
    report(error);
  }
}

/** Selects the token before the first byte with a tick. */
export async function toTick(): Promise<void> {
  select((about.value?.prompt_length ?? 1) - 1);
  try {
    const found = await find({ kind: 'search', text: "'", forward: true });
    if (found !== null) await selectAndWait(found - 1);
  } catch (error) {
    report(error);
  }
}

export function showScores() {
  detail.value = { kind: 'scores' };
}

/**
 * Shows a head that attends to another token by a key: the first one that has one of these names, the
 * first name first, or any.
 */
export function showHead(...names: RegExp[]) {
  const pass = explanation.value;
  const looking = (pass?.layers ?? []).flatMap(({ attention }, layer) =>
    attention.heads.flatMap((head, index) =>
      head.has_key && head.attended && head.attended.position !== pass?.position
        ? [{ name: head.name, layer, index }]
        : [],
    ),
  );
  const named = names.flatMap((name) => looking.filter((head) => name.test(head.name)));
  const found = named[0] ?? looking[0];
  if (found) detail.value = { kind: 'head', layer: found.layer, index: found.index };
}

/** Shows a neuron near the end that adds something. */
export function showNeuron() {
  const layers = explanation.value?.layers ?? [];
  for (let layer = layers.length - 2; layer >= 0; layer--) {
    const found = layers[layer]!.feed_forward.active.find(({ product }) => product !== 0);
    if (found) {
      detail.value = { kind: 'neuron', layer, index: found.neuron };
      return;
    }
  }
}

/** Shows a slot that heads have filled from another token. */
export function showSlot() {
  const layers = explanation.value?.layers ?? [];
  for (const [layer, { attention }] of [...layers.entries()].slice(1)) {
    const found = attention.values.find(({ written, value }) => written && value !== 0);
    if (found) {
      detail.value = { kind: 'slot', boundary: 2 * layer + 1, slot: found.slot };
      return;
    }
  }
}
