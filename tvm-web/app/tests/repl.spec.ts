// The REPL: lines, an error with its place, a trap, history, and a link that brings it all back.

import { expect, serve, test, type Server } from './doors';

let server: Server;
test.beforeAll(async () => {
  server = await serve('programs/addition.c', '--input', '19+23');
});
test.afterAll(() => server.stop());

test('lines are computed, and the stack is shown after each', async ({ page }) => {
  await page.goto(server.url);
  await page.keyboard.press('3');
  const line = page.getByLabel('Instructions of WebAssembly');
  const enter = async (text: string) => {
    await line.fill(text);
    await line.press('Enter');
  };
  await enter('i32.const 40');
  await expect(page.getByTestId('stack')).toHaveText(/i32\s*40/);
  await enter('i32.const 2');
  await expect(page.getByTestId('stack').locator('li')).toHaveCount(2);
  await enter('i32.add');
  await expect(page.getByTestId('stack').locator('li')).toHaveText([/i32\s*42/]);

  await enter('i32.nonsense');
  await expect(page.getByRole('alert')).toContainText('column 1');
  await expect(page.getByTestId('stack').locator('li')).toHaveText([/i32\s*42/]);
  await expect(line).toHaveValue('i32.nonsense');
  await line.press('ArrowUp');
  await line.press('ArrowUp');
  await expect(line).toHaveValue('i32.add');

  await enter('i32.const 0 i32.div_s');
  await expect(page.getByTestId('transcript')).toContainText('integer divide by zero');
});

test('a link brings the lines back', async ({ page, context }) => {
  await page.goto(server.url);
  await page.keyboard.press('3');
  const line = page.getByLabel('Instructions of WebAssembly');
  for (const text of ['i32.const 6', 'i32.const 7', 'i32.mul']) {
    await line.fill(text);
    await line.press('Enter');
    await expect(line).toHaveValue('');
  }
  await expect(page.getByTestId('stack')).toHaveText(/i32\s*42/);
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.getByTestId('stack')).toHaveText(/i32\s*42/);
  await other.getByRole('button', { name: 'take back' }).click();
  await expect(other.getByTestId('stack').locator('li')).toHaveCount(2);
  await other.close();
});
