// The detail panel: what has been clicked, down to its weights.

import { detail, type Detail } from '../state/view';
import { HeadDetail } from './details/HeadDetail';
import { LayerDetail } from './details/LayerDetail';
import { NeuronDetail } from './details/NeuronDetail';
import { Scores } from './details/Scores';
import { SlotDetail } from './details/SlotDetail';
import { WhyDetail } from './details/WhyDetail';
import { boundaryName } from './boundaries';
import { Panel } from './Panel';

export function DetailPanel() {
  const shown = detail.value;
  return (
    <Panel id="detail" title={title(shown)} aside={<Choices />}>
      <div class="scroll detail" tabIndex={0} role="region" aria-label="Detail">
        {/* Another part begins anew: nothing of the one before is shown while its answer is waited for. */}
        <Content key={JSON.stringify(shown)} shown={shown} />
      </div>
    </Panel>
  );
}

function Choices() {
  return (
    <span class="choices">
      <button
        class="quiet"
        aria-pressed={detail.value.kind === 'scores'}
        onClick={() => (detail.value = { kind: 'scores' })}
      >
        next token
      </button>
      <button
        class="quiet"
        aria-pressed={detail.value.kind === 'why'}
        onClick={() => (detail.value = { kind: 'why' })}
      >
        why
      </button>
    </span>
  );
}

function title(shown: Detail): string {
  switch (shown.kind) {
    case 'layer':
      return `Layer ${shown.layer}`;
    case 'head':
      return `Layer ${shown.layer}, head ${shown.index}`;
    case 'neuron':
      return `Layer ${shown.layer}, neuron ${shown.index}`;
    case 'slot':
      return `Slot ${shown.slot} ${boundaryName(shown.boundary)}`;
    case 'scores':
      return 'The next token';
    case 'why':
      return 'Why';
  }
}

function Content({ shown }: { shown: Detail }) {
  switch (shown.kind) {
    case 'layer':
      return <LayerDetail layer={shown.layer} />;
    case 'head':
      return <HeadDetail layer={shown.layer} index={shown.index} />;
    case 'neuron':
      return <NeuronDetail layer={shown.layer} index={shown.index} />;
    case 'slot':
      return <SlotDetail boundary={shown.boundary} slot={shown.slot} />;
    case 'scores':
      return <Scores />;
    case 'why':
      return <WhyDetail />;
  }
}
