// Composes subgraphs as a router's tools do: node compose.js NAME=FILE… prints {errors, hints, supergraph}.
import { readFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

const services = process.argv.slice(2).map((argument) => {
  const [name, file] = argument.split('=');
  return { name, url: `http://${name}.test/graphql`, typeDefs: parse(readFileSync(file, 'utf8')) };
});
const { errors = [], hints = [], supergraphSdl: supergraph } = composeServices(services);
const codeOf = ({ extensions, message }) => `${extensions?.code}: ${message}`;
console.log(JSON.stringify({ errors: errors.map(codeOf), hints: hints.map(String), supergraph }));
