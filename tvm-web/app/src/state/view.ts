// What is shown of the state: the view, the detail, the theme.

import { effect, signal } from '@preact/signals';

export type View = 'xray' | 'change' | 'repl' | 'tour' | 'playground';

export const view = signal<View>('xray');

/** What the detail panel shows. */
export type Detail =
  | { kind: 'layer'; layer: number }
  | { kind: 'head'; layer: number; index: number }
  | { kind: 'neuron'; layer: number; index: number }
  | { kind: 'slot'; boundary: number; slot: number }
  | { kind: 'scores' }
  | { kind: 'why' };

export const detail = signal<Detail>({ kind: 'scores' });

/** Is the list of keys shown? */
export const help = signal(false);

export type Theme = 'system' | 'dark' | 'light';

export const theme = signal<Theme>('system');

const dark = matchMedia('(prefers-color-scheme: dark)');
/** The theme in force, from the switch or the system. */
export const isDark = signal(dark.matches);

effect(() => {
  const chosen = theme.value;
  isDark.value = chosen === 'system' ? dark.matches : chosen === 'dark';
  document.documentElement.dataset.theme = isDark.value ? 'dark' : 'light';
});
dark.addEventListener('change', () => {
  if (theme.value === 'system') isDark.value = dark.matches;
  document.documentElement.dataset.theme = isDark.value ? 'dark' : 'light';
});
