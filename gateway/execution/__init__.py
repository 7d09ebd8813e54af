"""Executing GraphQL: graphql-core's own executor, which reads what is plain by the column instead of by the value."""
