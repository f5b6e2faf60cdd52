create table person(id integer primary key, name text, born integer);
create table likes(person integer references person(id), what text);
insert into person values (1, 'Ada', 1815), (2, 'Alan', 1912), (3, 'Grace', 1906);
insert into likes values (1, 'engines'), (2, 'machines'), (2, 'running'), (3, 'compilers');
create index by_name on person(name);
select name, group_concat(what, ' and ') from person join likes on likes.person = person.id group by name order by name;
with recursive fibonacci(n, a, b) as (select 1, 1, 1 union all select n + 1, b, a + b from fibonacci where n < 20)
select n, a from fibonacci where n % 5 = 0;
begin;
delete from likes;
select count(*) from likes;
rollback;
select count(*), avg(born), max(length(name)) from likes join person on person = id;
select name from person where name like 'a%' order by born desc;
explain query plan select * from person where name = 'Ada';
select printf('%.3f %d %s', 2.0 / 3, 1 << 40, hex('tvm')), round(2.5), typeof(1.0);
pragma integrity_check;
select * from nowhere;
