-- The moment of every step of every customer: each counts once, first sessions and first orders too.
CREATE TEMP TABLE customer_steps AS
          SELECT 'download' AS step, downloaded_at AS moment FROM customers WHERE downloaded_at IS NOT NULL
UNION ALL SELECT 'signup', signed_up_at FROM customers WHERE signed_up_at IS NOT NULL
UNION ALL SELECT 'login', login FROM customers WHERE login IS NOT NULL
UNION ALL SELECT 'has_sessions', first_session FROM visitors
UNION ALL SELECT 'purchased', first_start FROM buyers;
