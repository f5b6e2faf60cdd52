// Why: from a byte of output back to the byte of the input that it is from, by keyboard and by pointer.

import AxeBuilder from '@axe-core/playwright';
import { ended, expect, goTo, serve, test, trace, type Server } from './doors';

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

/** Asks why the last digit of the sum was written. */
async function askForTheLastDigit(page: Parameters<typeof ended>[0]) {
  const digits = (await trace(page, ...PROGRAM)).filter((step) => step.output === 0x32);
  const token = digits.at(-1)!;
  await goTo(page, token.position + token.tokens - 1);
  await page.keyboard.press('y');
  await expect(page.getByTestId('why')).toContainText('out(2)');
}

test('a digit of the sum comes from a digit of the input', async ({ page }) => {
  await askForTheLastDigit(page);
  await page.getByRole('button', { name: 'Follow to the end' }).click();
  await expect(page.getByTestId('why')).toContainText('of the input "19+23"');
  const path = page.getByTestId('why-path').getByRole('button');
  expect(await path.count()).toBeGreaterThan(5);
  // Back to the beginning of the path: its token is selected again.
  await path.first().click();
  await expect(page.getByTestId('why')).toContainText('out(2)');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});

test('each answer can be walked by itself, and its parts can be seen', async ({ page }) => {
  await askForTheLastDigit(page);
  const carries = page.getByTestId('causes-carries').locator('tbody tr');
  await expect(carries.first()).toContainText('fetches 1 more');
  await expect(carries.first()).toContainText('out(3)');
  await page.getByRole('button', { name: 'Follow', exact: true }).click();
  await expect(page.getByTestId('why-path').getByRole('button')).toHaveCount(2);
  await expect(page.getByTestId('why')).toContainText('the head stores');
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await carries.locator('button.link').first().click();
  await expect(page.getByTestId('fetched')).toBeVisible();
});

test('the output leads to its last byte', async ({ page }) => {
  await page.keyboard.press('End');
  await page.getByRole('button', { name: 'Why was the last byte written?' }).click();
  await expect(page.getByTestId('why')).toContainText('out(0a)');
});
