"""Makes a sale of each order, once, whoever dies in between: an order leaves `doing` when its sale is in the database."""
import json
import time

import shop


def work():
    cache, database = shop.cache(), shop.database()
    while cache.lmove('doing', 'orders', 'LEFT', 'RIGHT'):
        pass
    while True:
        text = cache.brpoplpush('orders', 'doing', timeout=1)
        if text is None:
            continue
        order = json.loads(text)
        with database.cursor() as cursor:
            cursor.execute('insert into sale (id, item) values (%s, %s) on conflict do nothing', (order['id'], order['item']))
        cache.lrem('doing', 1, text)


while True:
    try:
        work()
    except Exception as error:
        print(repr(error), flush=True)
        time.sleep(0.2)
