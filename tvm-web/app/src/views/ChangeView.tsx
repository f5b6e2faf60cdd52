// Change it: heads, neurons and weights set to a value, and how the run of the changed model differs.

import { useState } from 'preact/hooks';
import { number, text } from '../components/format';
import { Panel } from '../panels/Panel';
import {
  addChange,
  changes,
  compare,
  comparing,
  comparison,
  removeChange,
  stopComparing,
} from '../state/changes';
import { about, select } from '../state/session';
import { view } from '../state/view';
import { MATRICES, type Change, type Comparison, type MatrixName } from '../worker/types';

export function ChangeView() {
  return (
    <main class="change">
      <Panel id="changes" title="Changes">
        <p>
          Set a head, a neuron or a weight to a value and let the changed model run. The true run is beside
          it. In the X-Ray, the details of a head or a neuron have a button that puts it here.
        </p>
        <NewChange />
        <List />
        <p class="buttons">
          <button
            class="primary"
            disabled={changes.value.length === 0 || comparing.value}
            onClick={() => void compare()}
          >
            Run the changed model
          </button>
          {comparing.value && <button onClick={stopComparing}>Stop</button>}
        </p>
      </Panel>
      <Panel id="comparison" title="What differs">
        {comparison.value ? (
          <Result result={comparison.value} />
        ) : (
          <p class="empty">nothing has been run yet</p>
        )}
      </Panel>
    </main>
  );
}

function NewChange() {
  const [kind, setKind] = useState<Change['kind']>('neuron');
  const [layer, setLayer] = useState(0);
  const [index, setIndex] = useState(0);
  const [matrix, setMatrix] = useState<MatrixName>('ffn.gate');
  const [column, setColumn] = useState(0);
  const [value, setValue] = useState(0);
  const layers = about.value?.layers ?? [];
  const submit = (event: Event) => {
    event.preventDefault();
    addChange(
      kind === 'weight' ? { kind, layer, matrix, row: index, column, value } : { kind, layer, index, value },
    );
  };
  return (
    <form class="new-change" onSubmit={submit}>
      <label>
        what
        <select value={kind} onChange={(event) => setKind(event.currentTarget.value as Change['kind'])}>
          <option value="neuron">neuron</option>
          <option value="head">head</option>
          <option value="weight">weight</option>
        </select>
      </label>
      <NumberField label="layer" value={layer} most={layers.length - 1} set={setLayer} />
      {kind === 'weight' && (
        <label>
          matrix
          <select value={matrix} onChange={(event) => setMatrix(event.currentTarget.value as MatrixName)}>
            {MATRICES.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <NumberField
        label={kind === 'weight' ? 'row' : 'number'}
        value={index}
        most={Infinity}
        set={setIndex}
      />
      {kind === 'weight' && <NumberField label="column" value={column} most={Infinity} set={setColumn} />}
      <NumberField label="value" value={value} least={-Infinity} most={Infinity} set={setValue} />
      <button>Add</button>
      {kind !== 'weight' && <p class="hint">{nameOf({ kind, layer, index, value })}</p>}
    </form>
  );
}

interface NumberProperties {
  label: string;
  value: number;
  least?: number;
  most: number;
  set: (value: number) => void;
}

function NumberField({ label, value, least = 0, most, set }: NumberProperties) {
  return (
    <label>
      {label}
      <input
        type="number"
        step="any"
        value={value}
        onInput={(event) => {
          const entered = Number(event.currentTarget.value);
          if (Number.isFinite(entered)) set(Math.min(Math.max(entered, least), most));
        }}
      />
    </label>
  );
}

function List() {
  if (changes.value.length === 0) return <p class="empty">no changes</p>;
  return (
    <ul class="change-list">
      {changes.value.map((change) => (
        <li key={JSON.stringify(change)}>
          <span>
            {describe(change)} <em>{nameOf(change)}</em>
          </span>
          <label>
            ={' '}
            <input
              type="number"
              step="any"
              aria-label={`Value of ${describe(change)}`}
              value={change.value}
              onChange={(event) => addChange({ ...change, value: Number(event.currentTarget.value) || 0 })}
            />
          </label>
          <button
            class="quiet"
            aria-label={`Remove ${describe(change)}`}
            onClick={() => removeChange(change)}
          >
            remove
          </button>
        </li>
      ))}
    </ul>
  );
}

function describe(change: Change): string {
  if (change.kind === 'weight')
    return `layer ${change.layer}, ${change.matrix} [${change.row}, ${change.column}]`;
  return `layer ${change.layer}, ${change.kind} ${change.index}`;
}

function nameOf(change: Change): string {
  if (change.kind === 'weight') return '';
  const layer = about.value?.layers[change.layer];
  if (change.kind === 'head') return layer?.heads[change.index] ?? 'no such head';
  const { index } = change;
  if (!layer || index >= layer.neurons) return 'no such neuron';
  return layer.parts.find(({ first, number: count }) => index >= first && index < first + count)?.name ?? '';
}

function Result({ result }: { result: Comparison }) {
  const { difference, ended, reached, output } = result;
  const says = (token: string | null) =>
    token === null ? (
      'has ended'
    ) : (
      <>
        says <code>{token}</code>
      </>
    );
  return (
    <>
      <p data-testid="difference">
        {difference ? (
          <>
            The tokens part at position <b>{number(difference.position)}</b>: the true model{' '}
            {says(difference.expected)}, the changed one {says(difference.got)}.{' '}
            <button
              class="link"
              onClick={() => {
                select(difference.position - 1);
                view.value = 'xray';
              }}
            >
              show the token before
            </button>
          </>
        ) : (
          `No difference up to token ${number(reached)}.`
        )}
      </p>
      <p>
        {ended
          ? `The changed run ended at token ${number(reached)}: ${ended.message ?? ended.kind}.`
          : `The changed run is at token ${number(reached)}.`}
      </p>
      <div class="outputs">
        <Printed title="The true model prints" bytes={output.expected} />
        <Printed title="The changed model prints" bytes={output.got} />
      </div>
    </>
  );
}

function Printed({ title, bytes }: { title: string; bytes: number[] }) {
  return (
    <div>
      <h3>{title}</h3>
      <pre class="scroll" tabIndex={0} role="region" aria-label={title}>
        {text(Uint8Array.from(bytes))}
      </pre>
    </div>
  );
}
