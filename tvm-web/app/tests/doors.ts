// The three doors of the app, opened with the executable `tvm`, and the same executable as the oracle.

import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test as base, type Page } from '@playwright/test';
import type { Explanation, Step } from '../src/worker/types';

/** The folder of the repository. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const tvm = process.env.TVM ?? join(root, 'target/debug/tvm');

/** Runs `tvm` in the folder of the repository and returns what it prints. */
export function run(...args: string[]): string {
  return execFileSync(tvm, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

const models = new Map<string, string>();

/** A file with the specialised model of a program, which the page opens too. */
function specialised(program: string): string {
  let file = models.get(program);
  if (file === undefined) {
    file = join(scratch(), 'program.tvm');
    run('specialise', program, '-o', file);
    models.set(program, file);
  }
  return file;
}

/** What `tvm explain --json` says of a position of a program with its options. */
export function explain(position: number, program: string, ...options: string[]): Explanation {
  const model = ['--model', specialised(program)];
  return JSON.parse(run('explain', '--json', ...model, String(position), ...options)) as Explanation;
}

/**
 * What `tvm trace --json` says of the run that a page has just opened. It traces the universal model, which
 * generates the same tokens after a longer prompt, so the positions are moved to those of the page: a page
 * begins at the last token of its prompt.
 */
export async function trace(page: Page, ...args: string[]): Promise<Step[]> {
  const lines = run('trace', '--json', ...args)
    .trimEnd()
    .split('\n');
  const steps = lines.map((line) => JSON.parse(line) as Step);
  const shown = await page.getByTestId('status').textContent();
  const last = Number(/token ([\d,]+)/.exec(shown ?? '')![1]!.replaceAll(',', ''));
  const moved = last + 1 - steps[0]!.position;
  return steps.map((step) => ({ ...step, position: step.position + moved }));
}

/** A new folder for files of a test. */
export function scratch(): string {
  return mkdtempSync(join(tmpdir(), 'tvm-web-'));
}

/** The address of a page in a file of its own. */
export function exported(...args: string[]): string {
  const file = join(scratch(), 'run.html');
  run('xray', ...args, '-o', file);
  return pathToFileURL(file).href;
}

/** A running server: its address, and how it is ended. */
export interface Server {
  url: string;
  stop: () => void;
}

/** Starts `tvm xray` on a port that is free. */
export async function serve(...args: string[]): Promise<Server> {
  const child = spawn(tvm, ['xray', ...args, '--no-open'], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const url = await new Promise<string>((found, failed) => {
    let said = '';
    const listen = (data: Buffer) => {
      said += data.toString();
      const address = /http:\/\/\S+/.exec(said);
      if (address) found(address[0]);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('exit', () => failed(new Error(`tvm xray ended: ${said}`)));
  });
  return { url, stop: () => child.kill() };
}

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** Serves a folder, as any web host would. */
export async function host(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://host').pathname);
    const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
    try {
      const body = readFileSync(file);
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/`, stop: () => server.close() };
}

export { expect };

/** A test that fails if the page says anything on the console or throws. */
export const test = base.extend({
  page: async ({ page }, use) => {
    const said: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) said.push(message.text());
    });
    page.on('pageerror', (error) => said.push(error.message));
    await use(page);
    expect(said).toEqual([]);
  },
});

/** Waits until the run has ended. */
export async function ended(page: Page, how = 'halted') {
  await expect(page.getByTestId('status')).toContainText(how, { timeout: 50_000 });
}

/** Selects a position and waits until everything of it is shown. */
export async function goTo(page: Page, position: number) {
  await page.getByLabel('position', { exact: true }).fill(String(position));
  await page.getByLabel('position', { exact: true }).press('Enter');
  await page.locator('#go-position').blur();
  await at(page, position);
}

/** Waits until a position is selected and its forward pass is shown. */
export async function at(page: Page, position: number) {
  await expect(page.locator('.attended-list h3')).toHaveText(
    `Token ${position.toLocaleString('en')} attends to`,
  );
}
