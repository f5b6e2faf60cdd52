// The static site: its examples, a program of the user's own, and the book.

import AxeBuilder from '@axe-core/playwright';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ended, expect, host, root, run, scratch, test, type Server } from './doors';

let server: Server;

test.beforeAll(async () => {
  const folder = join(scratch(), 'site');
  run('xray', '--site', folder);
  server = await host(folder);
});
test.afterAll(() => server.stop());

test('the examples are opened one after the other', async ({ page }) => {
  await page.goto(server.url);
  await ended(page);
  await page.locator('.chooser select').first().selectOption('sudoku');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('sudoku');
  await ended(page);
  await page.keyboard.press('End');
  const grid = readFileSync(join(root, 'programs/expected/sudoku.txt'), 'utf8');
  await expect(page.getByTestId('output')).toHaveText(grid);
  await page.getByRole('button', { name: 'source' }).click();
  await expect(page.getByRole('region', { name: 'Source' })).toContainText('#include');
});

test('a program is written, mended, and run with an input', async ({ page }) => {
  await page.goto(server.url);
  await ended(page);
  await page.keyboard.press('5');
  const source = page.getByLabel(/WebAssembly text/);
  const sample = await source.inputValue();
  await source.fill(sample.replace('i32.sub', 'i32.subb'));
  await page.getByRole('button', { name: 'Run it' }).click();
  await expect(page.getByRole('alert')).toContainText('subb');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await source.fill(sample);
  await page.locator('.playground').getByLabel('input').fill('Abc xyz {1}');
  await page.getByRole('button', { name: 'Run it' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('playground');
  await ended(page);
  await page.locator('h1').click();
  await page.keyboard.press('End');
  await expect(page.getByTestId('output')).toHaveText('ABC XYZ {1}');
});

test('a module is opened from a file', async ({ page }) => {
  await page.goto(server.url);
  await ended(page);
  await page.keyboard.press('5');
  await page.locator('.playground').getByLabel('input').fill('10');
  await page.locator('input[type=file]').setInputFiles(join(root, 'programs/prebuilt/fibonacci.wasm'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('fibonacci.wasm');
  await ended(page);
  await page.keyboard.press('End');
  await expect(page.getByTestId('output')).toHaveText('0\n1\n1\n2\n3\n5\n8\n13\n21\n34\n');
});

test('the book leads from page to page, and back to the app', async ({ page }) => {
  await page.goto(server.url);
  await page.getByRole('link', { name: 'book' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Introduction' })).toBeVisible();
  await page.getByRole('link', { name: 'Constructions' }).first().click();
  await expect(page.locator('main img').first()).toBeVisible();
  const violations = (await new AxeBuilder({ page }).analyze()).violations;
  expect(violations).toEqual([]);
  await page.getByRole('link', { name: 'Open the app' }).click();
  await ended(page);
});
