// The X-Ray on a local server: steps, breakpoints, jumps, and every number that can be clicked.

import AxeBuilder from '@axe-core/playwright';
import { number } from '../src/components/format';
import { at, ended, explain, expect, goTo, serve, test, trace, type Server } from './doors';

const PROGRAM = ['programs/addition.c', '--input', '19+23'];
let server: Server;

test.beforeAll(async () => {
  server = await serve(...PROGRAM);
});
test.afterAll(() => server.stop());

test.beforeEach(async ({ page }) => {
  await page.goto(server.url);
  await ended(page);
});

test('the output is that of the program', async ({ page }) => {
  await page.keyboard.press('End');
  await expect(page.getByTestId('output')).toHaveText('19+23=42\n');
});

test('steps go from instruction to instruction, forward and back', async ({ page }) => {
  const steps = await trace(page, ...PROGRAM);
  await goTo(page, steps[40]!.position);
  await page.keyboard.press('ArrowDown');
  await at(page, steps[41]!.position);
  await expect(page.getByTestId('step')).toContainText(steps[41]!.text);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await at(page, steps[39]!.position);
  await page.keyboard.press('ArrowRight');
  await at(page, steps[39]!.position + 1);
  await page.keyboard.press('ArrowLeft');
  await at(page, steps[39]!.position);
});

test('calls and returns are found', async ({ page }) => {
  const steps = await trace(page, ...PROGRAM);
  const call = steps.find((step) => step.effect?.kind === 'call')!;
  await goTo(page, steps[0]!.position);
  await page.keyboard.press('c');
  await at(page, call.position);
});

test('a breakpoint stops where its instruction is executed', async ({ page }) => {
  const steps = await trace(page, ...PROGRAM);
  const output = steps.filter((step) => step.output !== null);
  await goTo(page, output[0]!.position);
  await page.keyboard.press('b');
  const again = steps.filter((step) => step.instruction === output[0]!.instruction);
  await page.keyboard.press('n');
  await at(page, again[1]!.position);
  await page.keyboard.press('n');
  await at(page, again[2]!.position);
  await page.keyboard.press('Shift+N');
  await at(page, again[1]!.position);
});

test('a jump finds the write to an address', async ({ page }) => {
  const steps = await trace(page, ...PROGRAM);
  const store = steps.find((step) => step.effect?.kind === 'store')!;
  const address = store.effect?.kind === 'store' ? store.effect.address : NaN;
  await goTo(page, steps[0]!.position);
  await page.getByLabel('write to').fill(String(address));
  await page.getByLabel('write to').press('Enter');
  await at(page, store.position);
});

test('a head shows the numbers of tvm explain', async ({ page }) => {
  const position = (await trace(page, ...PROGRAM))[60]!.position;
  const pass = explain(position, PROGRAM[0]!, ...PROGRAM.slice(1));
  const layer = pass.layers.findIndex(({ attention }) =>
    attention.heads.some((head) => head.has_key && head.attended),
  );
  const index = pass.layers[layer]!.attention.heads.findIndex((head) => head.has_key && head.attended);
  const head = pass.layers[layer]!.attention.heads[index]!;
  await goTo(page, position);
  await page.getByRole('button', { name: `Layer ${layer}`, exact: true }).click();
  await page
    .locator('#detail table')
    .first()
    .locator('tbody tr')
    .nth(index)
    .locator('button')
    .first()
    .click();
  await expect(page.getByTestId('query')).toHaveText(head.query.map(number).join(', '));
  await expect(page.getByTestId('key')).toHaveText(head.key.map(number).join(', '));
  await expect(page.getByTestId('fetched')).toHaveText(head.fetched.map(number).join(', '));
  await expect(page.getByTestId('attended')).toContainText(String(head.attended!.position));
  await expect(page.locator('#detail').getByTestId('amount')).toHaveText(
    head.writes.map(({ amount }) => number(amount)),
  );
  await expect(page.locator('#detail .figure svg')).toBeVisible();
});

test('a neuron shows the numbers of tvm explain, and its rows of weights give them', async ({ page }) => {
  const position = (await trace(page, ...PROGRAM))[60]!.position;
  const pass = explain(position, PROGRAM[0]!, ...PROGRAM.slice(1));
  const layer = 7;
  const neuron = pass.layers[layer]!.feed_forward.active[2]!;
  await goTo(page, position);
  await page.getByRole('button', { name: `Layer ${layer}`, exact: true }).click();
  await page.locator('#detail table').nth(1).locator('tbody tr').nth(2).locator('button').click();
  await expect(page.getByTestId('gate')).toHaveText(number(neuron.gate));
  await expect(page.getByTestId('value')).toHaveText(number(neuron.value));
  await expect(page.getByTestId('product')).toHaveText(number(neuron.product));
  const sums = page.locator('#detail tr.sum td.amount');
  await expect(sums).toHaveText([number(neuron.gate), number(neuron.value)]);
});

test('a slot of the picture shows the number of tvm explain', async ({ page }) => {
  const position = (await trace(page, ...PROGRAM))[60]!.position;
  const pass = explain(position, PROGRAM[0]!, ...PROGRAM.slice(1));
  await goTo(page, position);
  const stream = page.getByRole('group', { name: /Residual stream/ });
  await stream.locator('canvas').click({ position: { x: 5, y: 1 } });
  await expect(page.getByRole('heading', { name: 'Slot 0 after the embedding' })).toBeVisible();
  await expect(page.getByTestId('slot-value')).toHaveText(number(pass.embedding.residual[0]!));
  await expect(page.locator('#detail .users').first()).toBeVisible();
});

test('the next token is the one with the greatest score', async ({ page }) => {
  const position = (await trace(page, ...PROGRAM))[60]!.position;
  const pass = explain(position, PROGRAM[0]!, ...PROGRAM.slice(1));
  await goTo(page, position);
  await page.keyboard.press('s');
  const rows = page.getByTestId('scores').locator('tbody tr');
  await expect(rows.locator('code')).toHaveText(pass.top.map(({ token }) => token));
  await expect(rows.first().locator('td').nth(1)).toHaveText(number(pass.top[0]!.score));
  await expect(page.locator('#detail .figure svg')).toBeVisible();
});

test('everything can be done by keyboard', async ({ page }) => {
  await page.keyboard.press('Home');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.keyboard.press('g');
  await page.keyboard.type('300');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await at(page, 300);
  await page.keyboard.press(']');
  await expect(page.getByRole('heading', { name: 'Layer 0' })).toBeVisible();
  await page.getByRole('group', { name: 'Heads' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: /^Layer \d+, head \d+$/ })).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('out(');
  await page.keyboard.press('Enter');
  await expect(page.locator('.chip.selected')).toHaveText(/^out\(/);
});

for (const scheme of ['dark', 'light'] as const)
  test(`accessibility, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    for (const view of ['1', '2', '3', '4']) {
      await page.keyboard.press(view);
      await page.waitForTimeout(300);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      await page.keyboard.press('Escape');
    }
  });

test('nothing is cut off at 125 %', async ({ page }) => {
  await page.setViewportSize({ width: 1024, height: 640 });
  const overflows = await page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
  );
  expect(overflows).toBe(false);
  for (const name of ['Program', 'Tokens', 'Transformer', 'The next token'])
    await expect(page.getByRole('heading', { name, exact: true })).toBeInViewport();
  await expect(page.getByTestId('status')).toBeInViewport();
});
