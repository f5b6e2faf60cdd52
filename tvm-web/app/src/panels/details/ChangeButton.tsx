// The button that takes a head, neuron or weight into the list of changes.

import { addChange } from '../../state/changes';
import { view } from '../../state/view';
import type { Change } from '../../worker/types';

export function ChangeButton({ change, label }: { change: Change; label: string }) {
  return (
    <button
      onClick={() => {
        addChange(change);
        view.value = 'change';
      }}
    >
      {label} …
    </button>
  );
}
