// The forward pass at the selected token: heads, the residual stream by slot after every half-layer, and
// neurons, all of the model at once. Active ones are lit.

import { useState, useLayoutEffect, useRef } from 'preact/hooks';
import { CellCanvas, type Cell } from '../components/CellCanvas';
import { amountColour, palette, type Palette } from '../components/palette';
import { number } from '../components/format';
import { about, explanation, position } from '../state/session';
import { detail, isDark, type Detail } from '../state/view';
import { boundaryCount, boundaryName, boundaryOf } from './boundaries';
import { Panel } from './Panel';
import type { About, Explanation, HeadView } from '../worker/types';

const GAP = 3;
/** About how high the picture of the residual stream is, in pixels. */
const STREAM_HEIGHT = 220;

export function TransformerPanel() {
  const pass = explanation.value;
  const model = about.value;
  return (
    <Panel id="transformer" title="Transformer" aside={<Legend />}>
      {pass && model ? <Overview pass={pass} model={model} /> : <p class="empty">no forward pass yet</p>}
    </Panel>
  );
}

function Legend() {
  return (
    <p class="legend">
      <span class="swatch positive" /> positive <span class="swatch negative" /> negative{' '}
      <span class="swatch lit" /> active
    </p>
  );
}

function Overview({ pass, model }: { pass: Explanation; model: About }) {
  const holder = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(400);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => setWidth(holder.current!.clientWidth));
    observer.observe(holder.current!);
    return () => observer.disconnect();
  }, []);
  const layers = pass.layers.length;
  const column = Math.max(Math.floor(width / layers), 8);
  const colours = palette(isDark.value);
  const picked = (what: Detail) => JSON.stringify(what) === JSON.stringify(detail.value);
  const pick = (what: Detail) => (detail.value = what);
  const common = { width: column * layers, isPicked: picked, onPick: pick, accent: colours.accent };
  const heads = headCells(pass, column, colours);
  const stream = streamCells(pass, column, colours);
  const neurons = neuronCells(pass, column, colours);
  return (
    <div
      class={pass.position === position.value ? 'scroll overview' : 'scroll overview stale'}
      ref={holder}
      tabIndex={0}
      role="region"
      aria-label="All layers"
    >
      <div class="layer-buttons" style={{ width: `${column * layers}px` }}>
        {pass.layers.map((_, layer) => (
          <button
            key={layer}
            class="quiet"
            style={{ width: `${column}px` }}
            aria-pressed={detail.value.kind === 'layer' && detail.value.layer === layer}
            aria-label={`Layer ${layer}`}
            onClick={() => pick({ kind: 'layer', layer })}
          >
            {layer}
          </button>
        ))}
      </div>
      <CellCanvas
        {...common}
        label="Heads"
        height={lowest(heads)}
        cells={heads}
        describe={(what) => describe(what, pass, model)}
      />
      <CellCanvas
        {...common}
        label="Residual stream: a row for every slot, a column for every half-layer"
        height={lowest(stream)}
        cells={stream}
        describe={(what) => describe(what, pass, model)}
      />
      <CellCanvas
        {...common}
        label="Neurons"
        height={lowest(neurons)}
        cells={neurons}
        describe={(what) => describe(what, pass, model)}
      />
    </div>
  );
}

function lowest<T>(cells: Cell<T>[]): number {
  return cells.reduce((most, cell) => Math.max(most, cell.y + cell.height), 0) + 1;
}

/** Cells of one layer in rows within its column. */
function wrapped(count: number, layer: number, column: number, size: number): { x: number; y: number }[] {
  const across = Math.max(Math.floor((column - GAP) / size), 1);
  return Array.from({ length: count }, (_, index) => ({
    x: layer * column + (index % across) * size,
    y: Math.floor(index / across) * size,
  }));
}

function isActive(head: HeadView): boolean {
  return head.writes.some((write) => write.amount !== 0);
}

function headCells(pass: Explanation, column: number, { lit, empty }: Palette): Cell<Detail>[] {
  const size = 8;
  return pass.layers.flatMap(({ attention }, layer) => {
    const places = wrapped(attention.heads.length, layer, column, size);
    return attention.heads.map((head, index) => ({
      ...places[index]!,
      width: size - 1,
      height: size - 1,
      colour: isActive(head) ? lit : empty,
      what: { kind: 'head' as const, layer, index },
    }));
  });
}

function streamCells(pass: Explanation, column: number, colours: Palette): Cell<Detail>[] {
  const boundaries = boundaryCount(pass);
  const width = Math.floor((column * pass.layers.length) / boundaries);
  const slots = pass.embedding.residual.length;
  const height = Math.min(Math.max(Math.floor(STREAM_HEIGHT / slots), 3), 8);
  const cells: Cell<Detail>[] = [];
  for (let boundary = 0; boundary < boundaries; boundary++) {
    const known = boundaryOf(pass, boundary)!;
    const written = new Set(known.values.filter((value) => value.written).map((value) => value.slot));
    known.residual.forEach((amount, slot) => {
      const what = { kind: 'slot' as const, boundary, slot };
      const inset = written.has(slot) ? 0 : Math.floor(width / 3);
      cells.push({
        x: boundary * width + inset,
        y: slot * height,
        width: width - 1 - inset,
        height: height - 1,
        colour: amountColour(amount, colours),
        what,
      });
    });
  }
  return cells;
}

function neuronCells(pass: Explanation, column: number, { lit, empty }: Palette): Cell<Detail>[] {
  const most = Math.max(...pass.layers.map(({ feed_forward }) => feed_forward.neurons), 1);
  const size = Math.min(Math.max(Math.floor(Math.sqrt((column * 260) / most)), 3), 7);
  return pass.layers.flatMap(({ feed_forward }, layer) => {
    const active = new Set(feed_forward.active.map(({ neuron }) => neuron));
    return wrapped(feed_forward.neurons, layer, column, size).map((place, index) => ({
      ...place,
      width: size - 1,
      height: size - 1,
      colour: active.has(index) ? lit : empty,
      what: { kind: 'neuron' as const, layer, index },
    }));
  });
}

function describe(what: Detail, pass: Explanation, model: About): string {
  switch (what.kind) {
    case 'head': {
      const head = pass.layers[what.layer]?.attention.heads[what.index];
      const to = head?.attended;
      return `layer ${what.layer}, head ${head?.name}${to ? ` → ${to.position} ${to.token}` : ''}`;
    }
    case 'neuron':
      return `layer ${what.layer}, neuron ${what.index}, ${neuronName(what.layer, what.index, pass, model)}`;
    case 'slot': {
      const known = boundaryOf(pass, what.boundary);
      const value = known?.values.find(({ slot }) => slot === what.slot);
      const amount = known?.residual[what.slot] ?? 0;
      return `slot ${what.slot} ${boundaryName(what.boundary)}: ${value ? value.name : 'free'} = ${number(amount)}`;
    }
    default:
      return '';
  }
}

function neuronName(layer: number, index: number, pass: Explanation, model: About): string {
  const active = pass.layers[layer]?.feed_forward.active.find(({ neuron }) => neuron === index);
  if (active) return `${active.name}: ${number(active.gate)} × ${number(active.value)}`;
  const part = model.layers[layer]?.parts.find(
    ({ first, number: count }) => index >= first && index < first + count,
  );
  return `${part?.name ?? 'no name'}: inactive`;
}
