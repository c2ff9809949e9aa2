-- The session steps, then the customer steps that are not among them.
WITH session_steps AS (
  SELECT count(*) FILTER (WHERE COLUMNS('^step_(.*)$')) AS 'yearly_\1' FROM population_sessions
),
customer_steps AS (
  SELECT count(COLUMNS('^step_(.*)$')) AS 'yearly_\1' FROM population_customers
)
SELECT session_steps.*, customer_steps.* EXCLUDE (yearly_purchased, yearly_has_sessions)
FROM session_steps CROSS JOIN customer_steps;
