import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: 'schema.graphql', // or the server's address: 'http://127.0.0.1:8000/graphql'
  documents: 'operations/*.graphql',
  generates: {
    'src/generated.ts': {
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        enumsAsTypes: true,
        strictScalars: true,
        useTypeImports: true,
        scalars: {
          Column: 'Array<number | null>',
          Date: 'string', // 2026-06-06
          DateTime: 'string', // 2026-06-06T19:00:00+00:00
          JSON: 'unknown',
          UUID: 'string',
        },
      },
    },
  },
};

export default config;
