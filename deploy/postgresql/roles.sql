-- The roles and the two databases of a production store. Run once, by an administrator, before the first `migrate`:
--
--     psql -X -v ON_ERROR_STOP=1 -d postgres -f deploy/postgresql/roles.sql
--     psql -X -v ON_ERROR_STOP=1 -d postgres -v data=shelter_data -v vault=shelter_vault -f deploy/postgresql/roles.sql
--
-- It may be run again: what is there stays. It sets no password; give one to each login role with \password, or let
-- pg_hba.conf authenticate them by certificate or peer. What each role is for:
--
--   pil_owner            owns tables and functions; used by `migrate` alone, never by a running service
--   pil_web              pages and API: reads, inserts, changes open columns; owns nothing
--   pil_worker           the same rights, and may *take* pil_destroyer for one transaction (it inherits nothing)
--   pil_destroyer        cannot log in; deletes where a permit is open (the guards ask for it, see docs/architecture.md)
--   pil_vault_owner      owns the tables of key material; used by `migrate` alone
--   pil_vault_web        the console, with custody; pil_front: pages without custody, which seal and open nothing
--   pil_vault_worker     deletes keys under a warrant, which the guards ask for
--
-- Databases and their schema `public` belong to the administrator: an owner of a database could drop any table in it.
-- No table is granted here: `migrate` grants each role what its tables allow, and makes the guards, every time anew.

\if :{?data} \else \set data pil_data \endif
\if :{?vault} \else \set vault pil_vault \endif

-- -- roles
select format('create role %I %s', name, kind)
from (values
    ('pil_owner', 'login'),
    ('pil_web', 'login'),
    ('pil_worker', 'login noinherit'),
    ('pil_destroyer', 'nologin'),
    ('pil_vault_owner', 'login'),
    ('pil_front', 'login'),
    ('pil_vault_web', 'login'),
    ('pil_vault_worker', 'login')
) as wanted (name, kind)
where not exists (select from pg_roles where rolname = name)
\gexec
grant pil_destroyer to pil_worker;

-- -- databases
select format('create database %I encoding ''UTF8'' template template0 locale ''C.UTF-8''', name)
from (values (:'data'), (:'vault')) as wanted (name)
where not exists (select from pg_database where datname = name)
\gexec

-- -- data
revoke all on database :"data" from public;
grant connect on database :"data" to pil_owner, pil_web, pil_worker;
\connect :"data"
revoke all on schema public from public;
alter schema public owner to current_user;
grant usage, create on schema public to pil_owner;
grant usage on schema public to pil_web, pil_worker, pil_destroyer;

-- -- vault
revoke all on database :"vault" from public;
grant connect on database :"vault" to pil_vault_owner, pil_front, pil_vault_web, pil_vault_worker;
\connect :"vault"
revoke all on schema public from public;
alter schema public owner to current_user;
grant usage, create on schema public to pil_vault_owner;
grant usage on schema public to pil_front, pil_vault_web, pil_vault_worker;
