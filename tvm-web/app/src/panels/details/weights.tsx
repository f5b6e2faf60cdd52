// Tables of weights: a row over the residual stream with its sum, and what is written. A click on a weight
// takes it into the list of changes.

import { number } from '../../components/format';
import { addChange } from '../../state/changes';
import { view } from '../../state/view';
import type { MatrixName, Weight } from '../../worker/types';
import { SlotLink } from './links';

/** Which weight: a matrix of a layer, a row and a column. */
interface Where {
  layer: number;
  matrix: MatrixName;
  row: number;
  column: number;
}

/** The half-layer boundary that a matrix reads: the output matrices write to the one after. */
function boundaryRead({ layer, matrix }: { layer: number; matrix: MatrixName }): number {
  return matrix.startsWith('attention') ? 2 * layer : 2 * layer + 1;
}

function WeightButton({ where, weight }: { where: Where; weight: number }) {
  return (
    <button
      class="link"
      title="Set this weight to another value"
      onClick={() => {
        addChange({ kind: 'weight', ...where, value: weight });
        view.value = 'change';
      }}
    >
      {number(weight)}
    </button>
  );
}

interface SumProperties {
  title: string;
  weights: Weight[];
  where: Omit<Where, 'column'>;
  /** The residual stream that is read. */
  stream: number[];
}

/** A row of weights, what each is multiplied by, and the sum. */
export function WeightedSum({ title, weights, where, stream }: SumProperties) {
  const boundary = boundaryRead(where);
  const products = weights.map(({ slot, weight }) => weight * (stream[slot] ?? 0));
  return (
    <table>
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">slot</th>
          <th scope="col" class="amount">
            weight
          </th>
          <th scope="col" class="amount">
            × stream
          </th>
          <th scope="col" class="amount">
            product
          </th>
        </tr>
      </thead>
      <tbody>
        {weights.map(({ slot, name, weight }, index) => (
          <tr key={slot}>
            <td>
              <SlotLink boundary={boundary} slot={slot} name={name} />
            </td>
            <td class="amount">
              <WeightButton where={{ ...where, column: slot }} weight={weight} />
            </td>
            <td class="amount">{number(stream[slot] ?? 0)}</td>
            <td class="amount">{number(products[index]!)}</td>
          </tr>
        ))}
        <tr class="sum">
          <td colSpan={3}>sum</td>
          <td class="amount">{number(products.reduce((sum, product) => sum + product, 0))}</td>
        </tr>
      </tbody>
    </table>
  );
}

interface OutputProperties {
  weights: Weight[];
  layer: number;
  matrix: MatrixName;
  column: number;
}

/** A column of an output matrix: to which slots it writes. */
export function OutputWeights({ weights, layer, matrix, column }: OutputProperties) {
  const boundary = boundaryRead({ layer, matrix }) + 1;
  return (
    <table>
      <caption>Output weights</caption>
      <tbody>
        {weights.map(({ slot, name, weight }) => (
          <tr key={slot}>
            <td>
              <SlotLink boundary={boundary} slot={slot} name={name} />
            </td>
            <td class="amount">
              <WeightButton where={{ layer, matrix, row: slot, column }} weight={weight} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
