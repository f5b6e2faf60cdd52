// A head: its keys as points in the plane, their hull, the query as a direction, the position with the
// greatest score and the runner-up.

import * as Plot from '@observablehq/plot';
import { Figure } from '../../components/Figure';
import { number } from '../../components/format';
import { palette } from '../../components/palette';
import { useAnswer } from '../../state/query';
import { explanation, position } from '../../state/session';
import { isDark } from '../../state/view';
import type { HeadKeys, KeyPoint } from '../../worker/types';
import { ChangeButton } from './ChangeButton';
import { boundaryOf } from '../boundaries';
import { TokenLink, Writes } from './links';
import { OutputWeights, WeightedSum } from './weights';

export function HeadDetail({ layer, index }: { layer: number; index: number }) {
  const head = explanation.value?.layers[layer]?.attention.heads[index];
  const keys = useAnswer('head', head?.has_key ? [position.value, layer, index] : null);
  if (!head) return null;
  return (
    <>
      {keys && keys.points.length > 0 && <Figure label={label(keys)} draw={() => draw(keys)} />}
      <p class="name">{head.name}</p>
      <dl class="figures">
        <dt>kind</dt>
        <dd>
          {head.kind === 'mean'
            ? 'mean of all positions'
            : head.has_key
              ? 'latest of the greatest score'
              : 'its own position'}
        </dd>
        <dt>query</dt>
        <dd data-testid="query">{head.query.map(number).join(', ')}</dd>
        <dt>own key</dt>
        <dd data-testid="key">{head.key.map(number).join(', ')}</dd>
        {head.attended && (
          <>
            <dt>attended to</dt>
            <dd data-testid="attended">
              <TokenLink {...head.attended} />
            </dd>
          </>
        )}
        <dt>fetched</dt>
        <dd data-testid="fetched">{head.fetched.map(number).join(', ')}</dd>
      </dl>
      {keys && keys.points.length > 0 && <Scores keys={keys} />}
      <Writes writes={head.writes} boundary={2 * layer + 1} />
      <Weights layer={layer} index={index} />
      <ChangeButton change={{ kind: 'head', layer, index, value: 0 }} label="Set what it fetches to 0" />
    </>
  );
}

function Scores({ keys }: { keys: HeadKeys }) {
  return (
    <dl class="figures">
      {keys.attended && (
        <>
          <dt>greatest score</dt>
          <dd>
            {number(keys.attended.score)} at <TokenLink {...keys.attended} />
          </dd>
        </>
      )}
      {keys.runner_up && (
        <>
          <dt>runner-up</dt>
          <dd>
            {number(keys.runner_up.score)} at <TokenLink {...keys.runner_up} />
          </dd>
        </>
      )}
      <dt>keys</dt>
      <dd>
        {number(keys.total)}
        {keys.total > keys.points.length && `, of which ${number(keys.points.length)} can be drawn`}
      </dd>
    </dl>
  );
}

/** The rows of the head's matrices, and what it writes. */
function Weights({ layer, index }: { layer: number; index: number }) {
  const weights = useAnswer('headWeights', [layer, index]);
  if (!weights) return null;
  const stream = (explanation.value && boundaryOf(explanation.value, 2 * layer)?.residual) ?? [];
  const rows = (name: 'query' | 'key' | 'value') =>
    weights[name].map((row, part) => (
      <WeightedSum
        key={name + part}
        title={`${name[0]!.toUpperCase()}${name.slice(1)}, ${part === 0 ? 'first' : 'second'} number`}
        weights={row}
        where={{ layer, matrix: `attention.${name}`, row: 2 * index + part }}
        stream={stream}
      />
    ));
  return (
    <details>
      <summary>Weights</summary>
      {rows('query')}
      {rows('key')}
      {rows('value')}
      {weights.output.map((column, part) => (
        <OutputWeights
          key={part}
          weights={column}
          layer={layer}
          matrix="attention.output"
          column={2 * index + part}
        />
      ))}
    </details>
  );
}

function label(keys: HeadKeys): string {
  const winner = keys.attended ? `; the greatest score is at position ${keys.attended.position}` : '';
  return `${keys.points.length} keys as points in the plane, their hull, and the query as a direction${winner}`;
}

function draw(keys: HeadKeys): Element {
  const { text, faint, positive, negative } = palette(isDark.value);
  const isNear = near(keys);
  const points = keys.points.filter(isNear);
  const hull = keys.hull.flatMap((at) => keys.points[at] ?? []).filter(isNear);
  const winner = keys.attended ? [keys.attended] : [];
  const second = keys.runner_up && isNear(keys.runner_up) ? [keys.runner_up] : [];
  return Plot.plot({
    width: 340,
    height: 220,
    marginLeft: 60,
    style: { background: 'transparent', color: text, fontSize: '11px' },
    x: { label: 'x', ticks: 4, tickFormat: '~s', nice: true },
    y: { label: 'y', ticks: 5, tickFormat: '~s', nice: true },
    marks: [
      Plot.line(hull, { x: 'x', y: 'y', stroke: faint }),
      Plot.dot(points, { x: 'x', y: 'y', r: 2, fill: faint }),
      Plot.line(tangent(keys, points), { x: 'x', y: 'y', stroke: positive, strokeDasharray: '4 3' }),
      Plot.dot(second, { x: 'x', y: 'y', r: 5, stroke: negative, strokeWidth: 2, symbol: 'square' }),
      Plot.dot(winner, { x: 'x', y: 'y', r: 5, fill: positive }),
      Plot.text(winner, {
        x: 'x',
        y: 'y',
        text: (point: KeyPoint) => `${point.position} ${point.token}`,
        dy: -12,
        fill: text,
      }),
    ],
  });
}

/**
 * Which points are drawn. Keys of positions that take no part lie far below all others; where one gap is
 * nearly the whole height, only the points on the winner's side of it are drawn.
 */
function near({ points, attended }: HeadKeys): (point: { y: number }) => boolean {
  const ys = [...points.map(({ y }) => y)].sort((a, b) => a - b);
  const height = (ys.at(-1) ?? 0) - (ys[0] ?? 0);
  const above = ys.findIndex((y, index) => index > 0 && y - ys[index - 1]! > 0.9 * height);
  const threshold = above > 0 ? ys[above]! : -Infinity;
  if (attended && attended.y < threshold) return ({ y }) => y < threshold;
  return ({ y }) => y >= threshold;
}

/**
 * The line of all points with the greatest score, which is at a right angle to the query: no key lies
 * beyond it. It is drawn as far as the points reach.
 */
function tangent({ query, attended }: HeadKeys, points: KeyPoint[]): { x: number; y: number }[] {
  if (!attended) return [];
  const [a, b] = query;
  const score = a * attended.x + b * attended.y;
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  if (b === 0) return [low, high].map((y) => ({ x: attended.x, y }));
  const line = [left, right].map((x) => ({ x, y: (score - a * x) / b }));
  const margin = Math.max(high - low, 1);
  const clampX = (y: number) => (a === 0 ? attended.x : (score - b * y) / a);
  return line.map((point) => {
    const y = Math.min(Math.max(point.y, low - margin / 4), high + margin / 4);
    return y === point.y ? point : { x: clampX(y), y };
  });
}
