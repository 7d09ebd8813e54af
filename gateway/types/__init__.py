"""GraphQL types, one module for each aggregate; resolvers return light rows."""
