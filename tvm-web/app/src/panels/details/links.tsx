// Buttons that lead from one detail to another, and tables of what is written. Used by all details.

import { number } from '../../components/format';
import { select } from '../../state/session';
import { detail } from '../../state/view';
import type { WriteView } from '../../worker/types';

/** A link to a token. */
export function TokenLink({ position, token }: { position: number; token?: string }) {
  return (
    <button class="link" onClick={() => select(position)}>
      <span class="number">{position}</span>
      {token !== undefined && <code> {token}</code>}
    </button>
  );
}

/** A link to a head. */
export function HeadLink({ layer, index, name }: { layer: number; index: number; name: string }) {
  return (
    <button class="link" onClick={() => (detail.value = { kind: 'head', layer, index })}>
      {name}
    </button>
  );
}

/** A link to a neuron. */
export function NeuronLink({ layer, index, name }: { layer: number; index: number; name: string }) {
  return (
    <button class="link" onClick={() => (detail.value = { kind: 'neuron', layer, index })}>
      {name}
    </button>
  );
}

/** A link to a slot. */
export function SlotLink({ boundary, slot, name }: { boundary: number; slot: number; name: string }) {
  return (
    <button class="link" onClick={() => (detail.value = { kind: 'slot', boundary, slot })}>
      {name}
    </button>
  );
}

/** What was added to which slots at the end of a half-layer. */
export function Writes({ writes, boundary }: { writes: WriteView[]; boundary: number }) {
  return (
    <table>
      <caption>Writes</caption>
      <thead>
        <tr>
          <th scope="col">slot</th>
          <th scope="col">value</th>
          <th scope="col" class="amount">
            amount
          </th>
        </tr>
      </thead>
      <tbody>
        {writes.map((write) => (
          <tr key={write.slot}>
            <td class="number">{write.slot}</td>
            <td>
              <SlotLink boundary={boundary} slot={write.slot} name={write.to} />
            </td>
            <td class="amount" data-testid="amount">
              {number(write.amount)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
