// The list of keys.

import { useEffect, useRef } from 'preact/hooks';
import { actions, type Action } from '../state/actions';
import { help } from '../state/view';

const GROUPS: Action['group'][] = ['Time', 'Search', 'Look', 'View'];
const NAMES: Record<string, string> = {
  ArrowRight: '→',
  ArrowLeft: '←',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ' ': 'Space',
};

export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (help.value) dialog.current?.showModal();
    else dialog.current?.close();
  }, [help.value]);
  return (
    <dialog ref={dialog} aria-labelledby="help-title" onClose={() => (help.value = false)}>
      <h2 id="help-title">Keys</h2>
      <div class="key-groups">
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {actions
                .filter((action) => action.group === group)
                .map((action) => (
                  <div key={action.key}>
                    <dt>
                      <kbd>{keyName(action.key)}</kbd>
                    </dt>
                    <dd>{action.label}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <p>
        Tab goes from panel to panel. In the pictures of the transformer, the arrow keys walk from cell to
        cell and Enter chooses one. In a field, Escape leaves it.
      </p>
      <button onClick={() => (help.value = false)}>Close</button>
    </dialog>
  );
}

function keyName(key: string): string {
  if (NAMES[key]) return NAMES[key];
  return key.length === 1 && key !== key.toLowerCase() ? `Shift ${key}` : key;
}
