// What a user can do by keyboard or button: one list, from which the keys and the help panel come.

import { detail, help, theme, isDark, view, type View } from './view';
import {
  about,
  advance,
  breakpoints,
  currentInstruction,
  position,
  running,
  seek,
  select,
  stop,
  toBreakpoint,
  toggleBreakpoint,
  tokenCount,
} from './session';
import { togglePlay } from './play';
import { askSelected } from './why';

/** Something that a key does. */
export interface Action {
  /** As in `KeyboardEvent.key`; upper case for Shift. */
  key: string;
  label: string;
  group: 'Time' | 'Search' | 'Look' | 'View';
  run: () => void;
}

const both = (kind: 'line' | 'call' | 'return' | 'output' | 'trap', key: string, name: string): Action[] => [
  { key, label: `next ${name}`, group: 'Time', run: () => void seek({ kind, forward: true }) },
  {
    key: key.toUpperCase(),
    label: `previous ${name}`,
    group: 'Time',
    run: () => void seek({ kind, forward: false }),
  },
];

/** Moves the focus to an element. */
function focus(id: string) {
  document.getElementById(id)?.focus();
}

function show(chosen: View) {
  view.value = chosen;
}

function layerBy(step: number) {
  const layers = about.value?.layers.length ?? 0;
  if (layers === 0) return;
  const shown = detail.value;
  const layer = 'layer' in shown ? shown.layer : -1;
  detail.value = { kind: 'layer', layer: (layer + step + layers) % layers };
}

export const actions: Action[] = [
  { key: 'ArrowRight', label: 'next token', group: 'Time', run: () => select(position.value + 1) },
  { key: 'ArrowLeft', label: 'previous token', group: 'Time', run: () => select(position.value - 1) },
  {
    key: 'ArrowDown',
    label: 'next instruction',
    group: 'Time',
    run: () => void seek({ kind: 'instruction', forward: true }),
  },
  {
    key: 'ArrowUp',
    label: 'previous instruction',
    group: 'Time',
    run: () => void seek({ kind: 'instruction', forward: false }),
  },
  ...both('line', 'l', 'line of the source'),
  ...both('call', 'c', 'call'),
  ...both('return', 'r', 'return'),
  ...both('output', 'o', 'byte of output'),
  ...both('trap', 't', 'trap'),
  {
    key: 'b',
    label: 'set or remove a breakpoint at the current instruction',
    group: 'Time',
    run: () => currentInstruction.value !== null && toggleBreakpoint(currentInstruction.value),
  },
  {
    key: 'n',
    label: 'next breakpoint',
    group: 'Time',
    run: () => breakpoints.value.size > 0 && void toBreakpoint(true),
  },
  {
    key: 'N',
    label: 'previous breakpoint',
    group: 'Time',
    run: () => breakpoints.value.size > 0 && void toBreakpoint(false),
  },
  { key: 'Home', label: 'first token', group: 'Time', run: () => select(0) },
  { key: 'End', label: 'last token so far', group: 'Time', run: () => select(tokenCount.value - 1) },
  { key: ' ', label: 'play or pause', group: 'Time', run: togglePlay },
  {
    key: 'x',
    label: 'stop the run, or let it go on',
    group: 'Time',
    run: () => (running.value ? stop() : void advance()),
  },
  { key: 'g', label: 'go to a position', group: 'Search', run: () => focus('go-position') },
  { key: 'w', label: 'go to a write to an address', group: 'Search', run: () => focus('go-address') },
  { key: '/', label: 'search tokens', group: 'Search', run: () => focus('token-search') },
  {
    key: 's',
    label: 'scores of the next token',
    group: 'Look',
    run: () => (detail.value = { kind: 'scores' }),
  },
  { key: 'y', label: 'why the selected token is there', group: 'Look', run: () => void askSelected() },
  { key: ']', label: 'next layer', group: 'Look', run: () => layerBy(1) },
  { key: '[', label: 'previous layer', group: 'Look', run: () => layerBy(-1) },
  { key: '1', label: 'X-Ray', group: 'View', run: () => show('xray') },
  { key: '2', label: 'Change it', group: 'View', run: () => show('change') },
  { key: '3', label: 'REPL', group: 'View', run: () => show('repl') },
  { key: '4', label: 'Tour', group: 'View', run: () => show('tour') },
  { key: '5', label: 'Playground', group: 'View', run: () => show('playground') },
  {
    key: 'd',
    label: 'dark or light',
    group: 'View',
    run: () => (theme.value = isDark.value ? 'light' : 'dark'),
  },
  { key: '?', label: 'these keys', group: 'View', run: () => (help.value = !help.value) },
];

const byKey = new Map(actions.map((action) => [action.key, action]));

/** Does what a key says, unless something is being typed. */
export function onKey(event: KeyboardEvent) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === 'Escape' && help.value) help.value = false;
  const target = event.target as HTMLElement;
  if (target.matches('input, textarea, select')) {
    if (event.key === 'Escape') target.blur();
    return;
  }
  if ((event.key === ' ' || event.key === 'Enter') && target.matches('button, summary, a')) return;
  const action = byKey.get(event.key);
  if (!action) return;
  event.preventDefault();
  action.run();
}
