// The page where nothing was built: the last GraphiQL that is published as one script, from a public CDN.

import { wireBar } from './bar.js';
import { config, props } from './common.js';
import { measured } from './measuring.js';
import { show, wirePanel } from './panel.js';
import { Session } from './session.js';
import { wireTwins } from './twins.js';

const { GraphiQL, React, ReactDOM } = window;
const session = new Session(config.principals);

// Without a network GraphiQL did not come, and the page goes on saying so.
if (GraphiQL) {
  const look = wireTwins(config.restCalls, GraphiQL.GraphQL.parse);
  const tell = (answer) => {
    show(answer);
    look(answer);
  };
  const root = ReactDOM.createRoot(document.getElementById('explorer'));
  const newFetcher = () => GraphiQL.createFetcher({ url: config.endpoint, fetch: measured(session.fetch, tell) });
  const render = () => root.render(React.createElement(GraphiQL, { ...props, fetcher: newFetcher() }));
  wirePanel();
  session.addEventListener('change', render);
  render();
}
wireBar(session, config);
