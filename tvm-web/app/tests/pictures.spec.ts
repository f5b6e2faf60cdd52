// Pictures for the documents: with `TVM_PICTURES=1` they are written to docs/pictures.

import { join } from 'node:path';
import { at, ended, expect, goTo, root, serve, test, trace, type Server } from './doors';

const PROGRAM = ['programs/addition.c', '--input', '19+23'];
const folder = process.env.TVM_PICTURES ? join(root, 'docs/pictures') : 'test-results/pictures';
const picture = (name: string) => ({ path: join(folder, `browser-${name}.png`) });

let server: Server;
test.beforeAll(async () => {
  server = await serve(...PROGRAM);
});
test.afterAll(() => server.stop());
test.use({ colorScheme: 'light' });

test('the X-Ray at a load, and the keys of its head', async ({ page }) => {
  await page.goto(server.url);
  await ended(page);
  const load = (await trace(page, ...PROGRAM)).filter((step) => step.effect?.kind === 'load')[6]!;
  await goTo(page, load.position - 1);
  await page.keyboard.press('s');
  await expect(page.locator('#detail .figure svg')).toBeVisible();
  await page.screenshot(picture('xray'));

  const layers = page.locator('.layer-buttons button');
  for (let layer = (await layers.count()) - 1; layer >= 0; layer--) {
    await layers.nth(layer).click();
    const memory = page
      .locator('#detail')
      .getByRole('button', { name: 'memory.found, memory.place', exact: true });
    if ((await memory.count()) === 0) continue;
    await memory.click();
    break;
  }
  await expect(page.locator('#detail .figure svg')).toBeVisible();
  await page.screenshot(picture('head'));
});

test('a changed model', async ({ page }) => {
  await page.goto(server.url);
  await ended(page);
  const add = (await trace(page, ...PROGRAM)).find(
    (step) => step.text.startsWith('i32.add') && step.call_depth > 0,
  )!;
  await goTo(page, add.position - 1);
  await page.locator('.layer-buttons button').last().click();
  const neurons = page.locator('#detail table').nth(1).locator('button');
  await page
    .locator('.layer-buttons button')
    .nth((await page.locator('.layer-buttons button').count()) - 2)
    .click();
  await neurons.first().click();
  await page.getByRole('button', { name: /Set its product to 0/ }).click();
  await page.getByRole('button', { name: 'Run the changed model' }).click();
  await expect(page.getByTestId('difference')).toContainText('token');
  await page.screenshot(picture('change'));
});

test('why a digit of the sum was written', async ({ page }) => {
  await page.goto(server.url);
  await ended(page);
  const digit = (await trace(page, ...PROGRAM)).findLast((step) => step.output === 0x32)!;
  await goTo(page, digit.position + digit.tokens - 1);
  await page.keyboard.press('y');
  await expect(page.getByTestId('why')).toContainText('out(2)');
  await page.getByRole('button', { name: 'Follow', exact: true }).click();
  await expect(page.getByTestId('why')).toContainText('the head stores');
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await page.getByRole('button', { name: 'Follow to the end' }).click();
  await expect(page.getByTestId('why')).toContainText('of the input');
  await page.getByTestId('why-path').getByRole('button').nth(4).click();
  await expect(page.getByTestId('causes-carries')).toBeVisible();
  await page.screenshot(picture('why'));
});

test('the REPL', async ({ page }) => {
  await page.goto(server.url);
  await page.keyboard.press('3');
  const line = page.getByLabel('Instructions of WebAssembly');
  for (const text of ['i32.const 40', 'i32.const 2', 'i32.add', 'i32.const 0 i32.div_s']) {
    await line.fill(text);
    await line.press('Enter');
    await expect(page.locator('.transcript .entered').last()).toHaveText(text);
  }
  await line.blur();
  await page.screenshot(picture('repl'));
});

test('the tour', async ({ page }) => {
  await page.goto(server.url);
  await ended(page);
  const load = (await trace(page, ...PROGRAM)).find((step) => step.effect?.kind === 'load')!;
  await page.keyboard.press('4');
  for (let step = 1; step < 8; step++) {
    await page.getByRole('button', { name: 'next ›' }).click();
    await expect(page.getByRole('heading', { name: new RegExp(`^${step + 1} of 10`) })).toBeVisible();
  }
  await expect(page.locator('#detail .figure svg')).toBeVisible();
  await at(page, load.position - 1);
  await page.screenshot(picture('tour'));
});
