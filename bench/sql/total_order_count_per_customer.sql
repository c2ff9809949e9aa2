SELECT client, orders AS order_count FROM buyers ORDER BY client;
