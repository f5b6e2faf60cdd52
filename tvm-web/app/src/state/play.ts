// Playing: the selected position moves on by itself, at a speed that the user sets.

import { signal } from '@preact/signals';
import { breakpoints, find, position, report, select, tokenCount } from './session';

/** Is the run being played? */
export const playing = signal(false);
/** Tokens a second. */
export const speed = signal(10);

let last = 0;
let owed = 0;

/** Begins or stops. */
export function togglePlay() {
  playing.value = !playing.value;
  if (!playing.value) return;
  last = performance.now();
  owed = 0;
  requestAnimationFrame(frame);
}

async function frame(now: number) {
  if (!playing.value) return;
  owed += ((now - last) / 1000) * speed.value;
  last = now;
  const step = Math.floor(owed);
  if (step > 0) {
    owed -= step;
    await moveBy(step).catch((error) => {
      playing.value = false;
      report(error);
    });
  }
  if (position.value >= tokenCount.value - 1) playing.value = false;
  else requestAnimationFrame((next) => void frame(next));
}

/** Moves on; a breakpoint on the way stops it. */
async function moveBy(step: number) {
  const to = position.value + step;
  if (breakpoints.value.size > 0) {
    const found = await find({ kind: 'breakpoint', instructions: [...breakpoints.value], forward: true });
    if (found !== null && found <= to) {
      playing.value = false;
      return select(found);
    }
  }
  select(to);
}
