// Time: where in the run the selected token is, and every way to move.

import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { number } from '../components/format';
import {
  about,
  advance,
  breakpoints,
  busy,
  position,
  progress,
  report,
  running,
  seek,
  select,
  stop,
  toBreakpoint,
  tokenCount,
} from '../state/session';
import { playing, speed, togglePlay } from '../state/play';

const SPEEDS = [1, 3, 10, 30, 100, 1_000, 10_000, 100_000, 1_000_000];
const STEPS = ['token', 'instruction', 'line', 'call'] as const;

export function TimeBar() {
  const last = Math.max(tokenCount.value - 1, 0);
  return (
    <section class="time" aria-label="Time">
      <div class="scrub">
        <input
          type="range"
          aria-label="Position in the run"
          min={0}
          max={last}
          value={position.value}
          onInput={(event) => select(Number(event.currentTarget.value))}
        />
      </div>
      <div class="controls">
        <Steps forward={false} />
        <button class="play" aria-pressed={playing.value} onClick={togglePlay}>
          {playing.value ? 'pause' : 'play'}
        </button>
        <Steps forward={true} />
        <label class="speed">
          <select
            aria-label="Speed in tokens a second"
            value={speed.value}
            onChange={(event) => (speed.value = Number(event.currentTarget.value))}
          >
            {SPEEDS.map((tokens) => (
              <option key={tokens} value={tokens}>
                {number(tokens)}/s
              </option>
            ))}
          </select>
        </label>
        <Jumps />
        <Status />
      </div>
    </section>
  );
}

function Steps({ forward }: { forward: boolean }) {
  const order = forward ? STEPS : [...STEPS].reverse();
  return (
    <span class="steps" role="group" aria-label={forward ? 'Forward' : 'Back'}>
      {order.map((kind) => (
        <button
          key={kind}
          aria-label={`${forward ? 'Next' : 'Previous'} ${kind}`}
          disabled={kind === 'line' && !hasLines()}
          onClick={() => void seek({ kind, forward })}
        >
          {forward ? `${kind} ›` : `‹ ${kind}`}
        </button>
      ))}
    </span>
  );
}

function hasLines(): boolean {
  return about.value?.instructions.some(({ line }) => line !== null) ?? false;
}

function Jumps() {
  return (
    <span class="jumps">
      <NumberForm id="go-position" label="position" go={select} />
      <NumberForm
        id="go-address"
        label="write to"
        go={(address) => void seek({ kind: 'write', address, forward: true })}
      />
      <Jump onClick={() => void seek({ kind: 'output', forward: true })}>output ›</Jump>
      <Jump onClick={() => void seek({ kind: 'trap', forward: true })}>trap ›</Jump>
      <Jump disabled={breakpoints.value.size === 0} onClick={() => void toBreakpoint(true)}>
        breakpoint ›
      </Jump>
    </span>
  );
}

function Jump(properties: { onClick: () => void; disabled?: boolean; children: ComponentChildren }) {
  return (
    <button disabled={properties.disabled ?? false} onClick={properties.onClick}>
      {properties.children}
    </button>
  );
}

const typed = signal<Record<string, string>>({});

/** A field for a number, decimal or with 0x, that goes somewhere when it is entered. */
function NumberForm({ id, label, go }: { id: string; label: string; go: (value: number) => void }) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const entered = (typed.value[id] ?? '').trim().replace(/[_,]/g, '');
        const value = Number(entered);
        if (entered !== '' && Number.isSafeInteger(value) && value >= 0) go(value);
        else report(new Error(`"${entered}" is not a number from 0.`));
      }}
    >
      <label for={id}>{label}</label>
      <input
        id={id}
        inputMode="numeric"
        size={8}
        value={typed.value[id] ?? ''}
        onInput={(event) => (typed.value = { ...typed.value, [id]: event.currentTarget.value })}
      />
    </form>
  );
}

function Status() {
  const known = progress.value;
  const ended = known?.ended;
  return (
    <p class="status" role="status" data-testid="status">
      token <b>{number(position.value)}</b> of {number(tokenCount.value)}
      {known && <> · {number(known.instructions)} instructions</>}
      {ended && (
        <>
          {' '}
          · {ended.kind}
          {ended.message !== null && `: ${ended.message}`}
        </>
      )}
      {busy.value !== null && <> · {busy.value} …</>}
      {!ended && known && (
        <button class="quiet" onClick={() => (running.value ? stop() : void advance())}>
          {running.value ? 'stop the run' : 'run on'}
        </button>
      )}
    </p>
  );
}
