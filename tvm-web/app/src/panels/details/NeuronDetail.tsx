// A neuron: its gate and value at the selected token, what it writes, and the rows of weights that say so.

import { number } from '../../components/format';
import { useAnswer } from '../../state/query';
import { explanation } from '../../state/session';
import type { MatrixName } from '../../worker/types';
import { ChangeButton } from './ChangeButton';
import { boundaryOf } from '../boundaries';
import { Writes } from './links';
import { OutputWeights, WeightedSum } from './weights';

export function NeuronDetail({ layer, index }: { layer: number; index: number }) {
  const weights = useAnswer('neuron', [layer, index]);
  const pass = explanation.value;
  const active = pass?.layers[layer]?.feed_forward.active.find(({ neuron }) => neuron === index);
  if (!pass) return null;
  const stream = boundaryOf(pass, 2 * layer + 1)?.residual ?? [];
  const where = (matrix: MatrixName) => ({ layer, matrix, row: index });
  return (
    <>
      <p class="name">{active?.name ?? weights?.name}</p>
      <dl class="figures">
        <dt>state</dt>
        <dd>{active ? 'active' : 'inactive: its gate is not above 0'}</dd>
        {active && (
          <>
            <dt>gate</dt>
            <dd data-testid="gate">{number(active.gate)}</dd>
            <dt>value</dt>
            <dd data-testid="value">{number(active.value)}</dd>
            <dt>product</dt>
            <dd data-testid="product">{number(active.product)}</dd>
          </>
        )}
      </dl>
      {weights && (
        <>
          <WeightedSum title="Gate" weights={weights.gate} where={where('ffn.gate')} stream={stream} />
          <WeightedSum title="Value" weights={weights.value} where={where('ffn.value')} stream={stream} />
          <OutputWeights weights={weights.output} layer={layer} matrix="ffn.output" column={index} />
        </>
      )}
      {active && <Writes writes={active.writes} boundary={2 * layer + 2} />}
      <ChangeButton change={{ kind: 'neuron', layer, index, value: 0 }} label="Set its product to 0" />
    </>
  );
}
