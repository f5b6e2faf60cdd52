// Colours of numbers on canvases and plots, for both themes. Blue and orange are told apart with every
// common kind of colour blindness.

/** The colours that canvases and plots need. */
export interface Palette {
  background: string;
  /** A slot or neuron with nothing in it. */
  empty: string;
  text: string;
  faint: string;
  accent: string;
  positive: string;
  negative: string;
  lit: string;
}

const dark: Palette = {
  background: '#14181d',
  empty: '#20262d',
  text: '#d7dde4',
  faint: '#7f8b98',
  accent: '#ffffff',
  positive: '#4aa3e0',
  negative: '#e08a3c',
  lit: '#f0c94a',
};

const light: Palette = {
  background: '#ffffff',
  empty: '#e9edf1',
  text: '#1d242b',
  faint: '#5f6b77',
  accent: '#000000',
  positive: '#1f6fae',
  negative: '#b85c0e',
  lit: '#a97a00',
};

export function palette(isDark: boolean): Palette {
  return isDark ? dark : light;
}

/** The colour of a number: its sign as the hue, its logarithm as the strength. */
export function amountColour(amount: number, { empty, positive, negative }: Palette): string {
  if (amount === 0) return empty;
  const strength = Math.min(0.3 + Math.log10(1 + Math.abs(amount)) / 10, 1);
  return mix(empty, amount > 0 ? positive : negative, strength);
}

function mix(from: string, to: string, share: number): string {
  const channel = (colour: string, index: number) => parseInt(colour.slice(1 + 2 * index, 3 + 2 * index), 16);
  const mixed = [0, 1, 2].map((index) => {
    const a = channel(from, index);
    return Math.round(a + (channel(to, index) - a) * share);
  });
  return `rgb(${mixed.join(' ')})`;
}
