// Memory as rows of bytes, at an address that the user chooses or where the last instruction wrote.

import { signal, useSignalEffect } from '@preact/signals';
import { address, character, hexadecimal } from '../components/format';
import { Latest } from '../state/latest';
import type { Effect } from '../worker/types';
import { client, report, seek, shown, state } from '../state/session';

const WIDTH = 8;
const ROWS = 8;

const start = signal(0);
/** Does the view follow what is read and written? */
const following = signal(true);
const bytes = signal<Uint8Array>(new Uint8Array());

const fetching = new Latest<{ position: number; from: number }>(async ({ position, from }) => {
  bytes.value = await client.call('memory', [position, from, WIDTH * ROWS]);
}, report);

/** The first address that an instruction has read or written. */
function addressOf(effect: Effect | null): number | undefined {
  return effect && 'address' in effect ? effect.address : undefined;
}

export function MemoryView() {
  useSignalEffect(() => {
    const at = shown.value;
    if (!at) return;
    const touched = addressOf(at.step?.effect ?? null);
    if (following.value && touched !== undefined)
      start.value = Math.max(touched - (touched % WIDTH) - WIDTH, 0);
    fetching.ask({ position: at.position + 1, from: start.value });
  });

  const changed = state.value?.changed.memory ?? null;
  const isChanged = (at: number) => changed !== null && at >= changed[0] && at < changed[0] + changed[1];
  const rows = Array.from({ length: Math.ceil(bytes.value.length / WIDTH) }, (_, row) => row * WIDTH);
  return (
    <>
      <h3>
        Memory <span class="number">{state.value?.pages ?? 0} pages</span>
      </h3>
      <p class="memory-choice">
        <label>
          from{' '}
          <input
            type="number"
            min={0}
            value={start.value}
            onChange={(event) => {
              following.value = false;
              start.value = Math.max(0, Number(event.currentTarget.value) || 0);
            }}
          />
        </label>
        <label>
          <input
            type="checkbox"
            checked={following.value}
            onChange={(event) => (following.value = event.currentTarget.checked)}
          />{' '}
          follow
        </label>
      </p>
      <table class="memory" data-testid="memory">
        <caption class="hidden">Bytes of memory; a byte is a button to the write that made it</caption>
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              <th scope="row">{address(start.value + row)}</th>
              {Array.from(bytes.value.slice(row, row + WIDTH), (byte, column) => {
                const at = start.value + row + column;
                return (
                  <td key={column} class={isChanged(at) ? 'changed' : byte === 0 ? 'zero' : ''}>
                    <button
                      tabIndex={-1}
                      title={`${at}: ${byte}. Go to the write before`}
                      onClick={() => void seek({ kind: 'write', address: at, forward: false })}
                    >
                      {hexadecimal(byte)}
                    </button>
                  </td>
                );
              })}
              <td class="characters">
                {Array.from(bytes.value.slice(row, row + WIDTH), character).join('')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
