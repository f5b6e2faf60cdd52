// The sequence: a row for every executed instruction with its tokens as coloured chips, and arcs from
// the selected token to the tokens that its heads attend to.

import { useEffect } from 'preact/hooks';
import { computed, signal } from '@preact/signals';
import { useRows, type Rows } from '../components/useRows';
import { number } from '../components/format';
import { about, explanation, position, seek, select } from '../state/session';
import { promptRows, rowAt, rowCount, selectedRow, type TokenRow } from '../state/rows';
import { Panel } from './Panel';

const ROW = 22;
const GUTTER = 44;

/** The positions that heads of the selected token attend to, each once, with how many heads do. */
const attended = computed(() => {
  const counts = new Map<number, number>();
  const pass = explanation.value;
  if (pass?.position !== position.value) return counts;
  for (const layer of pass.layers)
    for (const head of layer.attention.heads) {
      const to = head.attended?.position;
      if (to !== undefined && to !== pass.position) counts.set(to, (counts.get(to) ?? 0) + 1);
    }
  return counts;
});

export function TokensPanel() {
  return (
    <Panel id="tokens" title="Tokens" aside={<Search />}>
      <List />
      <Attended />
    </Panel>
  );
}

const wanted = signal('');

function Search() {
  const go = (forward: boolean) => wanted.value && void seek({ kind: 'search', text: wanted.value, forward });
  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        go(true);
      }}
    >
      <input
        id="token-search"
        type="search"
        aria-label="Search tokens and instructions"
        placeholder="search"
        value={wanted.value}
        onInput={(event) => (wanted.value = event.currentTarget.value)}
      />
      <button type="button" class="quiet" aria-label="Find before" onClick={() => go(false)}>
        ‹
      </button>
      <button class="quiet" aria-label="Find after">
        ›
      </button>
    </form>
  );
}

function List() {
  const rows = useRows(rowCount.value, ROW);
  const selected = selectedRow.value;
  useEffect(() => rows.reveal(selected), [selected, rows.ready]);
  const visible = Array.from({ length: rows.count }, (_, index) => rows.first + index);
  const known = visible.map((row) => ({ row, content: rowAt(row) }));
  const isShown = known.some(({ row, content }) => row === selected && content !== null);
  return (
    <div
      class="scroll token-list"
      ref={rows.attach}
      onScroll={rows.onScroll}
      role="grid"
      aria-label="Tokens by instruction"
      aria-rowcount={rowCount.value}
      aria-activedescendant={isShown ? `token-${position.value}` : undefined}
      tabIndex={0}
    >
      <div class="spacer" role="presentation" style={{ height: `${rows.height}px` }}>
        <div class="window" role="presentation" style={{ transform: `translateY(${rows.offset}px)` }}>
          <Arcs rows={rows} known={known} />
          {known.map(({ row, content }) => (
            <Row key={row} row={row} content={content} />
          ))}
        </div>
      </div>
    </div>
  );
}

function Row({ row, content }: { row: number; content: TokenRow | null }) {
  const names = about.value?.vocabulary ?? [];
  const kinds = about.value?.token_kinds ?? [];
  const selected = row === selectedRow.value;
  return (
    <div
      class={selected ? 'row current' : 'row'}
      role="row"
      aria-rowindex={row + 1}
      style={{ height: `${ROW}px` }}
    >
      <span role="rowheader" class="row-name" title={content?.text ?? ''}>
        <span class="number">{content ? content.position : ''}</span> {rowName(row, content)}
      </span>
      {content &&
        Array.from(content.tokens, (token, index) => {
          const at = content.position + index;
          const classes = ['chip', `kind-${kinds[token] ?? 'other'}`];
          if (at === position.value) classes.push('selected');
          if (attended.value.has(at)) classes.push('attended');
          return (
            <span
              key={at}
              id={`token-${at}`}
              role="gridcell"
              aria-selected={at === position.value}
              class={classes.join(' ')}
              title={`${at}: ${names[token] ?? ''}`}
              onClick={() => select(at)}
            >
              {names[token]}
            </span>
          );
        })}
    </div>
  );
}

/** What a row is: the executed instruction, or what the prompt has there. */
function rowName(row: number, content: TokenRow | null): string {
  if (content?.step) return content.text;
  if (row >= promptRows.value) return '';
  const listed = about.value?.kind === 'program' ? about.value.instructions[row - 1] : undefined;
  return listed ? `prompt: ${listed.text}` : 'prompt';
}

/** Arcs in the gutter, from the row of the selected token to the rows of those attended to. */
function Arcs({ rows, known }: { rows: Rows; known: { row: number; content: TokenRow | null }[] }) {
  const middle = (row: number) => (row - rows.first + 0.5) * ROW;
  const from = middle(selectedRow.value);
  const top = known.find(({ content }) => content)?.content?.position ?? 0;
  const targets = new Map<number, number>();
  for (const [at, heads] of attended.value) {
    const inside = known.find(({ content: c }) => c && at >= c.position && at < c.position + c.tokens.length);
    const to = inside ? middle(inside.row) : at < top ? -ROW : middle(rows.first + rows.count + 1);
    targets.set(to, (targets.get(to) ?? 0) + heads);
  }
  return (
    <svg class="arcs" width={GUTTER} height={rows.count * ROW} aria-hidden="true">
      {[...targets].map(([to, heads]) => {
        const bend = GUTTER - 4 - Math.min(Math.abs(from - to) / 6, GUTTER - 8);
        const path = `M ${GUTTER} ${from} C ${bend} ${from}, ${bend} ${to}, ${GUTTER} ${to}`;
        return <path key={to} d={path} stroke-width={Math.min(0.75 + heads / 6, 3)} />;
      })}
    </svg>
  );
}

/** The tokens attended to, as a list of buttons. */
function Attended() {
  const heads = new Map<number, { token: string; names: string[] }>();
  explanation.value?.layers.forEach((layer) => {
    for (const head of layer.attention.heads) {
      const to = head.attended;
      if (!to || to.position === explanation.value?.position || !head.has_key) continue;
      const entry = heads.get(to.position) ?? { token: to.token, names: [] };
      entry.names.push(head.name);
      heads.set(to.position, entry);
    }
  });
  const sorted = [...heads].sort(([a], [b]) => b - a);
  return (
    <div class="attended-list">
      <h3>{explanation.value ? `Token ${number(explanation.value.position)} attends to` : 'Attends to'}</h3>
      <ul class="scroll" tabIndex={0} aria-label="Tokens attended to">
        {sorted.map(([at, { token, names }]) => (
          <li key={at}>
            <button class="quiet" onClick={() => select(at)}>
              <span class="number">{at}</span> <code>{token}</code>
            </button>{' '}
            <span class="names" title={names.join(', ')}>
              {names.join(', ')}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
