// The beginning: the shell is drawn at once, and the program of the page is opened beside it.

import { render } from 'preact';
import { App } from './app';
import { onKey } from './state/actions';
import { linesOf } from './state/repl';
import { openFirst, page } from './state/session';
import { view } from './state/view';
import './style.css';

if (page.view === 'xray') {
  document.addEventListener('keydown', onKey);
  if (linesOf(location.hash).length > 0) view.value = 'repl';
}
render(<App />, document.getElementById('app')!);
void openFirst();
