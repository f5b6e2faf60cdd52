// A layer: its heads with what they attended to, its active neurons by name.

import { number } from '../../components/format';
import { about, explanation } from '../../state/session';
import { HeadLink, NeuronLink, TokenLink } from './links';

export function LayerDetail({ layer }: { layer: number }) {
  const shown = explanation.value?.layers[layer];
  if (!shown) return null;
  const parts = about.value?.layers[layer]?.parts ?? [];
  return (
    <>
      <table>
        <caption>Heads</caption>
        <thead>
          <tr>
            <th scope="col">head</th>
            <th scope="col">attended to</th>
            <th scope="col" class="amount">
              fetched
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.attention.heads.map((head, index) => (
            <tr key={index}>
              <td>
                <HeadLink layer={layer} index={index} name={head.name} />
              </td>
              <td>{head.attended ? <TokenLink {...head.attended} /> : 'the mean of all'}</td>
              <td class="amount">{head.fetched.map(number).join(', ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <table>
        <caption>
          {number(shown.feed_forward.active.length)} of {number(shown.feed_forward.neurons)} neurons are
          active
        </caption>
        <thead>
          <tr>
            <th scope="col">neuron</th>
            <th scope="col" class="amount">
              gate × value
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.feed_forward.active.map((neuron) => (
            <tr key={neuron.neuron}>
              <td>
                <span class="number">{neuron.neuron}</span>{' '}
                <NeuronLink layer={layer} index={neuron.neuron} name={neuron.name} />
              </td>
              <td class="amount">
                {number(neuron.gate)} × {number(neuron.value)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <details>
        <summary>All neurons by name</summary>
        <table>
          <tbody>
            {parts.map((part) => (
              <tr key={part.first}>
                <td>
                  <NeuronLink layer={layer} index={part.first} name={part.name} />
                </td>
                <td class="amount">{number(part.number)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
