"""Takes orders: they wait in Redis until the worker has made sales of them."""
import json

import shop


def answer(method, path, body):
    if method == 'POST':
        shop.cache().lpush('orders', json.dumps(body))
        return {'taken': body['id']}
    with shop.database().cursor() as cursor:
        cursor.execute('select id from sale order by id')
        return {'sales': [row[0] for row in cursor.fetchall()]}


shop.serve(answer)
