"""Items with their prices: in the database, and for reading in the cache."""
import shop


def answer(method, path, body):
    if method == 'POST':
        with shop.database().cursor() as cursor:
            cursor.execute('insert into item values (%s, %s) on conflict (name) do update set price = excluded.price', (body['name'], body['price']))
        shop.cache().delete('items')
        return {'name': body['name']}
    cached = shop.cache().hgetall('items')
    if cached:
        return {'items': {name: int(price) for name, price in cached.items()}, 'from': 'cache'}
    with shop.database().cursor() as cursor:
        cursor.execute('select name, price from item')
        items = dict(cursor.fetchall())
    if items:
        shop.cache().hset('items', mapping=items)
    return {'items': items, 'from': 'database'}


shop.serve(answer)
