// How numbers, bytes and values are written. Everywhere the same.

import type { Effect, Place, Step } from '../worker/types';

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 6 });

/** A number with its thousands in groups. */
export function number(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1e6) return grouped.format(value);
  return String(Number(value.toPrecision(6)));
}

/** A byte as two hexadecimal digits. */
export function hexadecimal(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/** An address as it is written in memory dumps. */
export function address(value: number): string {
  return value.toString(16).padStart(6, '0');
}

/** A byte as a character, if it is a printable one of ASCII. */
export function character(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
}

/** Bytes as text; what is not UTF-8 becomes the replacement character. */
export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** A place of an operand or result. */
export function place(where: Place): string {
  if (where === 'stack') return 'stack';
  return 'local' in where ? `local ${where.local}` : `global ${where.global}`;
}

/** What a step did, in words: operands and results. */
export function values(step: Step): string {
  const operands = step.operands.join(' ');
  const results = step.results.join(' ');
  if (step.results.length === 0) return operands;
  return `${operands} → ${results}`.trim();
}

/** What a step did besides that. */
export function effect({ effect, output, trap, halted }: Step): string {
  const parts: string[] = [];
  if (effect) parts.push(effectText(effect));
  if (output !== null) parts.push(`writes ${hexadecimal(output)} ‘${character(output)}’`);
  if (trap !== null) parts.push(`trap: ${trap}`);
  if (halted) parts.push('the program ends');
  return parts.filter((part) => part !== '').join('; ');
}

function effectText(effect: Effect): string {
  switch (effect.kind) {
    case 'load':
      return `memory ${effect.address} is ${dump(effect.bytes)}`;
    case 'store':
    case 'host_written':
      return `memory ${effect.address} = ${dump(effect.bytes)}`;
    case 'local_written':
      return `local ${effect.index} = ${effect.value}`;
    case 'global_written':
      return `global ${effect.index} = ${effect.value}`;
    case 'branch':
      return effect.taken ? `to instruction ${effect.to}` : 'not taken';
    case 'call':
      return `calls ${effect.function ?? `instruction ${effect.to}`}`;
    case 'return':
      return `returns to ${effect.function ?? effect.to}`;
    case 'memory_declared':
    case 'memory_size':
      return `${effect.pages} pages of memory`;
    case 'memory_grown':
      return `pages of memory: ${effect.from} → ${effect.to}`;
    case 'request':
      return `request ${effect.number}`;
    case 'argument':
      return `argument ${effect.value}`;
    case 'local_read':
    case 'global_read':
      return '';
  }
}

/** Bytes that are written out; more are counted. */
const DUMPED = 16;

function dump(bytes: number[]): string {
  const more = bytes.length > DUMPED ? ` and ${bytes.length - DUMPED} more` : '';
  return bytes.slice(0, DUMPED).map(hexadecimal).join(' ') + more;
}
