// What the built page and its public copy share: the page's configuration, and the props every GraphiQL gets.

export const config = JSON.parse(document.getElementById('explorer-config').textContent);

const HISTORY = /:(queries|favorites)$/;

/** GraphiQL's history would write typed headers, tokens among them, to the disk: they are left out. */
const storage = {
  getItem: (key) => localStorage.getItem(key),
  removeItem: (key) => localStorage.removeItem(key),
  clear: () => localStorage.clear(),
  get length() {
    return localStorage.length;
  },
  setItem(key, value) {
    const kept = (name, part) => (name === 'headers' ? undefined : part);
    localStorage.setItem(key, HISTORY.test(key) ? JSON.stringify(JSON.parse(value), kept) : value);
  },
};

export const asTab = ({ title, query, variables, audience }) => ({
  query: `# ${title}${audience ? `\n# ${audience}` : ''}\n${query}`,
  variables: Object.keys(variables).length ? JSON.stringify(variables, null, 2) : '',
});

const firsts = config.examples.filter(({ audience }, at, all) => all.findIndex((one) => one.audience === audience) === at);

export const props = {
  defaultTabs: firsts.map(asTab),
  defaultEditorToolsVisibility: matchMedia('(min-width: 761px)').matches, // a phone has room for the query only
  inputValueDeprecation: true,
  schemaDescription: true,
  shouldPersistHeaders: false,
  storage,
};
