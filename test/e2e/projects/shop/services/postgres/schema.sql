create table item (name text primary key, price integer not null);
create table sale (id text primary key, item text not null references item, made_at timestamptz not null default now());
grant all on item, sale to shop;
