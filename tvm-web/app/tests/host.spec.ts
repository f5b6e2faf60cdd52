// A program of WASI: its host was recorded before the page was made, and the run in the page reads its answers.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ended, expect, exported, scratch, test } from './doors';

/** Reads its input to the end, and says what it was given. */
const PROGRAM = `#include <stdio.h>
int main(int argc, char **argv) {
  int c, n = 0;
  while ((c = getchar()) != EOF) {
    putchar(c == 'a' ? 'A' : c);
    n++;
  }
  printf("\\n%d bytes, %d arguments, %s\\n", n, argc, argv[argc - 1]);
  return 3;
}
`;

test('what its host answered and wrote is part of the run', async ({ page }) => {
  const file = join(scratch(), 'asks.c');
  writeFileSync(file, PROGRAM);
  await page.goto(exported(file, 'one', 'two', '--input', 'banana'));
  await ended(page, 'exit status 3');
  await page.locator('h1').click();
  await page.keyboard.press('End');
  await expect(page.getByTestId('output')).toHaveText('bAnAnA\n6 bytes, 3 arguments, two\n');
  await expect(page.getByLabel('input', { exact: true })).toHaveJSProperty('readOnly', true);
  // The first that it wrote, from the beginning on.
  await page.locator('h1').click();
  await page.keyboard.press('Home');
  await page.getByRole('button', { name: 'output ›' }).click();
  await expect(page.getByTestId('output')).toHaveText('bAnAnA\n');
  // The next token is the host's.
  await page.locator('h1').click();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('y');
  await expect(page.getByTestId('why')).toContainText('an answer of the host');
});
