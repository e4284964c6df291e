import { render } from 'preact';
import { readAddress } from './state/address.ts';
import { Connection } from './live/connection.ts';
import { Store } from './live/store.ts';
import { restoreTheme } from './live/theme.ts';
import { App } from './views/app.tsx';

restoreTheme();
const root = document.querySelector('#page');
if (root === null) throw new Error('the page has no place for its views');
const store = new Store((shown) => {
  render(
    <App
      shown={shown}
      address={readAddress(location.hash)}
      onHold={() => store.toggleHold()}
      onRedraw={() => store.redraw()}
      onRetry={() => connection.retry()}
    />,
    root,
  );
});
const connection = new Connection(store);
addEventListener('hashchange', () => store.redraw());
store.redraw();
await connection.run();
