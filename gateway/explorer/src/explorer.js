// The page as built: GraphiQL 5 with Monaco, its workers from our own origin.

import 'graphiql/style.css';
import './page.css';
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { parse } from 'graphql';
import { createClient } from 'graphql-ws';
import { createElement, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { wireBar, wireExamples } from './bar.js';
import { asTab, config, props } from './common.js';
import { heard, measured } from './measuring.js';
import { show, wirePanel } from './panel.js';
import { Session } from './session.js';
import { wireRestMenu, wireTwins } from './twins.js';

globalThis.MonacoEnvironment = {
  getWorker: (_, label) => new Worker(new URL(WORKERS[label] ?? WORKERS.editor, import.meta.url)),
};

const session = new Session(config.principals);
const look = wireTwins(config.restCalls, parse);
const opening = new EventTarget();
const socket = new URL(config.endpoint, location.href.replace(/^http/, 'ws')).href;
let wsClient;

/** A new fetcher makes GraphiQL read the schema anew: another viewer may see another one. */
function newFetcher() {
  wsClient?.dispose(); // what the former viewer was subscribed to ends with them
  wsClient = createClient({ url: socket, connectionParams: () => session.headers });
  return createGraphiQLFetcher({ url: config.endpoint, fetch: measured(session.fetch, show), wsClient: heard(wsClient, show) });
}

/** Lives where GraphiQL's logo was, inside its context, and does what the bar and the system ask for. */
function Companion() {
  const { addTab, changeTab, setTheme } = useGraphiQLActions();
  const { tabs, activeTabIndex, operationName, theme, queryEditor, variableEditor } = useGraphiQL((state) => state);
  const { query } = tabs[activeTabIndex];
  useEffect(() => look({ query: query ?? '', operationName }), [query, operationName]);
  useEffect(() => {
    const open = ({ detail: { query, variables } }) => {
      const already = tabs.findIndex((tab) => tab.query === query);
      if (already >= 0) {
        changeTab(already);
      } else {
        addTab();
        queryEditor.setValue(query);
        variableEditor?.setValue(variables);
      }
      queryEditor.focus();
    };
    opening.addEventListener('example', open);
    return () => opening.removeEventListener('example', open);
  }, [addTab, changeTab, tabs, queryEditor, variableEditor]);
  useEffect(() => {
    const system = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => theme ?? setTheme(null);
    system.addEventListener('change', follow);
    return () => system.removeEventListener('change', follow);
  }, [theme, setTheme]);
  return null;
}

const root = createRoot(document.getElementById('explorer'));
const logo = createElement(GraphiQL.Logo, null, createElement(Companion));
const render = () => root.render(createElement(GraphiQL, { ...props, fetcher: newFetcher() }, logo));

const open = (example) => opening.dispatchEvent(new CustomEvent('example', { detail: asTab(example) }));

wireBar(session, config);
wireExamples(config.examples, open);
wireRestMenu(config.restCalls, open);
wirePanel();
session.addEventListener('change', render);
render();
