// Change it: a neuron that is switched off changes what the program prints.

import { ended, explain, expect, serve, test, trace } from './doors';

const PROGRAM = ['programs/addition.c', '--input', '19+23'];

test('a neuron switched off changes the output', async ({ page }) => {
  const server = await serve(...PROGRAM);
  try {
    await page.goto(server.url);
    await ended(page);
    // A neuron that adds something where the first byte of the sum's output is chosen.
    const output = (await trace(page, ...PROGRAM)).filter((step) => step.output !== null);
    const pass = explain(output[6]!.position - 1, PROGRAM[0]!, ...PROGRAM.slice(1));
    const layer = pass.layers.length - 2;
    const neuron = pass.layers[layer]!.feed_forward.active.find(({ product }) => product !== 0)!;
    await page.keyboard.press('2');
    await page.getByLabel('layer', { exact: true }).fill(String(layer));
    await page.getByLabel('number', { exact: true }).fill(String(neuron.neuron));
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByRole('button', { name: 'Run the changed model' }).click();
    await expect(page.getByTestId('difference')).toContainText('The tokens part at position');
    await expect(page.getByLabel('The true model prints')).toHaveText('19+23=42\n');
    await expect(page.getByLabel('The changed model prints')).not.toHaveText('19+23=42\n');
    await page.getByRole('button', { name: /^Remove/ }).click();
    await expect(page.getByRole('button', { name: 'Run the changed model' })).toBeDisabled();
  } finally {
    server.stop();
  }
});
