-- One row a customer with a session.
CREATE TEMP TABLE visitors AS
SELECT client, CAST(sum(sessions) AS BIGINT) AS sessions, min(first_session) AS first_session
FROM city_customers
GROUP BY client;
