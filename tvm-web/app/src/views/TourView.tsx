// The tour: the X-Ray with a text that leads through it.

import { useEffect } from 'preact/hooks';
import { signal } from '@preact/signals';
import { Panel } from '../panels/Panel';
import { about } from '../state/session';
import { steps } from './tour/steps';
import { XrayView } from './XrayView';

const current = signal(0);

export function TourView() {
  const at = current.value;
  const step = steps[at]!;
  const ready = about.value !== null;
  useEffect(() => {
    if (ready) void step.show();
  }, [at, ready]);
  return (
    <XrayView
      guide={
        <Panel
          id="tour"
          title={`${at + 1} of ${steps.length}: ${step.title}`}
          aside={
            <span class="buttons">
              <button disabled={at === 0} onClick={() => (current.value = at - 1)}>
                ‹ back
              </button>
              <button
                class="primary"
                disabled={at === steps.length - 1}
                onClick={() => (current.value = at + 1)}
              >
                next ›
              </button>
            </span>
          }
        >
          <div class="tour-text">{step.text}</div>
        </Panel>
      }
    />
  );
}
