// What the page is given. It is described by a JSON element in the page itself, in the same form for
// all three doors: the exported file, the local server and the static site. Bytes are either elements
// of the page (base64) or files beside it, compressed with gzip or not.

/** Where bytes are: `#id` for an element of this page, otherwise a URL relative to the page. */
export type Address = string;

/** A program that the page can open. */
export interface PageProgram {
  title: string;
  name: string;
  /** `model`: a specialised model file; `program`: wasm, wat or token text. */
  kind: 'model' | 'program';
  data: Address;
  /** The bytes, of a program that did not come with the page. */
  bytes?: Uint8Array;
  /** A model with the program in its weights, which is opened faster than the universal one. */
  model?: Address | null;
  /** The input, in base64. */
  input: string;
  about?: string | null;
  /** Of which line of the source the places of the code are, as pairs. */
  lines?: [number, number][];
  /** What the host of the program did in the run that the page shows (`HostRecord` of tvm-insight), if it has one. */
  host?: object;
  /** The text that a module was compiled from. */
  source: { name: string; text: string } | null;
}

/** The description of the page. */
export interface Page {
  door: 'file' | 'server' | 'site';
  /** `run` shows an input box and the output only. */
  view: 'xray' | 'run';
  wasm: Address;
  /** The universal model, if the page has it. */
  universal: Address | null;
  /** The address of the book, on the site. */
  book?: string;
  programs: PageProgram[];
}

/** Reads the description out of the page. */
export function readPage(): Page {
  const element = document.getElementById('tvm-page');
  if (!element?.textContent)
    throw new Error('This page has no description of what it shows (element tvm-page).');
  return JSON.parse(element.textContent) as Page;
}

/** Bytes of base64 text. White space is allowed. */
export function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Loads the bytes at an address, and decompresses them if they are gzip. */
export async function load(address: Address): Promise<Uint8Array> {
  const stored = address.startsWith('#') ? fromElement(address.slice(1)) : await fromUrl(address);
  return isGzip(stored) ? gunzip(stored) : stored;
}

function fromElement(id: string): Uint8Array {
  const element = document.getElementById(id);
  if (!element?.textContent) throw new Error(`This page has no data element "${id}".`);
  return fromBase64(element.textContent);
}

async function fromUrl(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} could not be loaded: ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
