"""A stand-in for Snowflake on the loopback address: fakesnow, and what dbt and the connector need.

Test support only; nothing of it is imported by ``analytics_assets``. fakesnow (an emulator on
DuckDB) answers the connector's own protocol; around it stand

- ``process``: start it, stop it, and the handle that tests hold;
- ``__main__``, ``server``: the process, its socket, and the ASGI application;
- ``sessions``, ``logins``: what is known of a session, and who may not log in;
- ``rewrites``: statements fakesnow does not take, with ``clones``, ``comments``,
  ``transactions`` and ``names``;
- ``fakesnow_repairs``: faults of fakesnow itself;
- ``wire``: the log of every statement that arrived.

It shows that what we send is understood and gives the right rows. It is more permissive than
Snowflake: the tests in ``static`` hold the SQL to Snowflake's own grammar.
"""
