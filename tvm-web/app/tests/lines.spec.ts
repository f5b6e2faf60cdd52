// Lines of the source of a C program: the current one, steps from line to line, breakpoints.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ended, expect, goTo, scratch, serve, test, trace } from './doors';

/** Each statement writes the last digit of its line. */
const PROGRAM = `#include <tvm.h>
__attribute__((noinline)) static void digit(int line) {
  putchar('0' + line);
}
int main(void) {
  digit(6);
  for (int i = 0; i < 2; i++)
    digit(8);

  putchar('x');
  return 0;
}
`;

test('the source follows the run, line by line', async ({ page }) => {
  const file = join(scratch(), 'lines.c');
  writeFileSync(file, PROGRAM);
  const server = await serve(file);
  try {
    await page.goto(server.url);
    await ended(page);
    await page.getByRole('button', { name: 'source' }).click();
    const source = page.getByRole('region', { name: 'Source' });
    const current = source.locator('li.current .number');
    const written = (await trace(page, file)).filter((step) => step.output !== null);
    for (const [index, line] of [3, 3, 3, 10].entries()) {
      await goTo(page, written[index]!.position);
      await expect(current).toHaveText(String(line));
    }
    // Back by lines, and forward again.
    await page.keyboard.press('Shift+L');
    await expect(current).not.toHaveText('10');
    await page.keyboard.press('l');
    await expect(current).toHaveText('10');
    // A breakpoint at the line of the function stops at each of its three calls.
    await source.getByRole('button', { name: 'Breakpoint at line 3' }).click();
    await page.locator('h1').click();
    await page.keyboard.press('Home');
    for (const { position } of written.slice(0, 3)) {
      await page.keyboard.press('n');
      await expect(current).toHaveText('3');
      const shown = (await page.getByTestId('status').textContent())!.match(/token ([\d,]+)/)![1]!;
      expect(Number(shown.replaceAll(',', ''))).toBeLessThanOrEqual(position);
    }
  } finally {
    server.stop();
  }
});
