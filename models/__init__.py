"""The record in PostgreSQL: tables, migrations, sessions and repositories. The only package that talks SQL."""
