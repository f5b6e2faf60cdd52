// The next token: the best tokens with their scores, and the parabola of the bytes with its maximum.

import * as Plot from '@observablehq/plot';
import { Figure } from '../../components/Figure';
import { number } from '../../components/format';
import { palette } from '../../components/palette';
import { about, explanation, position, select, tokenCount } from '../../state/session';
import { useAnswer } from '../../state/query';
import { isDark } from '../../state/view';
import type { ByteScore } from '../../worker/types';

export function Scores() {
  const pass = explanation.value;
  if (!pass) return null;
  const inPrompt = pass.position < (about.value?.prompt_length ?? 0) - 1;
  const last = pass.position >= tokenCount.value - 1;
  return (
    <>
      <Parabola />
      <p>
        After <code>{pass.token}</code> at {pass.position}
        {inPrompt
          ? ', which is part of the prompt: what follows is given, not chosen.'
          : ' the token with the greatest score follows.'}{' '}
        {!last && (
          <button class="link" onClick={() => select(pass.position + 1)}>
            go to it
          </button>
        )}
      </p>
      <table data-testid="scores">
        <thead>
          <tr>
            <th scope="col">token</th>
            <th scope="col" class="amount">
              score
            </th>
            <th scope="col" class="amount">
              behind
            </th>
          </tr>
        </thead>
        <tbody>
          {pass.top.map(({ token, score, behind }, index) => (
            <tr key={index} class={index === 0 ? 'best' : ''}>
              <td>
                <code>{token}</code>
              </td>
              <td class="amount">{number(score)}</td>
              <td class="amount">{number(behind)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Parabola() {
  const scores = useAnswer('scores', [position.value]);
  if (!scores || scores.bytes.length === 0) return null;
  const best = scores.bytes.reduce((a, b) => (b.score > a.score ? b : a));
  return (
    <Figure
      label={`Scores of the ${scores.kind} tokens by their byte: a parabola, greatest at ${best.byte}`}
      draw={() => draw(scores.bytes, best)}
    />
  );
}

function draw(bytes: ByteScore[], best: ByteScore): Element {
  const { text, faint, positive } = palette(isDark.value);
  const behind = (point: ByteScore) => point.score - best.score;
  return Plot.plot({
    width: 340,
    height: 180,
    marginLeft: 60,
    style: { background: 'transparent', color: text, fontSize: '11px' },
    x: { label: 'byte', domain: [0, 255] },
    y: { label: 'score, less the greatest', ticks: 4, tickFormat: '~s' },
    marks: [
      Plot.ruleX([best.byte], { stroke: positive, strokeDasharray: '3 3' }),
      Plot.dot(bytes, { x: 'byte', y: behind, r: 1.5, fill: faint }),
      Plot.dot([best], { x: 'byte', y: behind, r: 5, fill: positive }),
      Plot.text([best], {
        x: 'byte',
        y: behind,
        text: (point) => `${point.byte} ${point.token}`,
        dy: 14,
        fill: text,
      }),
    ],
  });
}
