// Every door, hostile names, and how fast it is.

import { join } from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { ended, expect, exported, host, root, run, scratch, serve, test } from './doors';

const PUZZLE = '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79';
const grid = readFileSync(join(root, 'programs/expected/sudoku.txt'), 'utf8');

test('the exported file runs from disk without a network', async ({ page, context }) => {
  const url = exported('programs/addition.c', '--input', '19+23');
  await context.setOffline(true);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(url);
  await ended(page);
  await page.keyboard.press('End');
  await expect(page.getByTestId('output')).toHaveText('19+23=42\n');
  expect(requests.filter((address) => /^https?:/.test(address))).toEqual([]);
});

test('a bundle is an input box and the output', async ({ page }) => {
  const file = join(scratch(), 'addition.html');
  run('bundle', 'programs/addition.c', '--html', '-o', file, '--input', '19+23');
  await page.goto(pathToFileURL(file).href);
  await ended(page);
  await expect(page.getByTestId('output')).toHaveText('19+23=42\n');
  await page.getByLabel('Input').fill('123+877');
  await page.getByRole('button', { name: 'Run' }).click();
  await expect(page.getByTestId('output')).toHaveText('123+877=1000\n');
});

test('sudoku is solved in the page', async ({ page }) => {
  const server = await serve('programs/sudoku.c', '--input', PUZZLE);
  try {
    await page.goto(server.url);
    await ended(page);
    await page.keyboard.press('End');
    await expect(page.getByTestId('output')).toHaveText(grid);
  } finally {
    server.stop();
  }
});

test('the site runs its program with another input', async ({ page }) => {
  const folder = join(scratch(), 'site');
  run('xray', 'programs/addition.c', '--input', '19+23', '--site', folder);
  const server = await host(folder);
  try {
    await page.goto(server.url);
    await ended(page);
    await page.getByLabel('input').fill('5+6');
    await page.getByRole('button', { name: 'run', exact: true }).click();
    await expect(page.getByTestId('status')).not.toContainText('opening');
    await ended(page);
    await page.keyboard.press('End');
    await expect(page.getByTestId('output')).toHaveText('5+6=11\n');
  } finally {
    server.stop();
  }
});

test('the server answers only its token', async ({ request }) => {
  const server = await serve('programs/addition.c', '--input', '1+1');
  try {
    const origin = new URL(server.url).origin;
    for (const path of ['/', '/app.js', '/wrong-token/', '/../Cargo.toml'])
      expect((await request.get(origin + path)).status()).toBeGreaterThanOrEqual(400);
    expect((await request.get(server.url)).status()).toBe(200);
    expect((await request.get(`${server.url}../../Cargo.toml`)).status()).toBeGreaterThanOrEqual(400);
  } finally {
    server.stop();
  }
});

test('a name like a script is text', async ({ page }) => {
  const name = "</script><script>document.title='taken'</script><img src=x onerror=alert(1)>";
  const file = join(scratch(), 'hostile.wat');
  const called = `(func (export "${name}"))`;
  writeFileSync(file, `(module (memory 1) ${called} (func (export "compute") (param i32) call 0))`);
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  const server = await serve(file);
  try {
    for (const url of [exported(file), server.url]) {
      await page.goto(url);
      await ended(page);
      expect(await page.title()).not.toBe('taken');
      await expect(page.locator('#program .listing')).toContainText('</script>');
      await expect(page.locator('img')).toHaveCount(0);
    }
  } finally {
    server.stop();
  }
  expect(dialogs).toEqual([]);
});
